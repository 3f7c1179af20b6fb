import HTTPTypes
import Hummingbird

/// What a page can't be given for. Each has a page of its own that tells the person what to do.
enum PortalError: Error, Equatable {
    case notFound
    /// The page is there for requests of these methods only.
    case methodNotAllowed(Set<HTTPRequest.Method>)
    case notPermitted
    /// The form was not one that this browser was given, or was given too long ago.
    case foreignForm
    case unreadableForm
    case tooLarge
    /// The person's rights have changed while they did it.
    case overtaken
    /// A session is needed, and there is none: back to the sign-in of this site.
    case signInNeeded(Door)

    var status: HTTPResponse.Status {
        switch self {
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .notPermitted, .foreignForm: .forbidden
        case .unreadableForm: .badRequest
        case .tooLarge: .contentTooLarge
        case .overtaken: .conflict
        case .signInNeeded: .seeOther
        }
    }

    /// The texts of its page begin with that.
    var key: String {
        switch self {
        case .notFound, .signInNeeded: "error.not-found"
        case .methodNotAllowed: "error.method-not-allowed"
        case .notPermitted: "error.not-permitted"
        case .foreignForm: "error.foreign-form"
        case .unreadableForm: "error.unreadable-form"
        case .tooLarge: "error.too-large"
        case .overtaken: "error.overtaken"
        }
    }
}

/// Why the web sites can't be served.
package enum PortalFault: Error, CustomStringConvertible {
    case template(name: String, reason: String)
    case texts(file: String, line: Int)
    case address(String, reason: String)
    /// Codes and mails would be there for everybody.
    case labElsewhere(String)

    package var description: String {
        switch self {
        case .template(let name, let reason): "the page \(name) can't be read: \(reason)"
        case .texts(let file, let line): "\(file), line \(line): a text is \"key = text\""
        case .address(let address, let reason):
            "the web sites can't be served at \(address): \(reason); name another address with --http"
        case .labElsewhere(let host):
            "a lab shows codes and mails to whoever asks, so it is served on a loopback address only, not at \(host): "
                + "leave --lab (http.lab) out, or give --http (http.listen) 127.0.0.1:8080"
        }
    }
}
