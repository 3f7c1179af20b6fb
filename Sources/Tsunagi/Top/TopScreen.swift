/// What `tsunagi top` shows, as lines of text.
struct TopScreen {
    /// How a line is set off, where there are colours.
    enum Style { case plain, title, quiet, alarm }

    typealias Line = (style: Style, text: String)

    private static let nameWidth = 24
    private static let half = 40

    let load: ServerLoad
    let address: String
    /// Why what is shown is old; nil: it is not.
    var trouble: String?

    /// - Parameter width: columns; what does not fit is cut off.
    func lines(width: Int) -> [Line] {
        var lines: [Line] = [(.title, "tsunagi \(load.version) at \(address), up \(Self.clock(load.uptime))")]
        if let trouble { lines.append((.alarm, trouble)) }
        lines += summary + [(.plain, "")] + tables + [(.plain, "")] + shards + warnings
        return lines.map { ($0.style, String($0.text.prefix(width))) }
    }

    private var summary: [Line] {
        let memory = "\(Self.grouped(load.memory / 1_000_000)) MB"
        return [
            line(
                "calls", "\(Self.grouped(load.callsInProgress)) being set up",
                "\(Self.rate(load.callsBegun)) begun, \(Self.rate(load.answered)) answered"),
            line(
                "phones", "\(Self.grouped(load.registrations)) registered",
                "\(Self.grouped(load.transactions)) transactions"),
            line(
                "messages", "\(Self.rate(load.requests)) requests",
                "\(Self.rate(load.responses)) responses, \(Self.rate(load.retransmissions)) repeated"),
            line(
                "process", "\(memory), \(load.descriptors) descriptors",
                "\(Self.percent(load.processor)) of a processor"),
        ]
    }

    private func line(_ title: String, _ first: String, _ second: String) -> Line {
        (.plain, Self.left(title, 10) + Self.left(first, Self.half - 10) + second)
    }

    /// Outcomes on the left, rules on the right.
    private var tables: [Line] {
        let (outcomes, rules) = (Self.column("outcome", load.outcomes), Self.column("rule", load.rules))
        return (0..<max(outcomes.count, rules.count)).map { row in
            let first = row < outcomes.count ? outcomes[row] : ""
            let text = row < rules.count ? Self.left(first, Self.half) + rules[row] : first
            return (row == 0 ? .quiet : .plain, text)
        }
    }

    private static func column(_ title: String, _ counts: [ServerLoad.Count]) -> [String] {
        [left(title, nameWidth) + right("/s", 6) + right("total", 9)]
            + counts.map { left($0.name, nameWidth) + right(decimal($0.perSecond), 6) + right(short($0.total), 9) }
    }

    private var shards: [Line] {
        let head =
            Self.left("shard", 8) + ["load", "batches/s", "queue", "delay ms"].map { Self.right($0, 11) }.joined()
        return [(.quiet, head)]
            + load.shards.map { shard in
                guard shard.isUp else { return (.alarm, Self.left(shard.name, 8) + "  does not answer") }
                let values = [
                    Self.percent(shard.load), Self.decimal(shard.batchesPerSecond), Self.grouped(shard.queue),
                    Self.decimal(shard.delay * 1000),
                ]
                return (.plain, Self.left(shard.name, 8) + values.map { Self.right($0, 11) }.joined())
            }
    }

    private var warnings: [Line] {
        var lines: [Line] = load.limits.map { limit in
            (.alarm, "limit hit: \(limit.name), \(Self.grouped(limit.total)) times (\(Self.rate(limit)))")
        }
        if load.limits.isEmpty { lines.append((.plain, "limits     none was hit")) }
        if load.outboxWaiting + load.outboxFailed > 0 {
            let style: Style = load.outboxFailed > 0 ? .alarm : .plain
            lines.append((style, "outbox     \(load.outboxWaiting) waiting, \(load.outboxFailed) failed"))
        }
        if load.databaseFailures.total > 0 {
            lines.append((.alarm, "databases  \(load.databaseFailures.total) transactions have failed"))
        }
        return lines
    }

    // MARK: - Numbers

    private static func rate(_ count: ServerLoad.Count) -> String { "\(decimal(count.perSecond))/s" }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    /// One place behind the point for small numbers.
    static func decimal(_ value: Double) -> String {
        guard value < 999.95 else { return grouped(Int(value.rounded())) }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    static func grouped(_ value: Int) -> String {
        var digits = String(value)
        var place = digits.count - 3
        while place > (value < 0 ? 1 : 0) {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
            place -= 3
        }
        return digits
    }

    /// In nine columns at most.
    static func short(_ value: Int) -> String {
        value < 10_000_000 ? grouped(value) : "\(grouped(value / 1_000_000))M"
    }

    static func clock(_ seconds: Int) -> String {
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
        let time =
            "\(hours):" + [minutes, seconds % 60].map { String(String(100 + $0).dropFirst()) }.joined(separator: ":")
        return days > 0 ? "\(days)d \(time)" : time
    }

    private static func left(_ text: String, _ width: Int) -> String {
        text.count < width ? text + String(repeating: " ", count: width - text.count) : text + " "
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
