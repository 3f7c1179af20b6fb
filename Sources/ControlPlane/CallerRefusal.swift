package import Directory

/// Why a caller can't be put on a block list: who calls is never told to be that one (CallerClassifier in CallPlanning).
package enum CallerRefusal: Error, Equatable, CustomStringConvertible {
    /// A URI whose user is a name or an extension, as it was typed. Which domains are ours is known to the server's
    /// configuration, not here; and at another domain they mean nobody.
    case atHost(String, user: PhoneNumber)
    /// 184 or 186, and the number without it.
    case presentationPrefix(String, rest: String)
    /// A `*`, as if it stood for any digits.
    case wildcard(PhoneNumber)
    /// What stands where a caller's number is not told.
    case nobody(PhoneNumber)

    /// Nil: the caller is none of these.
    init?(of caller: PhoneNumber) {
        if let (prefix, rest) = caller.presentationPrefix {
            self = .presentationPrefix(prefix, rest: rest)
        } else if caller.canonical.contains("*") {
            self = .wildcard(caller)
        } else if PhoneNumber.namelessUsers.contains(caller.canonical.lowercased()) {
            self = .nobody(caller)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .atHost(let text, let user):
            "\(text) can't be blocked, because \(cause); give \(user) for that one, or the number that is shown when this "
                + "one calls"
        case .presentationPrefix(let prefix, let rest):
            "\(prefix)\(rest) can't be blocked because \(cause); give \(rest) alone"
        case .wildcard(let caller): "\(caller) can't be blocked, because \(cause); give each number in full"
        case .nobody(let caller):
            "\(caller) can't be blocked, because \(cause): turn those calls away with \"tsunagi anonymous reject NUMBER\""
        }
    }

    /// Completes "no call comes from this one, because …".
    var cause: String {
        switch self {
        case .atHost(_, let user):
            "names and extensions are callers at our own domains only, where \(user) alone is the caller"
        case .presentationPrefix(let prefix, _):
            "it begins with \(prefix), which is dialled before a number and part of no caller's"
        case .wildcard: "* stands for no digits here and is part of no caller's number"
        case .nobody: "that is what stands where no caller's number is told"
        }
    }
}
