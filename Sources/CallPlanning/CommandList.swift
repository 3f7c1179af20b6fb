/// The few commands that one event can lead to, kept in place: no plan allocates memory to say what it wants.
package struct CommandList: Sendable, Equatable, RandomAccessCollection {
    /// No event leads to more: cancel, tell the caller, divert.
    package static let capacity = 3

    private var first: CallCommand?
    private var second: CallCommand?
    private var third: CallCommand?

    package init(_ first: CallCommand? = nil, _ second: CallCommand? = nil, _ third: CallCommand? = nil) {
        append(first)
        append(second)
        append(third)
    }

    /// Told here and not by the protocol's way from start to end, which would be asked for at run time.
    package var count: Int { endIndex }
    package var startIndex: Int { 0 }
    package var endIndex: Int { first == nil ? 0 : second == nil ? 1 : third == nil ? 2 : 3 }

    package subscript(position: Int) -> CallCommand {
        let command =
            switch position {
            case 0: first
            case 1: second
            case 2: third
            default: CallCommand?.none
            }
        guard let command else { preconditionFailure("command \(position) of \(count)") }
        return command
    }

    private mutating func append(_ command: CallCommand?) {
        guard let command else { return }
        if first == nil { first = command } else if second == nil { second = command } else { third = command }
    }
}
