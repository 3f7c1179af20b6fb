import CallPlanning
import CallRouting
import Notification
import Portal
import SIPTransaction
import SIPTransport
import Storage
import Testing

@testable import Tsunagi

@Suite struct ConfigurationTests {
    private func load(
        _ yaml: String, environment: [String: String] = [:]
    ) throws -> ServerConfiguration {
        let file = FileFixture(yaml)
        return try ConfigurationLoader.load(file: file.path, environment: environment)
    }

    private func error(_ yaml: String, environment: [String: String] = [:]) -> String {
        do {
            _ = try load(yaml, environment: environment)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("without anything, the defaults hold")
    func defaults() throws {
        let configuration = try ConfigurationLoader.load(environment: [:])
        #expect(configuration == ServerConfiguration())
        #expect(try load("") == ServerConfiguration())
        #expect(try load("# nothing\n") == ServerConfiguration())
    }

    /// The members of two values of one type that are not the same.
    private func differences<Value>(_ told: Value, _ own: Value) -> [String] {
        zip(Mirror(reflecting: told).children, Mirror(reflecting: own).children).compactMap { told, own in
            String(reflecting: told.value) == String(reflecting: own.value) ? nil : told.label
        }
    }

    @Test("what routing is told by the defaults is what it has by itself, as tests, replays and simulations run it")
    func routingDefaults() {
        let server = ServerConfiguration()
        let told = RoutingConfiguration(server, listeners: [], realm: "tsunagi", secret: [], nonceSecret: [])
        #expect(differences(told, RoutingConfiguration(listeners: [], secret: [])) == [])
        #expect(PlanningPolicy(server) == PlanningPolicy())
        // A machine's own addresses are the configuration's to know.
        #expect(differences(SourceLimits(server), SourceLimits()) == ["exempt"])
        #expect(Interval.milliseconds(Int64(server.limits.delay)) == OverloadControl.Settings().delay)
    }

    @Test("what the transport, the rules, the web sites and the outbox are told by the defaults is what they have")
    func otherDefaults() throws {
        let server = ServerConfiguration()
        #expect(differences(TransportLimits(server), TransportLimits()) == [])
        #expect(server.limits.cachedNumbers == ControlReader.defaultCacheCapacity)
        let listener = try #require(try PortalServer.Listener(server.http))
        #expect(differences(listener, PortalServer.Listener(host: "127.0.0.1", port: 8080)) == [])
        #expect(RetryPolicy(server.outbox) == RetryPolicy())
        let template = RequestTemplate("")
        let gateway = SMSGateway(url: template, headers: [], body: template, sender: "")
        #expect(gateway.method == server.sms.method && gateway.timeoutSeconds == server.sms.timeout)
    }

    @Test("every default is allowed, and reads back as what it is")
    func defaultsAreAllowed() {
        for key in ConfigurationKey.all {
            var configuration = ServerConfiguration()
            let values = key.values(configuration)
            #expect(key.assign(&configuration, values.isEmpty && !key.isList ? [""] : values), "\(key.name)")
            #expect(configuration == ServerConfiguration(), "\(key.name)")
        }
    }

    @Test("nested keys, keys with dots and JSON say the same")
    func readsForms() throws {
        let nested = try load(
            """
            voicemail:
              uri: sip:vm@example.jp
            trusted:
              networks: [192.0.2.0/24, "2001:db8::/32"]
            anonymous: { status: 403 }
            calls:
              log: off
              maximum: { age: 7 }
            emergency.numbers: [110, "119"]
            """)
        #expect(nested.voicemail.uri == "sip:vm@example.jp")
        #expect(nested.trustedNetworks == ["192.0.2.0/24", "2001:db8::/32"])
        #expect(nested.anonymousStatus == 403)
        #expect(!nested.calls.log)
        #expect(nested.calls.maximumAge == 7)
        #expect(nested.emergencyNumbers == ["110", "119"])
        let dotted = try load(
            """
            {"voicemail.uri": "sip:vm@example.jp", "trusted.networks": ["192.0.2.0/24", "2001:db8::/32"],
             "anonymous.status": 403, "calls.log": "off", "calls.maximum.age": 7, "emergency": {"numbers": [110, 119]}}
            """)
        #expect(dotted == nested)
    }

    @Test("a server that hangs holds the messages behind it up for half a minute at most, if nothing else is said")
    func timeouts() {
        #expect(ServerConfiguration().mail.timeout <= 30)
        #expect(ServerConfiguration().sms.timeout <= 30)
    }

    @Test("a list may be one value, or nothing")
    func readsShortLists() throws {
        #expect(try load("domains: lab.test").domains == ["lab.test"])
        #expect(try load("emergency.numbers: []").emergencyNumbers == [])
        #expect(try load("emergency.numbers:").emergencyNumbers == [])
        #expect(try load("voicemail.uri:").voicemail.uri == nil)
    }

    @Test("the environment goes over the file, and options over both")
    func ranks() throws {
        let file = FileFixture("shards: 1\ndomains: [file.test]\nforwarding.limit: 1")
        let environment = ["TSUNAGI_DOMAINS": "a.test, b.test", "TSUNAGI_SHARDS": "2", "TSUNAGI_DATA": "/x"]
        let configuration = try ConfigurationLoader.load(
            file: file.path, environment: environment,
            overrides: [.init(key: "shards", values: ["3"], option: "--shards")])
        #expect(configuration.shards == 3)
        #expect(configuration.domains == ["a.test", "b.test"])
        #expect(configuration.forwarding.limit == 1)
    }

    @Test("an unknown key is named, with its line and the one that was probably meant")
    func namesUnknownKey() {
        let nested = error("domains: [a]\nvoicemail:\n  url: sip:a@b\n")
        #expect(nested.contains("line 3: there is no key voicemail.url; did you mean voicemail.uri?"), "\(nested)")
        let leaf = error("networks: [192.0.2.0/24]")
        #expect(leaf.contains("did you mean trusted.networks?"), "\(leaf)")
        let strange = error("zzzzzzzzzzzzzzzz: 1")
        #expect(strange.hasSuffix("there is no key zzzzzzzzzzzzzzzz"), "\(strange)")
    }

    @Test(
        "a wrong value is told with the key and what is allowed",
        arguments: [
            ("anonymous.status: 404", "anonymous.status can't be \"404\"; it is 433 or 403"),
            ("shards: many", "it is a whole number from 0 to 256"),
            ("shards: [1, 2]", "shards can't be \"1, 2\""),
            ("calls.log: maybe", "it is on or off"),
            ("calls.ladder: some", "it is one of acted, all, none"),
            ("trusted.networks: [192.0.2.0/33]", "192.0.2.0/24"),
            ("trusted.networks: [lab.test]", "192.0.2.0/24"),
            ("sip.listen: [\"tls:127.0.0.1:5061\"]", "udp:127.0.0.1:5060"),
            ("sip.listen: [\"udp:127.0.0.1\"]", "udp:127.0.0.1:5060"),
            ("voicemail.uri: vm.example", "sip:voicemail@vm.example"),
            ("emergency.numbers: [police]", "110, 119"),
            ("registrar.expires.maximum: 60", "each must be at least the one before it"),
            ("sip.listen: []", "sip.listen is empty"),
            ("http.tls.key: key.pem", "http.tls.key is given without http.tls.certificate"),
            ("http.tls.certificate: web.pem", "http.tls.certificate is given without http.tls.key"),
            ("http: {lab: on, listen: \"0.0.0.0:8080\"}", "on a loopback address only, not at 0.0.0.0"),
            ("mail.delivery: smtp", "needs mail.server and mail.from"),
            ("mail.server: smtp.example.jp:0", "smtp.example.jp:587"),
            ("mail.server: a/b", "smtp.example.jp:587"),
            ("mail.from: Portal", "Portal <noreply@example.jp>"),
            ("mail.tls: ssl", "one of none, optional, starttls, implicit"),
            ("mail.username: me", "give both, or neither"),
            ("mail: {username: me, password.file: f, tls: optional}", "could travel in the clear"),
            ("sms.delivery: http", "needs sms.url"),
            ("sms: {delivery: http, url: \"https://x/\", body: \"{to}\"}", "{text}"),
            ("sms: {delivery: http, url: \"https://x/?{secret}\"}", "{secret} needs sms.secret.file"),
            ("sms: {delivery: http, url: \"https://x/\", method: get}", "{text}"),
            ("sms.url: \"file:///etc/passwd\"", "https://sms.example"),
            ("sms.headers: [Authorization]", "Authorization: Bearer {secret}"),
            ("outbox.retry.initial: 901", "is more than outbox.retry.maximum"),
        ])
    func namesWrongValue(yaml: String, expected: String) {
        let text = error(yaml)
        #expect(text.contains(expected), "\(text)")
    }

    @Test("a lab is allowed where only the machine itself reaches it, and where nothing is served")
    func allowsLab() throws {
        for address in ["127.0.0.1:8080", "[::1]:8080", "off"] {
            #expect(try load("http: {lab: on, listen: \"\(address)\"}").http.lab)
        }
    }

    @Test("a wrong value in the environment names the variable")
    func namesVariable() {
        let text = error("", environment: ["TSUNAGI_ANONYMOUS_STATUS": "1"])
        #expect(text.hasPrefix("environment variable TSUNAGI_ANONYMOUS_STATUS: anonymous.status"), "\(text)")
    }

    @Test("variables that read like ours and are not known are told with those that were probably meant")
    func namesUnknownVariables() {
        let unknown = ConfigurationLoader.unknownVariables(in: [
            "TSUNAGI_VOICEMAIL_URL": "sip:a@b", "TSUNAGI_NETWORKS": "", "TSUNAGI_DATE": "x",
            "TSUNAGI_ZZZZZZZZZZZZ": "1", "TSUNAGI_SHARDS": "2", "TSUNAGI_DATA": "/x", "TSUNAGI_BIN": "/y",
            "TSUNAGIX": "1", "PATH": "/bin",
        ])
        #expect(
            unknown.map(\.name)
                == ["TSUNAGI_DATE", "TSUNAGI_NETWORKS", "TSUNAGI_VOICEMAIL_URL", "TSUNAGI_ZZZZZZZZZZZZ"])
        #expect(
            unknown.map(\.nearest) == ["TSUNAGI_DATA", "TSUNAGI_TRUSTED_NETWORKS", "TSUNAGI_VOICEMAIL_URI", nil])
        #expect(unknown[2].description.hasSuffix("did you mean TSUNAGI_VOICEMAIL_URI?"))
        #expect(unknown[3].description.contains("tsunagi configuration"))
    }

    @Test("a variable that is not known is warned of where the configuration is read, and changes nothing")
    func warnsOfUnknownVariables() throws {
        let tsunagi = TsunagiProcess()
        tsunagi.environment["TSUNAGI_SHARD"] = "2"
        let result = try tsunagi.run("configuration", "--json")
        #expect(result.exitCode == 0 && !result.list.isEmpty)
        #expect(result.errors.hasPrefix("warning: the environment variable TSUNAGI_SHARD is not known"))
        #expect(result.errors.hasSuffix("did you mean TSUNAGI_SHARDS?\n"))
        #expect(try tsunagi.run("number", "add", "1001").errors.isEmpty)
        #expect(try tsunagi.run("check").errors == result.errors)
    }

    @Test(
        "what is no configuration is refused with its line",
        arguments: ["a: [", "- a\n- b", "just text", "shards: 1\nshards: 2", "voicemail: [[a]]", "a: &x 1\nb: *x\n"])
    func refusesMalformed(yaml: String) {
        let text = error(yaml)
        #expect(text != "no error" && text.contains("line "), "\(text)")
    }

    @Test(
        "only what is no YAML is said to be none",
        arguments: ["- a\n- b", "just text", "voicemail: [[a]]", "? [a]\n: 1"])
    func tellsWhatIsExpected(yaml: String) {
        let text = error(yaml)
        #expect(!text.contains("not YAML") && text.contains("line 1: "), "\(text)")
        #expect(error("a: [").contains("this is not YAML"))
    }

    @Test("a file for \"tsunagi apply\" is told from a configuration")
    func knowsBlueprint() {
        let text = error("version: 1\nsettings:\n  realm: office\nnumbers:\n  - number: \"1001\"\n")
        #expect(text.contains("is a file for \"tsunagi apply\""), "\(text)")
        let roots = Set(ConfigurationKey.all.map { $0.name.prefix { $0 != "." } })
        #expect(BlueprintReader.sections.allSatisfy { !roots.contains($0[...]) })
    }

    @Test("a missing file is named, with the option that names another one")
    func namesMissingFile() {
        let missing = ConfigurationError.unreadable(path: "/nowhere.yaml")
        #expect(throws: missing) { try ConfigurationLoader.load(file: "/nowhere.yaml", environment: [:]) }
        #expect(missing.description.hasSuffix("give another one with --config"))
    }
}
