import ControlPlane

/// The first page of Web設定変更サイト: its menu, and which sites the voice group has.
struct VoiceGroupPage: Page {
    static let template = "voice/top"

    struct Menu: Sendable {
        let path: String
        let name: String
        let text: String
    }

    struct Site: Sendable {
        let code: String
        let name: String
        let isRepresentative: Bool
        let contracts: [String]
    }

    let group: String
    let groupLabel: String
    let isVoiceGroup: Bool
    let listPath: String
    let menu: [Menu]
    let sites: [Site]

    init(_ visit: GroupVisit, _ states: [SiteState]) {
        (group, groupLabel, isVoiceGroup) = (visit.group, visit.groupLabel, visit.isVoiceGroup)
        listPath = PortalPlace.services.link
        let words = visit.words
        // An outage is one of a site.
        menu = [("numbers", "forwarding"), ("outage", "outage"), ("history", "history")].filter {
            visit.isVoiceGroup || $0.0 != "outage"
        }.map { path, key in
            Menu(
                path: "\(visit.base)/\(path)", name: words("voice.menu.\(key)"), text: words("voice.menu.\(key).text"))
        }
        sites = states.map {
            Site(
                code: $0.site, name: $0.name, isRepresentative: $0.isRepresentative, contracts: $0.voiceContracts)
        }
    }

    func title(_ words: Catalogue) -> String { words("voice.top.heading") }
}
