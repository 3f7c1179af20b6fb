import ControlPlane
import Directory
import HTTPTypes
import Hummingbird
import SignIn
import Storage

/// Web設定変更サイト of a voice group, or of a contract without one: its first page, and the search for the number that is to be set.
struct VoiceGroupController: Sendable {
    static let pattern = NumberSite.voiceGroup.pattern
    private static let pageSize = 20

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.get(RouterPath(Self.pattern)) { try await top($0, $1) }
        router.get(RouterPath("\(Self.pattern)/numbers")) { try await search($0, $1) }
        router.post(RouterPath("\(Self.pattern)/numbers")) { try await select($0, $1) }
    }

    private func top(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.groupVisit(request, context)
        let sites = try await services.workers.run {
            visit.isVoiceGroup ? try visit.session.sites(of: visit.group) : []
        }
        return try services.page(
            VoiceGroupPage(visit, sites), in: services.frame(visit.guest, inGroup: visit.group, request, context))
    }

    private func search(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.groupVisit(request, context)
        let query = try request.query()
        return try await search(visit, query, nil, request, context)
    }

    /// [選択]: on to the form of the number.
    private func select(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.groupVisit(request, context)
        let chosen = context.form.all("number").compactMap { try? PhoneNumber($0) }
        guard chosen.count == 1, let number = chosen.first else {
            let words = visit.words
            let problem = words(chosen.isEmpty ? "voice.search.none-chosen" : "voice.search.several-chosen")
            return try await search(visit, context.form, problem, request, context)
        }
        return services.redirect(to: "\(visit.base)/numbers/\(PercentEncoding.text(number.national))/forwarding")
    }

    /// The list of numbers, with what is wrong with what was typed or chosen in it.
    func search(
        _ visit: GroupVisit, _ fields: FormFields, _ problem: String?, _ request: Request, _ context: PortalContext
    ) async throws -> Response {
        let search = GroupSearch(
            group: visit.group, site: fields.trimmed("site"), voiceContract: fields.trimmed("contract"),
            number: fields.trimmed("ip"))
        let typed = fields.trimmed("after")
        let after = try? PhoneNumber(typed)
        let (found, clock) = try await services.workers.run {
            (
                try visit.session.numbers(matching: search, after: after, size: Self.pageSize),
                try visit.guest.clock()
            )
        }
        let leadsNowhere = !typed.isEmpty && (after == nil || found.rows.isEmpty)
        let problem = problem ?? (leadsNowhere ? visit.words("voice.search.no-page") : nil)
        let page = NumberSearchPage(
            visit, search, found, after: after, chosen: Set(fields.all("number")),
            problem: problem, clock)
        return try services.page(
            page, in: services.frame(visit.guest, inGroup: visit.group, request, context),
            status: problem == nil ? .ok : .unprocessableContent)
    }
}

/// A page of Web設定変更サイト that somebody asks for.
struct GroupVisit: Sendable {
    let guest: Guest
    /// 音声グループID, or a base contract number.
    let group: String
    let isVoiceGroup: Bool
    let words: Catalogue

    /// What its number is called.
    var groupLabel: String { words(isVoiceGroup ? "voice.group" : "service.contract") }

    /// Of the group's paths.
    var base: String { "\(guest.door.base)/voice/\(group)" }

    var session: ControlSession { guest.session }
}

/// Which voice group a page is about.
struct GroupSubject: Sendable {
    let label: String
    let number: String

    init(_ visit: GroupVisit) { (label, number) = (visit.groupLabel, visit.group) }
}

extension WebServices {
    /// Who asks for a page of which voice group.
    ///
    /// - Throws: ``PortalError``, `ControlError` for a contract that is not there, or another's.
    func groupVisit(_ request: Request, _ context: PortalContext) async throws -> GroupVisit {
        let guest = try await guest(at: .portal, request, context)
        guard let group = Self.parameter("group", context) else { throw PortalError.notFound }
        let contract = try await workers.run { try guest.session.contract(group) }
        guard contract.number == group else { throw PortalError.notFound }
        return GroupVisit(
            guest: guest, group: group, isVoiceGroup: contract.isVoiceGroup, words: words(context))
    }
}
