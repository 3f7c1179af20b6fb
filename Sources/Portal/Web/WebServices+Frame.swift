import ControlPlane
import Hummingbird
import SignIn

extension WebServices {
    /// What is around a page.
    ///
    /// - Parameter guest: nil: nobody is signed in.
    func frame(
        _ door: Door, _ request: Request, _ context: PortalContext, guest: Guest? = nil,
        menu: [PageFrame.Link] = [], notices: [PageFrame.Notice] = []
    ) throws -> PageFrame {
        let words = try pages.words(context.language)
        let person = guest.map { guest in
            PageFrame.Person(
                name: words("\(door.key).person", ["name": guest.principal.actor]), signOut: "\(door.base)/sign-out")
        }
        return PageFrame(
            language: context.language, siteName: words("\(door.key).site"), home: door.base,
            seal: context.visitor.map(seal.text(for:)) ?? "", here: request.here, menu: menu, person: person,
            actingFor: guest?.principal.onBehalfOf, notices: notices)
    }
}

extension Door {
    /// The site that a path belongs to.
    static func of(_ path: String) -> Door {
        let parts = path.split(separator: "/")
        return switch parts.first {
        case "oa": .administrator
        case "ou":
            parts.count > 2 && parts[1] == "for" ? .representation(String(parts[2])) : .user
        default: .portal
        }
    }
}
