import Directory
import Storage

extension ControlSession {
    /// Callers whom an older version has put on a list, or a file as kept, and from whom no call can come.
    func checkBlockLists(_ snapshot: ControlSnapshot, _ found: (CheckFinding) throws -> Void) throws {
        try snapshot.eachBlockedCaller { number, caller in
            guard let refusal = try Self.refusal(of: caller, in: snapshot) else { return }
            try found(
                CheckFinding(
                    .blockList, number.description,
                    "its block list has \(caller), which turns nobody away, because \(refusal.cause)",
                    remedy: "take it off with \"tsunagi block remove \(number) \(Self.quoted(caller))\", and "
                        + Self.substitute(for: refusal, number)))
        }
    }

    /// What does that which the entry was meant to do.
    private static func substitute(for refusal: CallerRefusal, _ number: PhoneNumber) -> String {
        switch refusal {
        case .atHost(_, let user): "block \(user) with \"tsunagi block add \(number) \(quoted(user))\""
        case .presentationPrefix(_, let rest): "block \(rest) with \"tsunagi block add \(number) \(rest)\""
        case .wildcard: "block each number in full with \"tsunagi block add \(number) …\""
        case .nobody: "turn those calls away with \"tsunagi anonymous reject \(number)\""
        }
    }

    /// For a shell, which takes some of what a name may have, such as a `*`, for its own.
    private static func quoted(_ caller: PhoneNumber) -> String {
        let text = caller.description
        let isPlain = text.allSatisfy { $0.isLetter || $0.isNumber || "+-_.".contains($0) }
        return isPlain ? text : "'\(text.replacing("'", with: "'\\''"))'"
    }
}
