import ControlPlane

/// What lies behind a door: which pages belong to it, and where its menu leads.
extension Door {
    /// The site that a path belongs to.
    static func of(_ path: String) -> Door {
        let parts = path.split(separator: "/")
        return switch parts.first {
        case "oa": .administrator
        case "ou":
            parts.count > 2 && parts[1] == "for" && Door.isSessionID(parts[2])
                ? .representation(String(parts[2])) : .user
        default: .portal
        }
    }

    /// The site's menu.
    ///
    /// - Parameter here: the path of the page that shows it.
    func menu(_ words: Catalogue, at here: String, for guest: Guest) -> [PageFrame.Link] {
        links(menu(for: guest), words).map { link in
            var link = link
            link.isCurrent = link.path == here
            return link
        }
    }

    /// What belongs to the person, not to the service.
    func personLinks(_ words: Catalogue) -> [PageFrame.Link] {
        switch site {
        case .administrator, .user:
            links(
                [("/password", "menu.password"), ("/sessions", "menu.sessions"), ("/tokens", "menu.tokens")], words)
        case .portal:
            links(
                [
                    ("/account", "portal.menu.account"), ("/password", "menu.password"),
                    ("/sessions", "menu.sessions"), ("/tokens", "menu.tokens"),
                ], words)
        }
    }

    private func menu(for guest: Guest) -> [(path: String, key: String)] {
        switch site {
        case .administrator:
            [("", "menu.login-ids"), ("/sms-numbers", "menu.sms-numbers"), ("/history", "history.heading")]
        // In somebody else's screen there is no password to change.
        case .user:
            [("", "menu.services"), ("/history", "history.heading")]
                + (isRepresentation ? [] : [("/password", "menu.password")])
        case .portal:
            PortalPlace.allCases.filter { $0 != .administration || guest.isPortalAdministrator }.map {
                ($0.path, "portal.menu.\($0.rawValue)")
            }
        }
    }

    private func links(_ entries: [(path: String, key: String)], _ words: Catalogue) -> [PageFrame.Link] {
        entries.map { PageFrame.Link(path: base + $0.path, text: words($0.key)) }
    }

    /// The id is a part of the cookie's name: nothing but what ids are made of may get there.
    private static func isSessionID(_ text: Substring) -> Bool {
        text.utf8.count <= 64
            && text.utf8.allSatisfy { octet in
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= octet || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= octet
                    || UInt8(ascii: "a")...UInt8(ascii: "z") ~= octet || octet == UInt8(ascii: "-")
                    || octet == UInt8(ascii: "_")
            }
    }
}
