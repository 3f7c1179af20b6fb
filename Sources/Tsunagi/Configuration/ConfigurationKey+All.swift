import CallPlanning
import CallRouting
import ControlPlane
import Directory
import Portal

extension ConfigurationKey {
    /// Every key there is, in the order in which they are told.
    static let all: [ConfigurationKey] =
        network + service + registrations + callLog + messages + timers
        + limits + sources

    private static let network: [ConfigurationKey] = [
        .list(
            "domains", \.domains, allowed: "a list of host names or addresses",
            "names that calls to our numbers are addressed with", where: SIPAddress.isHost),
        .list(
            "sip.listen", \.sip.listen, allowed: "a list such as udp:127.0.0.1:5060, tcp:[::1]:5060",
            "where SIP is served", where: isListener),
        .text(
            "sip.advertised", \.sip.advertised, allowed: "a host name or an address",
            "our host in Via and Record-Route when we listen on all addresses", where: SIPAddress.isHost),
        .text(
            "http.listen", \.http.listen, allowed: "an address such as 127.0.0.1:8080 or [::1]:8080, or off",
            "where the web sites are served"
        ) { $0 == "off" || isAddressAndPort($0[...]) },
        .toggle("http.lab", \.http.lab, "whether /lab/outbox shows codes and mails, on a loopback address only"),
        .text(
            "http.tls.certificate", \.http.tls.certificate, allowed: "a file in PEM",
            "the certificate that the web sites are served with, and those that it was signed by"
        ) { _ in true },
        .text("http.tls.key", \.http.tls.key, allowed: "a file in PEM", "its private key") { _ in true },
        .list(
            "http.proxies", \.http.proxies, allowed: "a list such as 192.0.2.0/24, 2001:db8::/32",
            "proxies before the web sites that may say who has sent a request", where: isNetwork),
        .choice("http.forwarded", \.http.forwarded, "the headers in which they say it"),
        .integer("http.connections.all", \.http.connections, 10...100_000, "connections of the web sites"),
        .integer("http.connections.address", \.http.connectionsPerAddress, 1...100_000, "of one address"),
        .text(
            "metrics.listen", \.metrics.listen, allowed: "an address such as 127.0.0.1:9090 or [::1]:9090, or off",
            "where metrics and health are told; port 0: any that is free, and tsunagi top finds it"
        ) { $0 == "off" || isAddressAndPort($0[...]) },
        .text(
            "hep.server", \.hep.server, allowed: "an address such as 192.0.2.5:9060 or [2001:db8::5]:9060",
            "a capture server (Homer, sngrep) that gets a copy of every SIP message by HEPv3 over UDP"
        ) { isAddressAndPort($0[...]) },
        .integer("hep.id", \.hep.id, 0...4_294_967_295, "the number that it knows us by"),
        .integer("shards", \.shards, 0...256, "event loops that share the calls; 0: one for each core"),
        .list(
            "trusted.networks", \.trustedNetworks, allowed: "a list such as 192.0.2.0/24, 2001:db8::/32",
            "peers whose assertions count", where: isNetwork),
        .choice("log.level", \.logLevel, "how much the server tells on its standard error"),
        .choice("log.format", \.logFormat, "text for people, or a JSON object a line"),
    ]

    private static let service: [ConfigurationKey] = [
        .text(
            "voicemail.uri", \.voicemail.uri, allowed: "a URI such as sip:voicemail@vm.example",
            "where forwarding to voice mail goes"
        ) { SIPAddress.flaw(in: $0) == nil },
        .oneOf(
            "anonymous.status", \.anonymousStatus, PlanningPolicy.anonymousStatuses.map(\.key),
            "the answer to a rejected anonymous call"),
        .integer("blocked.status", \.blockedStatus, PlanningPolicy.blockedStatuses, "the answer to a blocked caller"),
        .list(
            "emergency.numbers", \.emergencyNumbers, allowed: "a list of numbers such as 110, 119",
            "numbers that no rule touches", where: EmergencyNumbers.canHave),
        .integer(
            "forwarding.limit", \.forwarding.limit, DiversionLimit.range, "how often a call may be diverted"),
        .integers("forwarding.busy", \.forwarding.busyStatuses, 400...699, "statuses that mean busy"),
        .integers(
            "forwarding.unreachable", \.forwarding.unreachableStatuses, 400...699,
            "statuses that mean unreachable, from a phone that has not rung"),
        .toggle("forwarding.deflection", \.forwarding.deflection, "whether a phone may send a call on by a 3xx"),
        .toggle("forwarding.notify", \.forwarding.notify, "whether a caller is told of each diversion (181)"),
    ]

    private static let registrations: [ConfigurationKey] = [
        .integer("registrar.contacts.maximum", \.registrar.maximumContacts, 1...100, "phones of one number"),
        .integer("registrar.expires.minimum", \.registrar.minimumExpires, 1...86_400, "seconds"),
        .integer("registrar.expires.default", \.registrar.defaultExpires, 1...604_800, "seconds"),
        .integer("registrar.expires.maximum", \.registrar.maximumExpires, 1...604_800, "seconds"),
        .integer(
            "authentication.nonce.lifetime", \.authentication.nonceLifetime, 1...86_400,
            "seconds that a challenge may be answered with"),
    ]

    private static let callLog: [ConfigurationKey] = [
        .toggle("calls.log", \.calls.log, "whether calls are logged"),
        .choice("calls.ladder", \.calls.ladder, "which calls the log keeps the messages of"),
        .integer("calls.maximum.age", \.calls.maximumAge, 1...36_500, "days that a call stays in the log"),
        .integer("calls.maximum.count", \.calls.maximumCount, 1...1_000_000_000, "calls in the log"),
        .integer("calls.maximum.bytes", \.calls.maximumBytes, 1_000_000...Int.max, "bytes of the log"),
    ]

    private static let timers: [ConfigurationKey] = [
        .integer("timers.t1", \.timers.t1, 10...10_000, "milliseconds (RFC 3261 section 17)"),
        .integer("timers.t2", \.timers.t2, 10...60_000, "milliseconds"),
        .integer("timers.t4", \.timers.t4, 10...60_000, "milliseconds"),
        .integer(
            "timers.c", \.timers.c, RoutingConfiguration.timerCSeconds, "seconds that an INVITE may go on without news"),
        .integer(
            "timers.unanswered.provisional", \.timers.unansweredProvisional, 1...64,
            "seconds of silence after which a phone is unreachable"),
        .integer(
            "timers.unanswered.progress", \.timers.unansweredProgress, 1...64,
            "seconds after a 183 after which a phone counts as ringing"),
        .integer("timers.shutdown", \.timers.shutdown, 0...600, "seconds for running transactions when we stop"),
    ]

    private static let limits: [ConfigurationKey] = [
        .integer("limits.transactions", \.limits.transactions, 100...10_000_000, "of a shard"),
        .integer(
            "limits.delay", \.limits.delay, 0...10_000,
            "milliseconds that messages may wait before new requests are answered 503; 0: no limit"),
        .integer("limits.breadth", \.limits.breadth, RoutingConfiguration.breadthRange, "branches of a request"),
        .integer("limits.connections.all", \.limits.connections, 1...1_000_000, "TCP connections"),
        .integer("limits.connections.address", \.limits.connectionsPerAddress, 1...1_000_000, "of one address"),
        .integer("limits.connections.idle", \.limits.idle, 10...86_400, "seconds that a connection may be silent"),
        .integer(
            "limits.connections.incomplete", \.limits.incomplete, 1...3_600,
            "seconds that a message on a connection may take"),
        .integer(
            "limits.connections.silent", \.limits.silent, 1...3_600,
            "seconds until an accepted connection must have brought a message"),
        .integer("limits.message", \.limits.message, 65_535...16_777_216, "bytes of a message on a stream"),
        .integer("limits.calls.queued", \.limits.queuedCalls, 100...1_000_000, "calls that wait for the log"),
        .integer(
            "limits.numbers.cached", \.limits.cachedNumbers, 2...10_000_000,
            "numbers whose rules each shard remembers; more than these are held in memory for all of them"),
    ]

    private static let sources: [ConfigurationKey] = [
        .integer(
            "sources.rate", \.sources.rate, 0...1_000_000, "messages per second of one address; 0: no limit"),
        .integer("sources.burst", \.sources.burst, 1...1_000_000, "messages that it may send at once"),
        .integer(
            "sources.passwords", \.sources.passwords, 1...100_000,
            "wrong passwords of one address at once, then one every ten seconds"),
        .integer(
            "sources.challenges", \.sources.challenges, 1...1_000_000,
            "challenges that one address may leave unanswered at once, then five a second"),
        .integer(
            "sources.calls", \.sources.calls, 0...100_000, "calls per second of one of our numbers; 0: no limit"),
        .integer(
            "sources.ban", \.sources.ban, 0...31_536_000,
            "seconds that an address is banned for that goes on; 0: nobody is banned"),
        .list(
            "sources.exempt", \.sources.exempt, allowed: "a list such as 192.0.2.0/24, 2001:db8::/32",
            "addresses that these limits do not concern", where: isNetwork),
        .toggle("sources.trusted", \.sources.trusted, "whether they concern the peers of trusted.networks"),
    ]

    private static func isListener(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return false }
        guard ["udp", "tcp"].contains(text[..<colon].lowercased()) else { return false }
        return isAddressAndPort(text[text.index(after: colon)...])
    }

    private static func isAddressAndPort(_ address: Substring) -> Bool {
        IPText.hostAndPort(address).map { IPText.isAddress($0.host) } ?? false
    }

    private static func isNetwork(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = parts.first, IPText.isAddress(address) else { return false }
        guard parts.count == 2 else { return true }
        return Int(parts[1]).map { (0...(address.contains(":") ? 128 : 32)).contains($0) } ?? false
    }
}
