import ControlPlane
import Directory
import Foundation
import SignIn

/// Login IDs with their numbers.
enum LoginTable: CSVTable {
    enum Column: Int, CSVColumn {
        case name, contract, numbers, smsNumber, language

        var names: [String] {
            switch self {
            case .name: ["login-id", "ログインID"]
            case .contract: ["contract", "契約番号"]
            case .numbers: ["numbers", "利用者番号"]
            case .smsNumber: ["sms-number", "SMS認証番号", "SMS認証用電話番号"]
            case .language: ["language", "言語"]
            }
        }
    }

    static let noun = "login ID"

    static func check(_ header: CSVHeader<Column>, file: String) throws(CSVFileError) {
        guard header.has(.name) else { throw .missingColumns(file: file, Array(Column.name.names.prefix(1))) }
    }

    static func row(_ row: CSVRow<Column>) throws -> LoginRow {
        guard let name = row.stated(.name) else { throw row.refusal(.name, "there is no login ID") }
        var login = LoginRow(name: name)
        login.contract = row.stated(.contract)
        if let text = row.text(.numbers) {
            let numbers = text.split { $0.isWhitespace || ",;/、，；／".contains($0) }.map(String.init)
            for number in numbers {
                if let flaw = SpreadsheetText.flaw(inNumber: number) { throw row.refusal(.numbers, flaw) }
            }
            login.numbers = Stated(numbers, row.place(.numbers))
        }
        if let text = row.text(.smsNumber) {
            if let flaw = SpreadsheetText.flaw(inNumber: text) { throw row.refusal(.smsNumber, flaw) }
            login.smsNumber = Stated(NumberPlan.halfWidth(text), row.place(.smsNumber))
        }
        if row.text(.language) != nil {
            let language = try row.stated(.language).map { stated in
                guard let language = Language(csv: stated.value) else {
                    throw row.refusal(.language, "\"\(stated.value)\" is none of \(Language.csvChoice)")
                }
                return language
            }
            login.language = Stated(language, row.place(.language))
        }
        return login
    }

    static func field(_ column: Column, of login: LoginRow, in language: CSVLanguage, _ zone: TimeZone) -> String? {
        switch column {
        case .name: login.name.value
        case .contract: login.contract?.value
        case .numbers: login.numbers?.value.joined(separator: " ")
        case .smsNumber: login.smsNumber?.value
        case .language: (login.language?.value).map { language.choose($0.csvNames) }
        }
    }
}
