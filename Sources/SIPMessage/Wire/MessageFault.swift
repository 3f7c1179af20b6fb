/// What is wrong with a message that can still be told apart and, if it is a request, answered.
package enum MessageFault: Error, Sendable, Equatable, CustomStringConvertible {
    case requestLine
    case statusLine
    case version
    case headerLine
    case bareLineFeed
    case noBlankLine
    case contentLength
    case conflictingContentLengths
    case bodyTooShort
    case tooManyHeaders
    case missing(HeaderName)
    case repeated(HeaderName)
    case value(HeaderName)
    case requestURI
    case methodMismatch
    case unknownMethodMismatch

    /// The status that answers a request with this fault.
    package var status: Int {
        switch self {
        case .version: 505
        case .unknownMethodMismatch: 501
        default: 400
        }
    }

    /// A reason phrase that names the place (RFC 3261 §21.4.1 asks for it).
    package var description: String {
        switch self {
        case .requestLine: "Malformed Request-Line"
        case .statusLine: "Malformed Status-Line"
        case .version: "Version Not Supported"
        case .headerLine: "Malformed Header Line"
        case .bareLineFeed: "Line Without CRLF"
        case .noBlankLine: "Headers Not Ended"
        case .contentLength: "Malformed Content-Length"
        case .conflictingContentLengths: "Conflicting Content-Lengths"
        case .bodyTooShort: "Content-Length Larger Than Message"
        case .tooManyHeaders: "Too Many Headers"
        case .missing(let name): "Missing \(name.text)"
        case .repeated(let name): "Repeated \(name.text)"
        case .value(let name): "Malformed \(name.text)"
        case .requestURI: "Malformed Request-URI"
        case .methodMismatch: "CSeq Method Does Not Match"
        case .unknownMethodMismatch: "Method Not Implemented"
        }
    }
}
