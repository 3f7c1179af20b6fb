import Directory
import Storage

/// Follows the rules of our numbers, to see whether calls would come back to where they started.
enum ForwardingLoop {
    /// Numbers that are looked at before the search gives up; while a call is handled there are limits of their own.
    private static let searchLimit = 10_000

    /// The way from a number through a destination back to the number, or nil. Every active rule counts, resting ones
    /// too: which of them applies is known only when a call comes. So do those whose option is not contracted now, and
    /// those outside their schedule and those that something lies over for a time, and that too: what can go in a circle at
    /// some time is a loop.
    ///
    /// - Parameter moment: now, in milliseconds since the Unix epoch.
    static func path(
        from number: PhoneNumber, through destination: PhoneNumber, in snapshot: ControlSnapshot, at moment: Int64
    ) throws -> [PhoneNumber]? {
        var cameFrom: [PhoneNumber: PhoneNumber] = [destination: number]
        var queue = [destination]
        var next = 0
        while next < queue.count, queue.count < searchLimit {
            let current = queue[next]
            next += 1
            guard let record = try snapshot.savedRecord(of: current)?.record else { continue }
            for case .number(let target)? in destinations(of: record, at: moment) {
                if target == number { return way(to: current, cameFrom, start: number) + [number] }
                guard cameFrom[target] == nil else { continue }
                cameFrom[target] = current
                queue.append(target)
            }
        }
        return nil
    }

    private static func destinations(of record: NumberRecord, at moment: Int64) -> [Destination?] {
        ForwardingCondition.allCases.flatMap { condition in
            let temporary = record.temporaryForwarding[condition].flatMap {
                $0.until.hasPassed(at: moment) ? nil : $0.destination
            }
            return [record.forwarding.active[condition], temporary]
        }
    }

    private static func way(
        to end: PhoneNumber, _ cameFrom: [PhoneNumber: PhoneNumber], start: PhoneNumber
    ) -> [PhoneNumber] {
        var path = [end]
        while let last = path.last, last != start, let before = cameFrom[last] { path.append(before) }
        return path.reversed()
    }
}
