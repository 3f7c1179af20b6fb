import ControlPlane
import Directory
import HTTPTypes
import Hummingbird
import SignIn
import Storage

/// The last calls of a number with the reason of each forward and rejection, one call with its messages, and what would
/// happen to a call that nobody has placed.
struct CallsController: Sendable {
    private static let pageSize = 20

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        for site in NumberSite.allCases {
            router.get(RouterPath("\(site.numberPattern)/calls")) { try await list(site, $0, $1) }
            router.get(RouterPath("\(site.numberPattern)/calls/:call")) { try await show(site, $0, $1) }
            router.get(RouterPath("\(site.numberPattern)/question")) { try await ask(site, $0, $1) }
        }
    }

    private func list(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        let runtime = services.runtime
        let (calls, clock) = try await services.workers.run {
            (
                try visit.session.recentCalls(of: visit.number, limit: Self.pageSize, in: runtime),
                try visit.guest.clock()
            )
        }
        return try services.page(
            CallListPage(visit, calls, clock), in: services.frame(of: visit, request, context))
    }

    private func show(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        guard let id = Self.parameter("call", context) else { throw PortalError.notFound }
        let runtime = services.runtime
        let (call, clock) = try await services.workers.run {
            (try visit.session.callView(id: id, in: runtime), try visit.guest.clock())
        }
        return try services.page(CallPage(visit, call, clock), in: services.frame(of: visit, request, context))
    }

    private static func parameter(_ name: String, _ context: PortalContext) -> String? {
        WebServices.parameter(name, context)
    }

    /// もし着信があったら: told by the rules themselves.
    private func ask(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        let query = try request.query()
        let clock = try await services.workers.run { try visit.guest.clock() }
        var page = CallQuestionPage(visit, query, clock, now: services.clock())
        guard let question = page.question else {
            return try services.page(
                page, in: services.frame(of: visit, request, context),
                status: page.hasProblems ? .unprocessableContent : .ok)
        }
        let explainer = services.explainer
        do {
            let decisions = try await services.workers.run {
                try visit.session.explain(
                    callTo: visit.number, from: question.caller, reason: question.reason, at: question.at,
                    by: explainer)
            }
            page.tell(decisions, visit.words, clock)
            return try services.page(page, in: services.frame(of: visit, request, context))
        } catch is CallQuestionRefusal {
            page.callerProblem = visit.words("calls.question.caller-problem")
            return try services.page(
                page, in: services.frame(of: visit, request, context), status: .unprocessableContent)
        }
    }
}
