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

    package private(set) var count = 0
    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

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
        switch count {
        case 0: first = command
        case 1: second = command
        default: third = command
        }
        count += 1
    }
}
