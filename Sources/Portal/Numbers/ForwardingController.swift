import ControlPlane
import Directory
import HTTPTypes
import Hummingbird
import Storage

/// 転送(番号ごと)設定: what a number does with its calls, as one form.
struct ForwardingController: Sendable {
    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        for site in NumberSite.allCases {
            let path = "\(site.numberPattern)/forwarding"
            router.get(RouterPath(path)) { try await show(site, $0, $1) }
            router.post(RouterPath(path)) { try await set(site, $0, $1) }
            router.get(RouterPath("\(path)/done")) { try await done(site, $0, $1) }
        }
    }

    private func show(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        let (sheet, clock) = try await sheet(visit)
        let page = ForwardingPage(visit, sheet, ForwardingForm(sheet.forwarding), clock, now: services.clock())
        return try services.page(page, in: services.frame(of: visit, request, context))
    }

    private func set(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        let form = ForwardingForm(context.form)
        guard let seen = context.form.seen else { throw PortalError.unreadableForm }
        do {
            _ = try await services.workers.run {
                try visit.session.unlessChanged(since: seen).setForwarding(of: visit.number, as: form)
            }
            return services.redirect(to: "\(visit.path)/forwarding/done")
        } catch ControlError.forwardingForm(let flaws) {
            return try await again(visit, form, flaws, seen: seen, request, context)
        } catch ControlError.changedSince {
            return try await again(visit, form, [], seen: nil, request, context)
        }
    }

    /// The form again with all that was typed. What somebody else has changed meanwhile is shown, and setting it once more
    /// is done in the knowledge of that.
    ///
    /// - Parameter seen: the last change when the form was made; nil: it was changed since.
    private func again(
        _ visit: NumberVisit, _ form: ForwardingForm, _ flaws: [ForwardingFlaw], seen: Int64?, _ request: Request,
        _ context: PortalContext
    ) async throws -> Response {
        let (sheet, clock) = try await sheet(visit)
        var page = ForwardingPage(visit, sheet, form, flaws: flaws, seen: seen, clock, now: services.clock())
        if seen == nil {
            page.overtaken = Overtaken(
                sheet.lastForwardingChange, now: visit.words("forwarding.overtaken-now"), visit.words, clock)
        }
        return try services.page(
            page, in: services.frame(of: visit, request, context), status: .unprocessableContent)
    }

    private func done(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        let (sheet, clock) = try await sheet(visit)
        return try services.page(
            ForwardingDonePage(visit, sheet, clock), in: services.frame(of: visit, request, context))
    }

    private func sheet(_ visit: NumberVisit) async throws -> (sheet: ForwardingSheet, clock: GuestClock) {
        try await services.workers.run {
            (try visit.session.forwardingSheet(of: visit.number), try visit.guest.clock())
        }
    }
}

extension ForwardingForm {
    /// As a browser has sent it. Targets of operations that are off are sent too, and don't count.
    init(_ fields: FormFields) {
        let chosen = fields.all("operation").compactMap(ForwardingCondition.init(rawValue:))
        let forwards: Bool? =
            switch fields["forward"] {
            case "on": true
            case "off": false
            default: nil
            }
        self.init(
            forwards: forwards,
            operations: Dictionary(
                chosen.map { ($0, Target(fields["target-\($0.rawValue)"])) }, uniquingKeysWith: { first, _ in first }),
            ringSeconds: fields.trimmed("ring"),
            entries: (1...ForwardingRules.savedDestinationCount).map { fields.trimmed("list\($0)") })
    }
}

extension ForwardingForm.Target {
    fileprivate init?(_ text: String?) {
        if text == "voicemail" {
            self = .voicemail
        } else if let slot = text.flatMap({ Int($0) }), (1...ForwardingRules.savedDestinationCount).contains(slot) {
            self = .entry(slot)
        } else {
            return nil
        }
    }

    /// As a form sends it.
    var text: String {
        switch self {
        case .entry(let slot): String(slot)
        case .voicemail: "voicemail"
        }
    }
}
