import ControlPlane
import Foundation
import Hummingbird
import Storage

/// `/lab/outbox`: the codes and mails of a lab, where no server sends them. Whoever reaches the page reads them all, so it
/// is there only in a lab, and only for those on the machine itself.
struct LabController: Sendable {
    private static let limit = 50

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/lab/outbox") { try await outbox($0, $1) }
    }

    private func outbox(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard LoopbackHost.isOne(context.address), LoopbackHost.isNamed(by: request.head.authority) else {
            throw PortalError.notFound
        }
        let session = services.session(of: Principal(actor: "lab", source: context.address, role: .operator))
        let (letters, zone) = try await services.workers.run {
            (
                try session.outbox(OutboxFilter(limit: Self.limit)).map { try session.outboxLetter($0.id) },
                try session.localClock().zone
            )
        }
        let words = services.words(context)
        let page = LabOutboxPage(
            messages: letters.map { LabOutboxPage.Message($0, in: zone, words) }, isEmpty: letters.isEmpty)
        return try services.page(page, in: services.frame(.portal, request, context))
    }
}

/// The machine itself, as those on it say.
enum LoopbackHost {
    static func isOne(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") || host.hasPrefix("::ffff:127.")
    }

    /// Whether the browser thinks so too: a foreign page whose name suddenly leads to this machine (DNS rebinding) is not
    /// shown what is here.
    static func isNamed(by authority: String?) -> Bool {
        guard let authority else { return false }
        let host =
            authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        return isOne(host.lowercased())
    }
}
