import Metering

/// What a server does: told by two readings of its metrics, one some time after the other.
struct ServerLoad: Encodable, Equatable {
    /// Something that is counted: how often in all, and a second.
    struct Count: Encodable, Equatable {
        let name: String
        let total: Int
        let perSecond: Double
    }

    struct Shard: Encodable, Equatable {
        let name: String
        /// False: it has not answered.
        let isUp: Bool
        /// Share of a processor, 1 at most.
        let load: Double
        let batchesPerSecond: Double
        /// Messages that wait.
        let queue: Int
        /// Seconds that it took to answer.
        let delay: Double
    }

    let version: String
    /// Seconds.
    let uptime: Int
    let callsInProgress: Int
    let callsBegun: Count
    let answered: Count
    let outcomes: [Count]
    let rules: [Count]
    let registrations: Int
    let requests: Count
    let responses: Count
    let retransmissions: Count
    let transactions: Int
    let shards: [Shard]
    /// Limits that were hit.
    let limits: [Count]
    let outboxWaiting: Int
    let outboxFailed: Int
    let databaseFailures: Count
    /// Octets.
    let memory: Int
    let descriptors: Int
    /// Share of one processor; more than 1 with several.
    let processor: Double

    /// - Parameters:
    ///   - seconds: between the readings.
    ///   - now: seconds since the Unix epoch, at the second reading.
    init(from before: MetricsReading, to after: MetricsReading, seconds: Double, at now: Double) {
        func whole(_ name: String, _ labels: [String: String] = [:]) -> Int {
            after.value(name, labels).map { Int($0) } ?? 0
        }
        func rate(_ name: String, _ labels: [String: String] = [:]) -> Double {
            guard seconds > 0, let last = after.value(name, labels) else { return 0 }
            // Less than before: it was started anew.
            let difference = last - (before.value(name, labels) ?? 0)
            return max(0, difference) / seconds
        }
        func count(_ name: String, _ title: String, _ labels: [String: String] = [:]) -> Count {
            Count(name: title, total: whole(name, labels), perSecond: rate(name, labels))
        }
        func counts(_ name: String, by label: String) -> [Count] {
            after.values(name, by: label).map { count(name, $0.key, [label: $0.key]) }
        }
        version = after.samples.first { $0.name == "tsunagi_build_info" }?.labels["version"] ?? "?"
        uptime = max(0, Int(now - (after.value("process_start_time_seconds") ?? now)))
        callsInProgress = whole("tsunagi_calls_in_progress")
        callsBegun = count("tsunagi_calls_begun_total", "begun")
        answered = count("tsunagi_calls_total", "answered", ["outcome": "answered"])
        outcomes = counts("tsunagi_calls_total", by: "outcome")
        rules = counts("tsunagi_call_rules_total", by: "rule")
        registrations = whole("tsunagi_registered_contacts")
        requests = count("tsunagi_requests_total", "received", ["direction": "received"])
        responses = count("tsunagi_responses_total", "received", ["direction": "received"])
        retransmissions = count("tsunagi_retransmissions_total", "retransmissions")
        transactions = whole("tsunagi_transactions")
        shards = after.values("tsunagi_shard_up", by: "shard").map { shard in
            let label = ["shard": shard.key]
            return Shard(
                name: shard.key, isUp: shard.value > 0, load: min(1, rate("tsunagi_shard_cpu_seconds_total", label)),
                batchesPerSecond: rate("tsunagi_shard_batches_total", label),
                queue: whole("tsunagi_shard_queue_messages", label),
                delay: after.value("tsunagi_shard_delay_seconds", label) ?? 0)
        }
        limits = counts("tsunagi_limit_hits_total", by: "limit").filter { $0.total > 0 }
        outboxWaiting = whole("tsunagi_outbox_messages", ["state": "waiting"])
        outboxFailed = whole("tsunagi_outbox_messages", ["state": "failed"])
        databaseFailures = count("tsunagi_database_failures_total", "failures")
        memory = whole("process_resident_memory_bytes")
        descriptors = whole("process_open_fds")
        processor = rate("process_cpu_seconds_total")
    }
}
