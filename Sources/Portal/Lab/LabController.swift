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
        guard Self.isLoopback(context.address) else { throw PortalError.notFound }
        let session = services.session(of: Principal(actor: "lab", source: context.address, role: .operator))
        let letters = try await services.workers.run {
            try session.outbox(OutboxFilter(limit: Self.limit)).map { try session.outboxLetter($0.id) }
        }
        let page = LabOutboxPage(messages: letters.map { LabOutboxPage.Message($0) }, isEmpty: letters.isEmpty)
        return try services.page(page, in: try services.frame(.portal, request, context))
    }

    private static func isLoopback(_ address: String) -> Bool {
        address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }
}
