import ControlPlane

/// The first page of Web設定変更サイト: its menu, and which sites the voice group has.
struct VoiceGroupPage: Page {
    static let template = "voice/top"

    struct Menu: Sendable {
        let path: String
        let name: String
        let text: String
    }

    let group: String
    let groupLabel: String
    let isVoiceGroup: Bool
    let listPath: String
    let menu: [Menu]
    let sites: [SiteRow]

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
        sites = states.map(SiteRow.init)
    }

    func title(_ words: Catalogue) -> String { words("voice.top.heading") }
}

/// 拠点, in a list of them.
struct SiteRow: Sendable {
    let code: String
    let name: String
    let isRepresentative: Bool
    let contracts: [String]

    init(_ site: SiteState) {
        (code, name, isRepresentative) = (site.site, site.name, site.isRepresentative)
        contracts = site.voiceContracts
    }
}
