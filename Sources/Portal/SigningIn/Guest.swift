import ControlPlane
import Hummingbird
import SignIn
import Storage

/// A person who is signed in at a site, for the time of a request.
struct Guest: Sendable {
    let door: Door
    let principal: Principal
    let token: SessionToken
    /// The use cases in their name.
    let session: ControlSession
    /// What is kept of a portal user; nil at the other sites.
    let user: PortalUserState?
    /// 前回のログイン; nil: there was none, or it is somebody else's screen.
    let formerSignIn: ShownTime?
}

extension WebServices {
    /// Who has sent a request, at the site that its path belongs to.
    ///
    /// - Throws: ``PortalError/signInNeeded(_:)``.
    func guest(_ request: Request, _ context: PortalContext) async throws -> Guest {
        try await guest(at: Door.of(request.uri.path), request, context)
    }

    /// Who has sent a request.
    ///
    /// - Throws: ``PortalError/signInNeeded(_:)``.
    func guest(at door: Door, _ request: Request, _ context: PortalContext) async throws -> Guest {
        guard let token = request.cookieText(door.sessionCookie).flatMap({ SessionToken($0) }) else {
            throw PortalError.signInNeeded(door)
        }
        return try await workers.run { [self] in
            do {
                let principal = try desk.principal(of: token, from: context.address, at: now)
                // A cookie of one site opens no other one.
                guard principal.isGuest(of: door) else { throw PortalError.signInNeeded(door) }
                let session = session(of: principal)
                let user = door.site == .portal ? try session.ownUser() : nil
                let former = door.isRepresentation ? nil : try desk.formerSignIn(of: token, at: now)
                return Guest(
                    door: door, principal: principal, token: token, session: session, user: user,
                    formerSignIn: try former.map { ShownTime($0, in: try user?.zone ?? session.localClock().zone) })
            } catch SignInDeskRefusal.sessionOver {
                throw PortalError.signInNeeded(door)
            }
        }
    }
}

extension Principal {
    fileprivate func isGuest(of door: Door) -> Bool {
        switch (role, represented?.role, door.site) {
        case (.administratorID, nil, .administrator): true
        case (.administratorID, .loginID?, .user): door.isRepresentation
        case (.loginID, nil, .user): !door.isRepresentation
        case (.portalAdministrator, nil, .portal), (.generalUser, nil, .portal): true
        default: false
        }
    }
}
