import CallRouting
import Foundation
import Logging
import Metering
import Portal
import SIPMessage
import SIPTransaction
import SIPTransport
import Storage

/// Gathers what is to be told of a running server, when somebody asks.
struct ServerMeter: Sendable {
    let server: SIPServer
    let locations: LocationTable
    let control: ControlDatabase
    let runtime: RuntimeDatabase
    let memory: RuleMemory
    let outbox: OutboxCounts
    /// Nil: no web sites are served.
    let portal: PortalServer?
    let threads: WaitingThreads
    let logger: Logger
    let startedAt = Date().timeIntervalSince1970

    /// Everything, in Prometheus' text format.
    func metrics() async -> String {
        var text = MetricsText()
        text.gauges("tsunagi_build_info", "Which Tsunagi this is.", [(["version": Version.text], 1)])
        let measures = await server.measures()
        writeCalls(measures.engines, to: &text)
        writeMessages(measures.engines, to: &text)
        text.gauge("tsunagi_registered_contacts", "Registered phones.", locations.count)
        writeLimits(measures, to: &text)
        writeShards(measures, to: &text)
        writeConnections(measures, to: &text)
        await writeStorage(measures, to: &text)
        ProcessMeasures().write(to: &text, startedAt: startedAt)
        return text.text
    }

    private func writeCalls(_ engines: EngineMeasures, to text: inout MetricsText) {
        let routing = engines.routing
        text.counter("tsunagi_calls_begun_total", "New calls that were accepted for setting up.", routing.callsBegun)
        text.counters(
            "tsunagi_calls_total", "Calls that have been set up or have failed, by what became of them.",
            routing.outcomes.map { (["outcome": $0.name], $1) })
        text.counters(
            "tsunagi_call_rules_total", "What rules have done to calls; one that is forwarded twice counts twice.",
            routing.rules.map { (["rule": $0.name], $1) })
        text.gauge("tsunagi_calls_in_progress", "Calls that are being set up.", routing.callsInProgress)
        text.histogram(
            "tsunagi_call_trying_seconds", "From an INVITE to its 100, where nothing else was sent before.",
            engines.transactions.trying)
        text.histogram("tsunagi_call_ringing_seconds", "From a call's INVITE to its first 180.", routing.ringing)
        text.histograms(
            "tsunagi_call_final_seconds", "From a call's INVITE to its final response.",
            [(["result": "answered"], routing.answered), (["result": "failed"], routing.failed)])
    }

    private func writeMessages(_ engines: EngineMeasures, to text: inout MetricsText) {
        let (routing, transactions) = (engines.routing, engines.transactions)
        func methods(_ direction: String, _ tally: Tally<Method>) -> [(MetricsText.Labels, Int)] {
            tally.map { (["direction": direction, "method": $0.name ?? "other"], $1) }
        }
        func classes(_ direction: String, _ tally: Tally<RoutingCounters.StatusClass>) -> [(MetricsText.Labels, Int)] {
            tally.map { (["direction": direction, "class": $0.name], $1) }
        }
        text.counters(
            "tsunagi_requests_total", "SIP requests, retransmissions included.",
            methods("received", routing.requestsReceived) + methods("sent", routing.requestsSent))
        text.counters(
            "tsunagi_responses_total", "SIP responses, retransmissions included.",
            classes("received", routing.responsesReceived) + classes("sent", routing.responsesSent))
        text.counters(
            "tsunagi_retransmissions_total", "Requests that came once more, and messages that were sent once more.",
            [(["direction": "received"], transactions.repeated), (["direction": "sent"], transactions.retransmitted)])
        text.counter(
            "tsunagi_transaction_timeouts_total", "Requests of ours that nobody has answered in time.",
            transactions.timedOut)
        text.gauges(
            "tsunagi_transactions", "Open transactions.",
            [(["side": "server"], engines.serverTransactions), (["side": "client"], engines.clientTransactions)])
        text.gauge("tsunagi_requests_in_progress", "Requests that wait for their final response.", engines.contexts)
        text.counters(
            "tsunagi_authentications_total", "What became of digest credentials.",
            routing.authentications.map { (["result": $0.name], $1) })
    }

    private func writeConnections(_ measures: ServerMeasures, to text: inout MetricsText) {
        text.gauge("tsunagi_connections", "TCP connections of SIP.", measures.connections.open)
        let streams = measures.shards.compactMap { $0?.streams }
        text.counters(
            "tsunagi_connections_closed_total", "TCP connections of SIP that were closed here, by the reason.",
            [
                (["reason": "broken"], streams.reduce(0) { $0 + $1.broken }),
                (["reason": "expired"], streams.reduce(0) { $0 + $1.expired }),
                (["reason": "slow"], streams.reduce(0) { $0 + $1.queuedPerConnection }),
            ])
        if let portal {
            text.gauge("tsunagi_web_connections", "Connections of the web sites.", portal.connectionCounts.open)
        }
        if let capture = measures.capture {
            text.counters(
                "tsunagi_hep_packets_total", "Copies of messages for the capture server, by what became of them.",
                [
                    (["result": "sent"], capture.sent), (["result": "dropped"], capture.dropped),
                    (["result": "failed"], capture.failed),
                ])
        }
        text.gauge("tsunagi_lookups_waiting", "Questions for the addresses of names.", measures.lookups.waiting)
    }
}
