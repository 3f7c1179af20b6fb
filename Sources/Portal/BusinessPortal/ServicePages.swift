import ControlPlane
import Directory
import SignIn
import Storage

/// サービスメニュー.
struct ServiceMenuPage: Page {
    static let template = "portal/menu"

    struct Service: Sendable {
        let name: String
        let path: String
    }

    let services: [Service]
    let isEmpty: Bool

    func title(_ words: Catalogue) -> String { words("portal.menu.menu") }
}

/// 設定変更・契約変更一覧, サービス管理.
struct ServiceListPage: Page {
    static let template = "portal/services"

    struct Row: Sendable {
        let service: String
        let number: String
        /// 代表拠点の契約番号, whether or not that site is opened.
        let representative: String?
        let state: StateMark
        let openedOn: String?
        let details: String
        let settings: String
    }

    /// Nil: all services.
    let service: String?
    let isVoiceGroup: Bool
    let rows: [Row]
    let isEmpty: Bool
    let isFirst: Bool
    let firstPath: String
    let nextPath: String?

    func title(_ words: Catalogue) -> String {
        service.map { "\(words("service.change-list")) \($0)" } ?? words("portal.menu.services")
    }
}

/// 契約中の詳細情報.
struct ContractPage: Page {
    static let template = "portal/contract"

    struct Row: Sendable {
        let number: String
        let kind: String
        let options: [String]
        let hasOptions: Bool
        let path: String

        /// - Parameter base: of the paths of the contract's settings.
        init(_ entry: NumberEntry, below base: String, _ words: Catalogue) {
            number = TelephoneText.grouped(entry.number.national)
            kind = entry.place.map { NumberKindText.text($0.kind.rawValue, of: entry.number, words) } ?? ""
            options = entry.place?.options.map { words("option.\($0.rawValue)") } ?? []
            hasOptions = !options.isEmpty
            path = "\(base)/numbers/\(PercentEncoding.text(entry.number.national))/forwarding"
        }
    }

    let card: ServiceCard
    let company: String
    let isVoiceGroup: Bool
    let options: [String]
    let hasOptions: Bool
    let sites: [SiteRow]
    let rows: [Row]
    let isEmpty: Bool
    let isFirst: Bool
    let firstPath: String
    let nextPath: String?

    func title(_ words: Catalogue) -> String { "\(words("service.details")) \(card.service)" }
}
