import ControlPlane
import Directory
import HTTPTypes
import Hummingbird
import SignIn
import Storage

/// 障害時の一括転送: all numbers of a site go elsewhere until a time, and back.
struct OutageController: Sendable {
    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        let path = "\(NumberSite.voiceGroup.pattern)/outage"
        router.get(RouterPath(path)) { try await show($0, $1) }
        router.post(RouterPath(path)) { try await attempt(.preview, $0, $1) }
        router.post(RouterPath("\(path)/edit")) { try await edit($0, $1) }
        router.post(RouterPath("\(path)/start")) { try await attempt(.start($1.form), $0, $1) }
        router.post(RouterPath("\(path)/end")) { try await end($0, $1) }
    }

    private func show(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.groupVisit(request, context)
        let query = try request.query()
        var page = try await page(visit, FormFields(), context)
        page.done = query["done"].flatMap(OutagePage.Done.init(rawValue:)).map { visit.words("outage.\($0.rawValue)") }
        return try respond(page, visit, request, context)
    }

    /// 戻る: the form with what was typed.
    private func edit(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.groupVisit(request, context)
        return try respond(try await page(visit, context.form, context), visit, request, context)
    }

    private func attempt(
        _ step: ForwardingStep, _ request: Request, _ context: PortalContext
    ) async throws -> Response {
        let visit = try await services.groupVisit(request, context)
        let form = context.form
        var page = try await page(visit, form, context)
        let clock = try await services.workers.run { try visit.guest.clock() }
        let until = WallTime.date(NumberPlan.halfWidth(form.trimmed("until")), in: clock.zone)
        if until == nil { page.untilProblem = visit.words("outage.until-problem") }
        if form.trimmed("to").isEmpty { page.toProblem = visit.words("outage.to-problem") }
        if page.chosen == nil { page.siteProblem = visit.words("outage.site-problem") }
        guard let until, let site = page.chosen, page.toProblem == nil else {
            return try respond(page, visit, request, context, status: .unprocessableContent)
        }
        let selection = NumberSelection.filter(NumberFilter(contract: visit.group, site: site))
        let order = ForwardingOrder.layOver(.always, to: form.trimmed("to"), until: until.milliseconds)
        do {
            let outcome = try await services.workers.run {
                try step.take(by: visit.session, of: selection, order)
            }
            if outcome.changed.isEmpty, let first = outcome.refused.first {
                if case .endIsPast? = first.error {
                    page.untilProblem = visit.words("outage.until-past")
                } else {
                    page.toProblem = first.text(visit.words)
                }
            } else if outcome.changed.isEmpty {
                page.problem = visit.words("outage.unchanged")
            } else if outcome.isDone {
                return services.redirect(to: "\(visit.base)/outage?done=\(OutagePage.Done.started.rawValue)")
            } else {
                let page = PreviewPage(
                    visit, outcome, heading: visit.words("outage.confirm"), action: "\(visit.base)/outage/start",
                    back: "\(visit.base)/outage/edit", fields: form.kept(["site", "to", "until"]), clock)
                return try services.page(
                    page, in: services.frame(visit.guest, inGroup: visit.group, request, context), status: page.status)
            }
        } catch ControlError.noNumbers {
            page.siteProblem = visit.words("outage.no-numbers")
        }
        return try respond(page, visit, request, context, status: .unprocessableContent)
    }

    /// いま元に戻す: what the page has shown. What somebody else has changed since is shown first.
    private func end(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.groupVisit(request, context)
        let site = context.form.trimmed("site")
        guard let seen = context.form.seen else { throw PortalError.unreadableForm }
        do {
            let outcome = try await services.workers.run {
                // The site has to be the group's: what is named by another one is not there.
                guard try visit.session.sites(of: visit.group).contains(where: { $0.site == site }) else {
                    throw PortalError.notFound
                }
                return try visit.session.endTemporaryForwarding(
                    of: .filter(NumberFilter(contract: visit.group, site: site)), shownAt: seen)
            }
            guard outcome.overtaken.isEmpty else {
                return try await show(outcome.overtaken, visit, request, context)
            }
            return services.redirect(to: "\(visit.base)/outage?done=\(OutagePage.Done.ended.rawValue)")
        } catch ControlError.nothingToRestore {
            // It has ended meanwhile.
            return services.redirect(to: "\(visit.base)/outage?done=\(OutagePage.Done.nothing.rawValue)")
        }
    }

    /// What is forwarded now, after others have changed these numbers.
    private func show(
        _ overtaken: [ForwardingOutcome.Overtaking], _ visit: GroupVisit, _ request: Request, _ context: PortalContext
    ) async throws -> Response {
        var page = try await page(visit, FormFields(), context)
        let clock = try await services.workers.run { try visit.guest.clock() }
        page.overtaken = OvertakenNumbers(overtaken, next: visit.words("outage.overtaken-end"), visit.words, clock)
        return try respond(page, visit, request, context, status: .unprocessableContent)
    }

    private func page(_ visit: GroupVisit, _ form: FormFields, _ context: PortalContext) async throws -> OutagePage {
        let (sites, clock) = try await services.workers.run {
            (try visit.session.outages(of: visit.group), try visit.guest.clock())
        }
        return OutagePage(visit, sites, form, clock)
    }

    private func respond(
        _ page: OutagePage, _ visit: GroupVisit, _ request: Request, _ context: PortalContext,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        var page = page
        page.collectProblems(visit.words)
        return try services.page(
            page, in: services.frame(visit.guest, inGroup: visit.group, request, context), status: status)
    }
}
