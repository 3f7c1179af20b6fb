import ControlPlane
import Directory
import Foundation
import Storage

/// Numbers with where they stand and what is set for them.
enum NumberTable: CSVTable {
    enum Column: Int, CSVColumn {
        case number, contract, kind, withheld, ring, always, busy, noAnswer, unreachable, anonymous
        case destination1, destination2, destination3, destination4, destination5
        case alwaysHours, alwaysDays, alwaysEnds, busyHours, busyDays, busyEnds
        case noAnswerHours, noAnswerDays, noAnswerEnds, unreachableHours, unreachableDays, unreachableEnds
        case anonymousHours, anonymousDays, anonymousEnds

        var names: [String] {
            switch self {
            case .number: ["number", "IP電話番号", "電話番号"]
            case .contract: ["contract", "契約番号", "音声契約番号"]
            case .kind: ["kind", "番号種別"]
            case .withheld: ["withheld-options", "対象外オプション"]
            case .ring: ["ring-seconds", "呼出時間"]
            case .always: ["always", "無条件転送"]
            case .busy: ["busy", "着信中転送", "話中転送"]
            case .noAnswer: ["no-answer", "無応答転送"]
            case .unreachable: ["unreachable", "不通時転送"]
            case .anonymous: ["anonymous-rejected", "番号非通知拒否"]
            case .destination1, .destination2, .destination3, .destination4, .destination5:
                ["destination-\(slot)", "リスト\(slot)"]
            case .alwaysHours, .alwaysDays, .alwaysEnds, .busyHours, .busyDays, .busyEnds, .noAnswerHours,
                .noAnswerDays,
                .noAnswerEnds, .unreachableHours, .unreachableDays, .unreachableEnds, .anonymousHours, .anonymousDays,
                .anonymousEnds:
                zip(schedulePart(self).of.names, schedulePart(self).part.names).map(+)
            }
        }

        /// 1 to 5.
        fileprivate var slot: Int { rawValue - Column.destination1.rawValue + 1 }
    }

    static let rules: [(ForwardingCondition, Column)] = [
        (.always, .always), (.busy, .busy), (.noAnswer, .noAnswer), (.unreachable, .unreachable),
    ]
    private static let destinations: [Column] = [
        .destination1, .destination2, .destination3, .destination4, .destination5,
    ]
    private static let voicemail = ["voicemail", "留守番電話"]

    static let noun = "number"

    /// The rules of a number are one whole, and so are their schedules and its saved destinations: a table has all of them
    /// or none.
    static func check(_ header: CSVHeader<Column>, file: String) throws(CSVFileError) {
        var missing: [Column] = header.has(.number) ? [] : [.number]
        let (rules, rejection) = (rules.map(\.1), scheduleColumns(of: .anonymous))
        let schedules = rules.flatMap(scheduleColumns)
        for (parts, whole) in [
            (rules, rules), (destinations, destinations), (schedules, rules + schedules),
            (rejection, [.anonymous] + rejection),
        ] where parts.contains(where: header.has) {
            missing += whole.filter { !header.has($0) && !missing.contains($0) }
        }
        guard missing.isEmpty else {
            throw .missingColumns(file: file, missing.compactMap(\.names.first))
        }
    }

    static func row(_ row: CSVRow<Column>) throws -> Blueprint.Number {
        var number = Blueprint.Number(number: try Self.number(row, .number))
        if row.text(.contract) != nil {
            let stated = row.stated(.contract)
            number.place = Stated(stated.map { ContractPlace(typed: $0.value) }, row.place(.contract))
        }
        if let kind = row.stated(.kind) {
            guard let value = ContractedNumberKind(csv: kind.value) else {
                throw row.refusal(.kind, "\"\(kind.value)\" is none of \(ContractedNumberKind.csvChoice)")
            }
            number.kind = Stated(value, kind.place)
        }
        number.withheld = try list(.withheld, of: row)
        number.rejected = try list(.anonymous, of: row)
        if let ring = row.stated(.ring) {
            guard let seconds = Int(NumberPlan.halfWidth(ring.value)) else {
                throw row.refusal(.ring, "\"\(ring.value)\" is no number of seconds")
            }
            number.forwarding.ringSeconds = Stated(seconds, ring.place)
        }
        if row.header.has(.always) {
            var stated: [ForwardingCondition: Stated<String>] = [:]
            for (condition, column) in rules { stated[condition] = try destination(column, of: row) }
            number.forwarding.rules = stated
        }
        if row.header.has(.alwaysHours) {
            number.forwarding.schedules = try rules.reduce(into: [:]) { $0[$1.0] = try schedule(of: $1.1, in: row) }
        }
        if row.header.has(.anonymousHours) {
            number.rejectionSchedule = Stated(try schedule(of: .anonymous, in: row)?.value, row.place(.anonymousHours))
        }
        if row.header.has(.destination1) {
            number.forwarding.destinations = try destinations.reduce(into: [:]) { list, column in
                list[column.slot] = try destination(column, of: row)
            }
        }
        return number
    }

    static func field(
        _ column: Column, of number: Blueprint.Number, in language: CSVLanguage, _ zone: TimeZone
    ) -> String? {
        let forwarding = number.forwarding
        func destination(_ stated: Stated<String>?) -> String? {
            stated.map { $0.value == voicemail[0] ? language.choose(voicemail) : $0.value }
        }
        func list<Value: CSVNamed>(_ stated: Stated<[Value]>?) -> String? {
            stated.map { $0.value.map { language.choose($0.csvNames) }.joined(separator: " ") }
        }
        switch column {
        case .number: return number.number.value
        case .contract:
            guard let place = number.place?.value else { return nil }
            switch place {
            case .contract(let text), .voiceContract(let text): return text
            }
        case .kind: return number.kind.map { language.choose($0.value.csvNames) }
        case .withheld: return list(number.withheld)
        case .ring: return forwarding.ringSeconds.map { "\($0.value)" }
        case .always: return destination(forwarding.rules?[.always])
        case .busy: return destination(forwarding.rules?[.busy])
        case .noAnswer: return destination(forwarding.rules?[.noAnswer])
        case .unreachable: return destination(forwarding.rules?[.unreachable])
        case .anonymous: return list(number.keptRejected ?? number.rejected)
        case .destination1, .destination2, .destination3, .destination4, .destination5:
            return forwarding.destinations?[column.slot]?.value
        case .alwaysHours, .alwaysDays, .alwaysEnds, .busyHours, .busyDays, .busyEnds, .noAnswerHours, .noAnswerDays,
            .noAnswerEnds, .unreachableHours, .unreachableDays, .unreachableEnds, .anonymousHours, .anonymousDays,
            .anonymousEnds:
            return scheduleField(column, of: number, zone)
        }
    }

    static func number<Column: CSVColumn>(_ row: CSVRow<Column>, _ column: Column) throws -> Stated<String> {
        guard let number = row.stated(column) else { throw row.refusal(column, "there is no number") }
        if let flaw = SpreadsheetText.flaw(inNumber: number.value) { throw row.refusal(column, flaw) }
        return number
    }

    static func destination<Column: CSVColumn>(_ column: Column, of row: CSVRow<Column>) throws -> Stated<String>? {
        guard let stated = row.stated(column) else { return nil }
        if let flaw = SpreadsheetText.flaw(inNumber: stated.value) { throw row.refusal(column, flaw) }
        return stated.value == voicemail[1] ? Stated(voicemail[0], stated.place) : stated
    }

    /// Several values, with blanks, commas, semicolons or slashes between them.
    private static func list<Value: CSVNamed>(_ column: Column, of row: CSVRow<Column>) throws -> Stated<[Value]>? {
        guard let text = row.text(column) else { return nil }
        let values = try text.split(whereSeparator: { $0.isWhitespace || ",;/、，；／".contains($0) }).map { name in
            guard let value = Value(csv: String(name)) else {
                throw row.refusal(column, "\"\(name)\" is none of \(Value.csvChoice)")
            }
            return value
        }
        return Stated(values, row.place(column))
    }
}
