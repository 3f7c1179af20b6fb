import ControlPlane
import Directory
import HTTPTypes
import Hummingbird
import SignIn
import Storage

/// まとめて設定: the forwarding of many numbers of a voice group at once, shown before it is done, and taken back as one.
struct ManyNumbersController: Sendable {
    private static let kept = ["number", "do", "when", "to"]

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        let path = "\(NumberSite.voiceGroup.pattern)/many"
        router.post(RouterPath(path)) { try await choose($0, $1) }
        router.post(RouterPath("\(path)/check")) { try await attempt(.preview, $0, $1) }
        router.post(RouterPath("\(path)/set")) { try await attempt(.start($1.form), $0, $1) }
        router.get(RouterPath("\(path)/:operation")) { try await done($0, $1) }
        router.post(RouterPath("\(path)/:operation/undo")) { try await undo($0, $1) }
    }

    private func choose(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.groupVisit(request, context)
        let page = ManyNumbersPage(visit, context.form)
        guard page.hasNumbers else {
            return try await VoiceGroupController(services: services).search(
                visit, context.form, visit.words("voice.search.none-chosen"), request, context)
        }
        return try respond(page, visit, request, context)
    }

    private func attempt(
        _ step: ForwardingStep, _ request: Request, _ context: PortalContext
    ) async throws -> Response {
        let visit = try await services.groupVisit(request, context)
        var page = ManyNumbersPage(visit, context.form)
        guard let order = page.order else {
            page.doProblem = visit.words("many.do-problem")
            return try respond(page, visit, request, context, status: .unprocessableContent)
        }
        if case .set(_, let to, _, _) = order, to.isEmpty {
            page.toProblem = visit.words("outage.to-problem")
            return try respond(page, visit, request, context, status: .unprocessableContent)
        }
        let selection = NumberSelection.list(page.numbers.map(\.value), named: "contract \(visit.group)")
        let (outcome, clock) = try await services.workers.run {
            (try step.take(by: visit.session, of: selection, order), try visit.guest.clock())
        }
        guard !outcome.changed.isEmpty else {
            page.toProblem = outcome.refused.first.map { $0.text(visit.words) } ?? visit.words("outage.unchanged")
            return try respond(page, visit, request, context, status: .unprocessableContent)
        }
        if let operation = outcome.operation {
            return services.redirect(to: "\(visit.base)/many/\(operation)")
        }
        var preview = PreviewPage(
            visit, outcome, heading: visit.words("many.confirm"), action: "\(visit.base)/many/set",
            back: "\(visit.base)/many", fields: context.form.kept(Self.kept), clock)
        preview.delays = ManyNumbersPage.texts(of: outcome.delays(of: order), visit.words)
        return try services.page(
            preview, in: services.frame(visit.guest, inGroup: visit.group, request, context), status: preview.status)
    }

    private func done(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.groupVisit(request, context)
        let id = try operation(context)
        let (count, delays) = try await services.workers.run {
            let operation = try visit.session.forwardingOperation(id)
            return (operation.numbers, try visit.session.delays(of: operation))
        }
        return try services.page(
            ManyDonePage(visit, operation: id, count: count, delays),
            in: services.frame(visit.guest, inGroup: visit.group, request, context))
    }

    private func undo(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.groupVisit(request, context)
        let id = try operation(context)
        let outcome = try await services.workers.run { try visit.session.restoreForwarding(.operation(id)) }
        guard let restoration = outcome.operation else {
            return services.redirect(to: "\(visit.base)/many/\(id)")
        }
        return services.redirect(to: "\(visit.base)/many/\(restoration)")
    }

    private func operation(_ context: PortalContext) throws -> Int64 {
        guard let id = context.parameters.get("operation").flatMap({ Int64($0) }) else { throw PortalError.notFound }
        return id
    }

    private func respond(
        _ page: ManyNumbersPage, _ visit: GroupVisit, _ request: Request, _ context: PortalContext,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        var page = page
        page.collectProblems(visit.words)
        return try services.page(
            page, in: services.frame(visit.guest, inGroup: visit.group, request, context), status: status)
    }
}
