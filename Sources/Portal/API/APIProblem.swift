import ControlPlane
import Foundation
import HTTPTypes
import Hummingbird
import Storage

/// Why a program did not get what it asked for (RFC 9457).
struct APIProblem: Error {
    enum Kind: String, CaseIterable {
        case malformed, unauthorized, forbidden, invalid, conflict, changed, busy
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case tooLarge = "too-large"
        case unsupportedMedia = "unsupported-media"
        case tooManyTries = "too-many-tries"
        case `internal`

        var status: HTTPResponse.Status {
            switch self {
            case .malformed: .badRequest
            case .unauthorized: .unauthorized
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .conflict: .conflict
            case .changed: .preconditionFailed
            case .tooLarge: .contentTooLarge
            case .unsupportedMedia: .unsupportedMediaType
            case .invalid: .unprocessableContent
            case .tooManyTries: .tooManyRequests
            case .busy: .serviceUnavailable
            case .internal: .internalServerError
            }
        }

        var title: String {
            switch self {
            case .malformed: "The request can't be read"
            case .unauthorized: "A token is needed"
            case .forbidden: "The token may not do this"
            case .notFound: "There is no such thing"
            case .methodNotAllowed: "This can't be done to it"
            case .conflict: "It can't be done as things stand"
            case .changed: "It was changed meanwhile"
            case .tooLarge: "The request is too large"
            case .unsupportedMedia: "The body has to be application/json"
            case .invalid: "What was sent is not allowed"
            case .tooManyTries: "Too many tries"
            case .busy: "The data can't be reached at the moment"
            case .internal: "Something went wrong here"
            }
        }
    }

    private struct Sheet: Encodable {
        let type: String
        let title: String
        let status: Int
        let detail: String
    }

    let kind: Kind
    let detail: String
    var headers = HTTPFields()

    init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    var response: Response {
        let sheet = Sheet(
            type: "urn:tsunagi:problem:\(kind.rawValue)", title: kind.title, status: kind.status.code, detail: detail)
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        if kind == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        let text = (try? JSONText.answer(sheet)) ?? "{}"
        return Response(status: kind.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension APIProblem {
    /// What a use case has refused. Nil: it is not a refusal.
    init?(_ error: any Error) {
        switch error {
        case let problem as APIProblem: self = problem
        case let refusal as APIRefusal: self.init(refusal)
        case let error as ControlError: self.init(Self.kind(error), Self.text(error.description))
        case let refusal as CallQuestionRefusal: self.init(.invalid, refusal.description)
        case let refusal as BlueprintRefusal: self.init(.invalid, Self.text(refusal.description))
        case is StorageError: self.init(.busy, "try again in a moment")
        case let error as HTTPError where error.status == .notFound: self.init(.notFound, "there is nothing here")
        case let error as HTTPError where error.status.code < 500: self.init(.malformed, "the request can't be read")
        default: return nil
        }
    }

    private init(_ refusal: APIRefusal) {
        switch refusal {
        case .unknownToken: self.init(.unauthorized, refusal.description)
        case .otherRequest, .unanswered: self.init(.conflict, refusal.description)
        case .tooManyTries:
            self.init(.tooManyTries, refusal.description)
            headers[.retryAfter] = "60"
        }
    }

    private static func kind(_ error: ControlError) -> Kind {
        switch error {
        case .notPermitted, .outsideScope: .forbidden
        case .noSuchNumber, .noSuchOperation, .noSuchTrunk, .noSuchCall, .noHistory, .noHistoryOf, .noSuchChange,
            .noSavedDestination, .notBlocked:
            .notFound
        case .account(let refusal): kind(refusal)
        case .contract(.noSuchCompany), .contract(.noSuchContract), .contract(.noSuchSite),
            .contract(.noSuchVoiceContract):
            .notFound
        case .changedSince, .notChangedYet: .changed
        case .numberExists, .noFreeSlot, .blockListFull, .destinationSaved, .destinationInUse, .cannotUndo, .loop,
            .loopElsewhere, .nothingToRestore, .noNumbers, .contract(.optionMissing), .contract(.optionWithheld):
            .conflict
        // All else is said of what was sent.
        default: .invalid
        }
    }

    private static func kind(_ refusal: AccountRefusal) -> Kind {
        switch refusal {
        case .noSuchUser, .noSuchGroup, .noSuchAdministratorID, .noSuchLoginID, .noSuchSession, .noSuchToken: .notFound
        case .userExists, .lastAdministrator, .suspended, .hasPassword, .noPassword, .linkTooSoon, .tooManyTokens:
            .conflict
        case .tokenScope, .rightsChanged, .signInForbidden: .forbidden
        default: .invalid
        }
    }

    /// Without what is said there to who works at the command line.
    static func text(_ description: String) -> String {
        guard let command = description.range(of: "\"tsunagi ") else { return description }
        let before = description[..<command.lowerBound]
        guard let end = before.range(of: ": ", options: .backwards) else { return String(before) }
        return String(before[..<end.lowerBound])
    }
}
