import Directory
import Portal

/// What a server is told by its configuration: file, environment and options, in plain values. What it is told in the
/// data directory, numbers, rules and trunks, is not here.
///
/// The table of keys is ``ConfigurationKey/all``; the defaults stand here.
struct ServerConfiguration: Equatable {
    /// Which calls the log keeps the messages of.
    enum Ladder: String, CaseIterable { case acted, all, none }

    enum LogLevel: String, CaseIterable { case debug, info, notice, warning, error }

    enum LogFormat: String, CaseIterable { case text, json }

    struct Voicemail: Equatable {
        /// Where forwarding to voice mail goes; nil: there is none.
        var uri: String?
    }

    struct SIP: Equatable {
        /// `udp:127.0.0.1:5060`, `tcp:[::1]:5060`.
        var listen = ["udp:127.0.0.1:5060", "tcp:127.0.0.1:5060"]
        /// The host that stands in Via and Record-Route where a listener's address is a wildcard.
        var advertised: String?
    }

    struct HTTP: Equatable {
        /// Where the web sites are served, as `127.0.0.1:8080`; nil or `off`: nowhere.
        var listen: String? = "127.0.0.1:8080"
        /// Whether `/lab/outbox` shows codes and mails.
        var lab = false
        var tls = TLS()
        /// Proxies before us that may say who has sent a request, as `192.0.2.0/24`.
        var proxies: [String] = []
        /// Which header they say it in.
        var forwarded = ProxyTrust.Header.xForwarded
        /// Connections in all, and of one address.
        var connections = 2_000
        var connectionsPerAddress = 300
    }

    struct Metrics: Equatable {
        /// Where metrics and health are told, as `127.0.0.1:9090`; nil or `off`: nowhere.
        var listen: String? = "127.0.0.1:0"
    }

    struct HEP: Equatable {
        /// Where copies of messages go, as `192.0.2.5:9060`; nil: nowhere.
        var server: String?
        /// The number that the capture server knows us by.
        var id = 2001
    }

    /// Of the web sites: both files, or neither.
    struct TLS: Equatable {
        /// In PEM; nil: the sites are served without TLS.
        var certificate: String?
        var key: String?
    }

    struct Forwarding: Equatable {
        /// How often a call may be diverted.
        var limit = 5
        /// Final statuses that mean "busy".
        var busyStatuses = [486]
        /// Final statuses that mean "unreachable" from a phone that has not rung.
        var unreachableStatuses = [408, 430, 480, 500, 502, 503, 504]
        /// Whether a phone may send a call on by a 3xx of its own.
        var deflection = true
        /// Whether a caller is told of each diversion (181).
        var notify = true
    }

    struct Registrar: Equatable {
        var maximumContacts = 10
        /// Seconds.
        var minimumExpires = 60
        var defaultExpires = 3600
        var maximumExpires = 7200
    }

    struct Authentication: Equatable {
        /// Seconds that a challenge may be answered with; an answer later than that is challenged anew, as stale.
        var nonceLifetime = 300
    }

    struct Calls: Equatable {
        /// Whether calls are logged.
        var log = true
        var ladder = Ladder.acted
        /// Days that a call stays in the log.
        var maximumAge = 90
        /// Calls in the log.
        var maximumCount = 1_000_000
        /// Bytes of the log.
        var maximumBytes = 1_000_000_000
    }

    struct Timers: Equatable {
        /// Milliseconds (RFC 3261 §17).
        var t1 = 500
        var t2 = 4_000
        var t4 = 5_000
        /// Timer C, seconds (RFC 3261 §16.6 step 11).
        var c = 185
        /// Seconds without any provisional response after which a phone counts as unreachable.
        var unansweredProvisional = 4
        /// Seconds after the first 101-199 that isn't 180 after which a phone counts as ringing.
        var unansweredProgress = 2
        /// Seconds that running transactions are given when the server is told to stop.
        var shutdown = 10
    }

    struct Limits: Equatable {
        /// Transactions of a shard; one more request is answered 503.
        var transactions = 500_000
        /// Milliseconds that messages may wait; when they wait longer for a while, new requests are answered 503. 0: as
        /// long as they like.
        var delay = 25
        /// Branches of a request (RFC 5393 §5.3.3).
        var breadth = 60
        /// TCP connections in all, and of one address.
        var connections = 10_000
        var connectionsPerAddress = 1_000
        /// Seconds that a TCP connection may be silent.
        var idle = 600
        /// Seconds that one message may take to come in whole.
        var incomplete = 30
        /// Seconds that an accepted connection may take until its first message is there.
        var silent = 15
        /// Bytes of one message on a stream.
        var message = 262_144
        /// Calls that wait to be written to the log.
        var queuedCalls = 20_000
        /// Numbers whose rules each shard remembers.
        var cachedNumbers = 10_000
    }

    /// What one address may ask for: an IPv4 address, or the /64 of an IPv6 address.
    struct Sources: Equatable {
        /// Messages per second, as many at once, and as many again before it is banned; 0: as many as it likes.
        var rate = 1_000
        var burst = 5_000
        /// Wrong passwords at once; then one every ten seconds.
        var passwords = 50
        /// Challenges at once that are not answered; then five a second.
        var challenges = 1_000
        /// Calls per second of one of our numbers; 0: as many as it likes.
        var calls = 50
        /// Seconds of a ban; 0: nobody is banned but by a command.
        var ban = 600
        /// Held to nothing.
        var exempt = ["127.0.0.0/8", "::1"]
        /// Whether the peers of `trusted.networks` are held to this as well.
        var trusted = false
    }

    /// Names that calls to our numbers are addressed with.
    var domains: [String] = []
    var sip = SIP()
    var http = HTTP()
    var metrics = Metrics()
    var hep = HEP()
    /// Event loops that share the calls; 0: one for each core.
    var shards = 0
    var voicemail = Voicemail()
    /// Whoever sends from here is a peer whose assertions count, as `192.0.2.0/24`.
    var trustedNetworks: [String] = []
    /// The answer to a rejected anonymous call: 433 or 403.
    var anonymousStatus = 433
    /// The answer to a blocked caller.
    var blockedStatus = 603
    var emergencyNumbers = NumberPlan.japan.emergencyNumbers
    var forwarding = Forwarding()
    var registrar = Registrar()
    var authentication = Authentication()
    var calls = Calls()
    var mail = Mail()
    var sms = SMS()
    var outbox = Outbox()
    var timers = Timers()
    var limits = Limits()
    var sources = Sources()
    var logLevel = LogLevel.info
    var logFormat = LogFormat.text
}
