import CallPlanning
import CallRouting
import SIPMessage
import SIPTransaction
import SIPTransport

extension RoutingConfiguration {
    /// What the engine is told of the server's configuration.
    ///
    /// - Parameters:
    ///   - listeners: with their real ports.
    ///   - realm: a setting of the data directory.
    ///   - secret: of the data directory; it signs routes.
    ///   - nonceSecret: of this process; what was answered with a nonce is forgotten when it ends.
    init(
        _ server: ServerConfiguration, listeners: [Listener], realm: String, secret: [UInt8], nonceSecret: [UInt8]
    ) {
        self.init(listeners: listeners, secret: secret, nonceSecret: nonceSecret)
        domains = Set(server.domains.map { $0.lowercased() })
        advertisedHost = server.sip.advertised
        if listeners.contains(where: \.endpoint.address.isWildcard) { interfaceAddresses = InterfaceAddresses.now() }
        self.realm = realm
        trustedNetworks = server.trustedNetworks.compactMap { IPNetwork($0) }
        planning = PlanningPolicy(server)
        voicemailURI = server.voicemail.uri
        registrar.maximumContacts = server.registrar.maximumContacts
        registrar.minimumExpires = server.registrar.minimumExpires
        registrar.defaultExpires = server.registrar.defaultExpires
        registrar.maximumExpires = server.registrar.maximumExpires
        transactionTimers.t1 = .milliseconds(Int64(server.timers.t1))
        transactionTimers.t2 = .milliseconds(Int64(server.timers.t2))
        transactionTimers.t4 = .milliseconds(Int64(server.timers.t4))
        timerC = .seconds(server.timers.c)
        maximumBreadth = server.limits.breadth
        transactionLimit = server.limits.transactions
        keepsCallLog = server.calls.log
        switch server.calls.ladder {
        case .acted: ladder = .acted
        case .all: ladder = .all
        case .none: ladder = .none
        }
    }
}

extension PlanningPolicy {
    init(_ server: ServerConfiguration) {
        self.init(
            anonymousStatus: server.anonymousStatus, blockedStatus: server.blockedStatus,
            diversionLimit: DiversionLimit(server.forwarding.limit),
            emergencyNumbers: EmergencyNumbers(server.emergencyNumbers),
            busyStatuses: server.forwarding.busyStatuses,
            unreachableStatuses: server.forwarding.unreachableStatuses,
            noProvisionalSeconds: server.timers.unansweredProvisional,
            progressAsRingingSeconds: server.timers.unansweredProgress,
            allowsDeflection: server.forwarding.deflection, tellsCaller: server.forwarding.notify)
    }
}

extension CaptureServer {
    /// Nil: nobody gets copies of messages.
    init?(_ hep: ServerConfiguration.HEP) {
        guard let endpoint = hep.server.flatMap({ Endpoint($0) }) else { return nil }
        self.init(endpoint: endpoint, agent: UInt32(clamping: hep.id))
    }
}

extension SourceLimits {
    init(_ server: ServerConfiguration) {
        self.init()
        messagesPerSecond = server.sources.rate
        burst = server.sources.burst
        wrongPasswords = server.sources.passwords
        unansweredChallenges = server.sources.challenges
        callsPerSecond = server.sources.calls
        banTime = .seconds(server.sources.ban)
        exempt = (server.sources.exempt + (server.sources.trusted ? [] : server.trustedNetworks))
            .compactMap { IPNetwork($0) }
    }
}

extension TransportLimits {
    init(_ server: ServerConfiguration) {
        self.init()
        connections = server.limits.connections
        connectionsPerAddress = server.limits.connectionsPerAddress
        idleTime = .seconds(server.limits.idle)
        messageTime = .seconds(server.limits.incomplete)
        firstMessageTime = .seconds(server.limits.silent)
        streamMessage = server.limits.message
        queuedRecords = server.limits.queuedCalls
    }
}
