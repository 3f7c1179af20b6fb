import ControlPlane
import Directory
import Hummingbird
import SignIn
import Storage

/// サービスメニュー, サービス管理 and 契約中の詳細情報.
struct ServiceController: Sendable {
    private static let pageSize = 50

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/portal/menu") { try await menu($0, $1) }
        router.get("/portal/services") { try await list($0, $1, kind: nil) }
        router.get("/portal/services/:kind") { try await list($0, $1, kind: $1.parameters.get("kind")) }
        router.get("/portal/contracts/:contract") { try await contract($0, $1) }
    }

    /// The services that the company has contracted, by their category.
    private func menu(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let page = try await services.workers.run {
            let kinds = try visit.session.serviceKinds().filter { kind in
                try !visit.session.contracts(kind: kind.kind, limit: 1).isEmpty
            }
            return ServiceMenuPage(
                services: kinds.map { kind in
                    ServiceMenuPage.Service(
                        name: kind.name(in: visit.words.language), path: "/portal/services/\(kind.kind)")
                }, isEmpty: kinds.isEmpty)
        }
        return try services.portalPage(page, at: .menu, visit, request, context)
    }

    /// 設定変更・契約変更: the contracts of one kind, or all of them.
    private func list(_ request: Request, _ context: PortalContext, kind: String?) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let after = try request.query()["after"]
        let page = try await services.workers.run {
            let kinds = try visit.session.serviceKinds()
            let chosen = kinds.first { $0.kind == kind }
            guard kind == nil || chosen != nil else { throw PortalError.notFound }
            let contracts = try visit.session.contracts(after: after, kind: kind, limit: Self.pageSize + 1)
            let shown = contracts.prefix(Self.pageSize)
            let base = kind.map { "/portal/services/\($0)" } ?? "/portal/services"
            return ServiceListPage(
                service: chosen?.name(in: visit.words.language), isVoiceGroup: chosen?.hasVoiceGroup == true,
                rows: try shown.map { try row($0, visit) }, isEmpty: shown.isEmpty, isFirst: after == nil,
                firstPath: base,
                nextPath: contracts.count > shown.count ? shown.last.map { "\(base)?after=\($0.number)" } : nil)
        }
        return try services.portalPage(page, at: kind == nil ? .services : .menu, visit, request, context)
    }

    private func row(_ contract: ContractState, _ visit: PortalVisit) throws -> ServiceListPage.Row {
        let representative =
            contract.isVoiceGroup
            ? try visit.session.sites(of: contract.number).first { $0.isRepresentative } : nil
        return ServiceListPage.Row(
            service: visit.words.language == .japanese ? contract.service.ja : contract.service.en,
            number: contract.number, representative: representative?.voiceContracts.first,
            state: contract.mark(visit.words),
            openedOn: contract.openedOn.map { DayText.text($0, in: visit.words.language) },
            details: contract.detailsPath, settings: contract.settingsPath)
    }

    /// 契約中の詳細情報.
    private func contract(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let (text, after) = (context.parameters.get("contract") ?? "", try request.query()["after"])
        let page = try await services.workers.run {
            let contract = try visit.session.contract(text)
            let filter = NumberFilter(contract: contract.number)
            let entries = try visit.session.numbers(
                after: after.flatMap { try? ControlSession.parsed($0) }, in: filter, limit: Self.pageSize + 1)
            let shown = entries.prefix(Self.pageSize)
            let sites = contract.isVoiceGroup ? try visit.session.sites(of: contract.number) : []
            return ContractPage(
                card: ServiceCard(contract, try visit.session.numberTally(of: contract.number), visit.words),
                company: contract.company, isVoiceGroup: contract.isVoiceGroup,
                options: contract.options.map { visit.words("option.\($0.rawValue)") },
                hasOptions: !contract.options.isEmpty,
                sites: sites.map(SiteRow.init),
                rows: shown.map { ContractPage.Row($0, below: contract.settingsPath, visit.words) },
                isEmpty: shown.isEmpty,
                isFirst: after == nil, firstPath: contract.detailsPath,
                nextPath: entries.count > shown.count
                    ? shown.last.map { "\(contract.detailsPath)?after=\(PercentEncoding.text($0.number.canonical))" }
                    : nil)
        }
        return try services.portalPage(page, at: .services, visit, request, context)
    }
}

extension ServiceKind {
    fileprivate func name(in language: Language) -> String {
        language == .japanese ? nameInJapanese : nameInEnglish
    }
}
