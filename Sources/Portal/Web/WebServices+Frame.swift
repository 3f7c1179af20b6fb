import ControlPlane
import Hummingbird
import SignIn

extension WebServices {
    /// The texts in the language of who asks.
    func words(_ context: PortalContext) -> Catalogue { pages.words(context.language) }

    /// What is around a page.
    ///
    /// - Parameters:
    ///   - guest: nil: nobody is signed in.
    ///   - menu: nil: the site's own.
    func frame(
        _ door: Door, _ request: Request, _ context: PortalContext, guest: Guest? = nil,
        menu: [PageFrame.Link]? = nil, notices: [PageFrame.Notice] = []
    ) -> PageFrame {
        let words = self.words(context)
        let (person, acting) = (person(of: guest, words), acting(of: guest, words))
        let menu = menu ?? guest.map { door.menu(words, at: request.uri.path, for: $0) } ?? []
        return PageFrame(
            language: context.language, siteName: words("\(door.key).site"), home: door.base,
            seal: context.visitor.map(seal.text(for:)) ?? "", here: request.here, menu: menu, person: person,
            acting: acting, notices: notices)
    }

    /// A page for somebody who is signed in.
    func page(
        _ page: some Page, for guest: Guest, _ request: Request, _ context: PortalContext,
        status: HTTPResponse.Status = .ok, cookies: [Cookie] = []
    ) throws -> Response {
        try self.page(
            page, in: frame(guest.door, request, context, guest: guest), status: status, cookies: cookies)
    }

    private func person(of guest: Guest?, _ words: Catalogue) -> PageFrame.Person? {
        guard let guest, !guest.door.isRepresentation else { return nil }
        return PageFrame.Person(
            name: words("\(guest.door.key).person", ["name": guest.user?.profile.name ?? guest.principal.actor]),
            signOut: "\(guest.door.base)/sign-out", links: guest.door.personLinks(words),
            formerSignIn: guest.formerSignIn)
    }

    private func acting(of guest: Guest?, _ words: Catalogue) -> PageFrame.Acting? {
        guard let guest, let represented = guest.principal.represented else { return nil }
        return PageFrame.Acting(
            text: words("acting.text", ["administrator": guest.principal.actor, "login": represented.name]),
            end: "\(guest.door.base)/end")
    }
}
