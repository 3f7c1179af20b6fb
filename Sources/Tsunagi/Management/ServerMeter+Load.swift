import CallRouting
import Logging
import Metering
import Portal
import SIPTransport
import Storage

/// How near the server is to what it can carry.
extension ServerMeter {
    /// Every limit has its counter, from the start: one that has never been hit is a zero.
    func writeLimits(_ measures: ServerMeasures, to text: inout MetricsText) {
        let shards = measures.shards.compactMap { $0 }
        let streams = shards.map(\.streams)
        var hits: [(limit: String, count: Int)] = measures.engines.routing.limits.map { ($0.name, $1) }
        hits.append(("queued_handovers", shards.map(\.lost).reduce(0, +)))
        hits.append(("messages_of_source", shards.map(\.sources.limited).reduce(0, +)))
        hits.append(("queued_datagrams", shards.flatMap(\.sockets).map(\.unsent).reduce(0, +)))
        hits.append(("connections", measures.connections.refused + measures.connections.unopened))
        hits.append(("queued_per_connection", streams.map(\.queuedPerConnection).reduce(0, +)))
        hits.append(("queued_while_connecting", streams.map(\.queuedWhileConnecting).reduce(0, +)))
        hits.append(("lookups", measures.lookups.dropped))
        hits.append(("queued_records", measures.records.dropped))
        if let capture = measures.capture { hits.append(("queued_copies", capture.dropped)) }
        if let portal { hits.append(("web_connections", portal.connectionCounts.refused)) }
        text.counters(
            "tsunagi_limit_hits_total",
            "How often a limit was reached, and something was refused or lost; messages_of_source counts all that came beyond "
                + "its rate, also what went on: messages of calls that stand, and keepalives.",
            hits.map { (["limit": $0.limit], $0.count) })
        text.counter("tsunagi_bans_total", "How often an address was banned for what it did.", measures.bans)
    }

    func writeShards(_ measures: ServerMeasures, to text: inout MetricsText) {
        let shards = measures.shards.enumerated().compactMap { index, shard in shard.map { ("\(index)", $0) } }
        text.gauges(
            "tsunagi_shard_transaction_places",
            "What open transactions, and the long messages kept with them, take of limits.transactions.",
            shards.map { (["shard": $0], $1.engine.placesTaken) })
        text.counters(
            "tsunagi_shard_overloads_total", "How often the event loop came to have more to do than it can.",
            shards.map { (["shard": $0], $1.overloads) })
        text.counters(
            "tsunagi_shard_banned_messages_total",
            "Messages and connections of banned sources, of which nothing was read.",
            shards.map { (["shard": $0], $1.sources.banned) })
        text.gauges(
            "tsunagi_shard_up", "Whether the event loop has answered within a second.",
            measures.shards.enumerated().map { (["shard": "\($0)"], $1 == nil ? 0 : 1) })
        text.counters(
            "tsunagi_shard_batches_total", "Batches of messages.", shards.map { (["shard": $0], $1.batches) })
        text.counters(
            "tsunagi_shard_cpu_seconds_total", "Processor time of the event loop: 1 a second is a full load.",
            shards.map { (["shard": $0], $1.processorSeconds) })
        text.gauges(
            "tsunagi_shard_delay_seconds", "How long the event loop took to answer the question for these values.",
            shards.map { (["shard": $0], $1.delay / .seconds(1)) })
        text.gauges(
            "tsunagi_shard_queue_messages", "Messages that another shard has received and handed over.",
            shards.map { (["shard": $0], $1.waiting) })
        let sockets = shards.flatMap { shard, measures in
            measures.sockets.map { (["shard": shard, "socket": $0.local] as MetricsText.Labels, $0) }
        }
        text.gauges(
            "tsunagi_socket_unread_bytes", "What waits in a UDP socket, as the kernel counts it.",
            sockets.map { ($0, $1.unread) })
        text.counters(
            "tsunagi_socket_dropped_total", "Datagrams that the kernel has dropped because a UDP socket was full.",
            sockets.map { ($0, $1.dropped) })
    }

    func writeStorage(_ measures: ServerMeasures, to text: inout MetricsText) async {
        text.gauge("tsunagi_call_records_waiting", "Calls that are to be written to the log.", measures.records.waiting)
        writeDatabases([control.measures, runtime.measures], to: &text)
        writeMemory(memory.size, to: &text)
        do {
            let outbox = outbox
            writeOutbox(try await threads.run { try outbox.read() }, to: &text)
        } catch {
            logger.warning("the outbox can't be counted: \(error)")
        }
    }

    private func writeDatabases(_ databases: [DatabaseMeasures], to text: inout MetricsText) {
        text.histograms(
            "tsunagi_database_commit_seconds", "Transactions of the server, until they are on the disk.",
            databases.map { (["database": $0.name], $0.commits.commits) })
        text.counters(
            "tsunagi_database_failures_total", "Transactions that the database or the disk has failed.",
            databases.map { (["database": $0.name], $0.commits.failures) })
        text.gauges(
            "tsunagi_database_last_failure_timestamp_seconds",
            "When the last of them failed, since the Unix epoch; 0: none.",
            databases.map { (["database": $0.name], Double($0.commits.lastFailure?.at ?? 0) / 1000) })
        text.gauges(
            "tsunagi_database_size_bytes", "The file, and the log of what was committed last (wal).",
            databases.flatMap { database in
                let main: MetricsText.Labels = ["database": database.name, "file": "main"]
                let log: MetricsText.Labels = ["database": database.name, "file": "wal"]
                return [(main, database.size), (log, database.logSize)]
            })
    }

    private func writeMemory(_ size: RuleMemory.Size, to text: inout MetricsText) {
        text.gauge("tsunagi_rules_in_memory", "Numbers whose rules are held in memory for all shards.", size.numbers)
        text.gauge("tsunagi_rules_in_memory_bytes", "What they take.", size.octets)
        text.gauge(
            "tsunagi_rules_in_memory_complete", "Whether all numbers are there, or were when they were read last.",
            size.isWhole ? 1 : 0)
    }

    private func writeOutbox(_ counts: OutboxCounts.Counts, to text: inout MetricsText) {
        text.gauges(
            "tsunagi_outbox_messages", "Mails and short messages that wait, are being sent, or have failed.",
            OutboxCounts.states.flatMap { state in
                OutboxChannel.allCases.map { channel in
                    let labels: MetricsText.Labels = ["channel": channel.rawValue, "state": state.rawValue]
                    return (labels, counts.messages[state]?[channel] ?? 0)
                }
            })
        text.counters(
            "tsunagi_outbox_dropped_total", "Messages that only told of a change, and found too many others waiting.",
            OutboxChannel.allCases.map { (["channel": $0.rawValue], counts.dropped[$0] ?? 0) })
    }
}
