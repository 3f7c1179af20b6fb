import ControlPlane
import Hummingbird
import SignIn

/// SMS認証番号設定: one form for the administrator's own number and every login ID's → all of them once more → set.
///
/// What is shown once more travels in the form, and is judged again when it is set.
struct SMSNumberController: Sendable {
    private static let path = "\(Door.administrator.base)/sms-numbers"
    /// Login IDs in one form.
    private static let pageSize = 1_000

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/oa/sms-numbers") { try await form($0, $1) }
        router.post("/oa/sms-numbers") { try await check($0, $1) }
        router.post("/oa/sms-numbers/edit") { try await edit($0, $1) }
        router.post("/oa/sms-numbers/set") { try await set($0, $1) }
        router.get("/oa/sms-numbers/done") { try await done($0, $1) }
    }

    private func form(_ request: Request, _ context: PortalContext) async throws -> Response {
        let sheet = try await sheet(request, context)
        return try services.page(try page(of: sheet, typed: nil), for: sheet.guest, request, context)
    }

    /// 戻る from the second look: what was typed is there still.
    private func edit(_ request: Request, _ context: PortalContext) async throws -> Response {
        let sheet = try await sheet(request, context)
        return try services.page(try page(of: sheet, typed: context.form), for: sheet.guest, request, context)
    }

    /// 設定: shows all of them once more, and changes nothing yet.
    private func check(_ request: Request, _ context: PortalContext) async throws -> Response {
        let sheet = try await sheet(request, context)
        do {
            let wishes = try await services.workers.run {
                try sheet.guest.session.checkSMSNumbers(of: sheet.guest.contract, sheet.form(context.form))
            }
            return try services.page(try confirmation(of: wishes, sheet), for: sheet.guest, request, context)
        } catch ControlError.account(.smsNumbers(let flaws)) {
            return try refused(flaws, sheet, request, context)
        }
    }

    private func set(_ request: Request, _ context: PortalContext) async throws -> Response {
        let sheet = try await sheet(request, context)
        do {
            _ = try await services.workers.run {
                try sheet.guest.session.setSMSNumbers(of: sheet.guest.contract, sheet.form(context.form))
            }
            return services.redirect(to: "\(Self.path)/done")
        } catch ControlError.account(.smsNumbers(let flaws)) {
            return try refused(flaws, sheet, request, context)
        }
    }

    private func done(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(at: .administrator, request, context)
        let words = services.words(context)
        let page = DonePage(
            heading: words("administrator.sms.done.heading"), text: words("administrator.sms.done.text"),
            explanation: words("administrator.sms.done.explanation"), next: Door.administrator.base)
        return try services.page(page, for: guest, request, context)
    }
}

/// What the pages show.
extension SMSNumberController {
    /// The accounts that a page is about.
    private struct Sheet: Sendable {
        let guest: Guest
        let administrator: AdministratorIDState
        let loginIDs: LoginIDPage
        let words: Catalogue

        /// Of what was sent, that which belongs to this sheet.
        func form(_ fields: FormFields) -> SMSNumberForm {
            func typed(_ field: String) -> String? { fields[field] == nil ? nil : fields.trimmed(field) }
            let (own, shown) = (SMSNumberPage.administratorField, fields.shown(SMSNumberPage.Shown.self) ?? [:])
            return SMSNumberForm(
                administrator: typed(own), administratorShown: shown[own],
                lines: loginIDs.states.compactMap { state in
                    let field = SMSNumberPage.field(of: state.loginID)
                    return typed(field).map {
                        SMSNumberForm.Line(loginID: state.loginID, typed: $0, shown: shown[field])
                    }
                })
        }
    }

    private func sheet(_ request: Request, _ context: PortalContext) async throws -> Sheet {
        let guest = try await services.guest(at: .administrator, request, context)
        let page = Int(try request.query().trimmed("page")) ?? 1
        let (administrator, loginIDs) = try await services.workers.run {
            (
                try guest.session.administratorID(guest.principal.actor),
                try guest.session.loginIDs(matching: "", page: page, size: Self.pageSize)
            )
        }
        return Sheet(
            guest: guest, administrator: administrator, loginIDs: loginIDs,
            words: services.words(context))
    }

    private func refused(
        _ flaws: [SMSNumberFlaw], _ sheet: Sheet, _ request: Request, _ context: PortalContext
    ) throws -> Response {
        let page = try page(of: sheet, typed: context.form, flaws, context.language)
        return try services.page(page, for: sheet.guest, request, context, status: .unprocessableContent)
    }

    /// - Parameter typed: nil: the numbers that there are.
    private func page(
        of sheet: Sheet, typed: FormFields?, _ flaws: [SMSNumberFlaw] = [], _ language: Language = .japanese
    ) throws -> SMSNumberPage {
        let (administrator, loginIDs) = (sheet.administrator, sheet.loginIDs)
        let wasShown = typed?.shown(SMSNumberPage.Shown.self) ?? [:]
        func line(_ name: String, _ numbers: [String], _ field: String, _ present: String?) -> SMSNumberPage.Line {
            let present = present ?? ""
            let shown = wasShown[field] ?? present
            let value = typed?[field] ?? present
            // What was not touched is shown as it is now.
            let isTouched = value != shown
            return SMSNumberPage.Line(
                name: name, numbers: numbers, field: field, value: isTouched ? value : present,
                shown: isTouched ? shown : present, isAdministrator: field == SMSNumberPage.administratorField)
        }
        return try SMSNumberPage(
            action: address("", of: sheet),
            administrator: line(
                administrator.administratorID, [], SMSNumberPage.administratorField, administrator.smsNumber),
            lines: loginIDs.states.map { state in
                line(
                    state.loginID, state.numbers.map(TelephoneText.grouped), SMSNumberPage.field(of: state.loginID),
                    state.smsNumber)
            },
            pages: PageLinks(
                total: loginIDs.total, page: loginIDs.page, size: Self.pageSize, sheet.words
            ) { "\(Self.path)?page=\($0)" }, flaws, language, sheet.words)
    }

    private func confirmation(of wishes: [SMSNumberWish], _ sheet: Sheet) throws -> SMSNumberConfirmPage {
        let numbers = Dictionary(
            sheet.loginIDs.states.map { ($0.loginID, $0.numbers.map(TelephoneText.grouped)) },
            uniquingKeysWith: { first, _ in first })
        return try SMSNumberConfirmPage(
            setAction: address("/set", of: sheet), editAction: address("/edit", of: sheet),
            lines: wishes.map { wish in
                SMSNumberConfirmPage.Line(wish, numbers: wish.isAdministrator ? [] : numbers[wish.name] ?? [])
            })
    }

    private func address(_ step: String, of sheet: Sheet) -> String {
        sheet.loginIDs.page == 1 ? Self.path + step : "\(Self.path)\(step)?page=\(sheet.loginIDs.page)"
    }
}
