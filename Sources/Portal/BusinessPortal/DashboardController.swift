import ControlPlane
import Hummingbird
import SignIn

/// ダッシュボード: what the company has, and what is to be known of it now; to who is not signed in, the way in.
struct DashboardController: Sendable {
    private static let cardLimit = 12
    /// Numbers that are looked at for a card; its service's own page tells of more.
    private static let tallyLimit = 500
    private static let operationLimit = 20
    private static let namedUsers = 5

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/portal") { try await show($0, $1) }
    }

    private func show(_ request: Request, _ context: PortalContext) async throws -> Response {
        do {
            return try await dashboard(try await services.portalVisit(request, context), request, context)
        } catch PortalError.signInNeeded {
            return try services.page(
                WelcomePage(signInPath: Door.portal.signInPath),
                in: services.frame(.portal, request, context))
        }
    }

    private func dashboard(_ visit: PortalVisit, _ request: Request, _ context: PortalContext) async throws -> Response
    {
        let page = try await services.workers.run {
            let contracts = try visit.session.contracts(limit: Self.cardLimit + 1)
            let cards = try contracts.prefix(Self.cardLimit).map { contract in
                let tally = try visit.session.numberTally(of: contract.number, limit: Self.tallyLimit)
                return ServiceCard(contract, tally, visit.words)
            }
            let news = try temporary(visit) + notOpened(contracts, visit) + users(visit)
            return DashboardPage(
                company: visit.user.company, cards: cards, hasCards: !cards.isEmpty,
                morePath: contracts.count > cards.count ? PortalPlace.services.link : nil, news: news,
                hasNews: !news.isEmpty)
        }
        return try services.portalPage(page, at: .dashboard, visit, request, context)
    }

    /// What lies over the rules of numbers for a time.
    private func temporary(_ visit: PortalVisit) throws -> [DashboardPage.News] {
        try visit.session.forwardingOperations(limit: Self.operationLimit).filter { $0.inForce > 0 }.map { operation in
            DashboardPage.News(
                time: ShownTime(operation.at, in: visit.zone), text: Self.text(of: operation, visit), path: nil)
        }
    }

    private static func text(of operation: ForwardingOperationState, _ visit: PortalVisit) -> String {
        let (words, until) = (visit.words, operation.until.map { ShownTime($0, in: visit.zone) })
        var values = ["count": "\(operation.inForce)", "until": until?.text ?? "", "what": ""]
        // What can't be told in a person's words is left out.
        guard let laid = SummarizedForwarding(summary: operation.summary) else {
            return words("dashboard.news.temporary", values)
        }
        let condition = laid.when.map { words("forwarding.operation.\($0.key)") } ?? words("dashboard.news.all-rules")
        guard let to = laid.to else {
            values["when"] = condition
            return words("dashboard.news.paused", values)
        }
        let shown = to.lowercased() == "voicemail" ? words("path.voicemail") : TelephoneText.grouped(to)
        values["what"] = words("dashboard.news.laid", ["when": condition, "to": shown])
        return words("dashboard.news.temporary", values)
    }

    private func notOpened(_ contracts: [ContractState], _ visit: PortalVisit) -> [DashboardPage.News] {
        contracts.filter { $0.openedOn == nil }.map { contract in
            let service = visit.words.language == .japanese ? contract.service.ja : contract.service.en
            return DashboardPage.News(
                time: nil,
                text: visit.words("dashboard.news.not-opened", ["service": service, "contract": contract.number]),
                path: contract.detailsPath)
        }
    }

    /// Those who can't sign in, for who can help them.
    private func users(_ visit: PortalVisit) throws -> [DashboardPage.News] {
        guard visit.isAdministrator else { return [] }
        return try visit.session.users(status: .locked, limit: Self.namedUsers).users.map { user in
            DashboardPage.News(
                time: nil, text: visit.words("dashboard.news.locked", ["name": user.profile.name]),
                path: "/portal/users/\(user.id)")
        }
    }
}

/// ビジネスポータルトップ: what whoever is not signed in finds at the portal's address.
struct WelcomePage: Page {
    static let template = "portal/welcome"

    let signInPath: String

    func title(_ words: Catalogue) -> String { words("welcome.heading") }
}

/// ダッシュボード.
struct DashboardPage: Page {
    static let template = "portal/dashboard"

    struct News: Sendable {
        /// When it was done; nil: it is so now.
        let time: ShownTime?
        let text: String
        /// Nil: there is no more to it.
        let path: String?
    }

    let company: String
    let cards: [ServiceCard]
    let hasCards: Bool
    /// To those that are not among the cards.
    let morePath: String?
    let news: [News]
    let hasNews: Bool

    func title(_ words: Catalogue) -> String { words("portal.menu.dashboard") }
}
