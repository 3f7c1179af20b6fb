import Directory
import SignIn

/// What values are called in tables: in English, which is what commands take too, in Japanese, and otherwise.
protocol CSVNamed: CaseIterable {
    var csvNames: [String] { get }
}

extension CSVNamed {
    /// - Parameter text: of which width, blanks and case do not count.
    init?(csv text: String) {
        // Nearly always it is the English one.
        if let found = Self.allCases.first(where: { $0.csvNames[0] == text }) {
            self = found
            return
        }
        let name = NumberPlan.halfWidth(text).lowercased()
        guard let found = Self.allCases.first(where: { $0.csvNames.map(NumberPlan.halfWidth).contains(name) }) else {
            return nil
        }
        self = found
    }

    /// As an error lists them: `pilot (代表番号), …`.
    static var csvChoice: String {
        allCases.map { "\($0.csvNames[0]) (\($0.csvNames.dropFirst().first ?? ""))" }.joined(separator: ", ")
    }
}

extension ContractedNumberKind: CSVNamed {
    var csvNames: [String] {
        switch self {
        case .pilot: ["pilot", "代表番号", "代表"]
        case .directDial: ["direct-dial", "050ダイヤルイン追加番号", "ダイヤルイン"]
        case .multiple: ["multiple", "050複数番号", "複数番号"]
        }
    }
}

extension Language: CSVNamed {
    var csvNames: [String] {
        switch self {
        case .japanese: ["ja", "日本語", "japanese"]
        case .english: ["en", "英語", "english"]
        }
    }
}

extension OptionService: CSVNamed {
    var csvNames: [String] {
        switch self {
        case .forwarding: ["forwarding", "転送・留守番サービス"]
        case .anonymousRejection: ["anonymous-rejection", "番号非通知拒否サービス"]
        case .messageBox: ["message-box", "メッセージボックス"]
        case .membersNet: ["members-net", "メンバーズネット"]
        }
    }
}

extension NonPresentationReason: CSVNamed {
    var csvNames: [String] {
        switch self {
        case .withheld: ["withheld", "非通知"]
        case .payphone: ["payphone", "公衆電話"]
        case .unavailable: ["unavailable", "表示圏外"]
        case .interaction: ["interaction", "サービス競合"]
        }
    }
}
