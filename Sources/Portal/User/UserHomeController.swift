import ControlPlane
import Directory
import Hummingbird

/// サービス設定: the numbers of a login ID, and what is set for them.
struct UserHomeController: Sendable {
    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        for site in [NumberSite.user, .representation] {
            router.get(RouterPath(site.pattern)) { try await home($0, $1) }
        }
    }

    private func home(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(request, context)
        let words = services.words(context)
        let numbers = try await services.workers.run {
            let clock = try guest.clock()
            return try guest.loginNumbers.map { number in
                try UserHomePage.Number(
                    number, options: guest.session.options(of: number).options, in: guest, words, clock)
            }
        }
        let page = UserHomePage(
            loginID: guest.loginID, numbers: numbers, hasNumbers: !numbers.isEmpty)
        return try services.page(page, for: guest, request, context)
    }
}

extension Guest {
    /// The login ID whose screen it is.
    var loginID: String { principal.represented?.name ?? principal.actor }

    /// Its numbers.
    var loginNumbers: [PhoneNumber] {
        if case .loginID(let numbers) = principal.represented?.role ?? principal.role { numbers } else { [] }
    }
}
