import Directory
import Foundation
import Storage
import Testing

@Suite struct ExplainCommandTests {
    let tsunagi = TsunagiProcess()
    let configuration = FileFixture("domains: [lab.test]\n")

    private func prepare() throws {
        for number in ["05011110001", "bob"] { #expect(try tsunagi.run("number", "add", number).exitCode == 0) }
    }

    private func explain(from: String, to: String = "05011110001", _ options: String...) throws -> String {
        let command = ["explain", "--from", from, "--to", to, "--config", configuration.path]
        let result = try tsunagi.run(arguments: command + options)
        return result.output + result.errors
    }

    @Test(
        "a caller who hides is told as the call log tells it",
        arguments: ["anonymous", "sip:anonymous@anonymous.invalid", "\"Anonymous\" <sip:x@elsewhere.test>"])
    func anonymous(from: String) throws {
        try prepare()
        #expect(try tsunagi.run("anonymous", "reject", "05011110001").exitCode == 0)
        let text = try explain(from: from)
        #expect(text.contains("the call shows no caller's number (withheld)"), "\(text)")
        #expect(text.contains("answered 433"), "\(text)")
    }

    @Test("a name at another domain is nobody's on the block list; one at ours, and a number anywhere, is")
    func blocked() throws {
        try prepare()
        for caller in ["bob", "09011112222"] {
            #expect(try tsunagi.run("block", "add", "05011110001", caller).exitCode == 0)
        }
        #expect(try !explain(from: "sip:bob@elsewhere.test").contains("block list"))
        #expect(try explain(from: "sip:bob@elsewhere.test").contains("the call names no caller"))
        for from in ["bob", "sip:bob@lab.test", "sip:bob@127.0.0.1", "sip:+819011112222@elsewhere.test"] {
            let text = try explain(from: from)
            #expect(text.contains("on its block list"), "\(from): \(text)")
        }
    }

    @Test("what is called at another domain goes there, past all rules")
    func foreignHost() throws {
        try prepare()
        let text = try explain(from: "05011110001", to: "sip:bob@nowhere.invalid")
        #expect(text.contains("05011110001 → sip:bob@nowhere.invalid"), "\(text)")
        #expect(text.contains("the call goes to sip:bob@nowhere.invalid"), "\(text)")
        #expect(try explain(from: "05011110001", to: "sip:bob@127.0.0.1:5099").contains("the call goes to"))
        for host in ["lab.test", "LAB.TEST", "127.0.0.1:5060"] {
            let text = try explain(from: "05011110001", to: "sip:bob@\(host)")
            #expect(text.contains("no phone is registered for bob"), "\(host): \(text)")
        }
    }

    @Test("without a configuration a name in a URI is taken for a domain of ours")
    func unknownDomains() throws {
        try prepare()
        let result = try tsunagi.run("explain", "--from", "sip:bob@lab.test", "--to", "sip:05011110001@lab.test")
        #expect(result.output.contains("the caller is bob"), "\(result.output)")
        #expect(result.output.contains("no phone is registered for 05011110001"), "\(result.output)")
    }

    @Test("the phones are those of now, whenever the call would come")
    func registeredNow() throws {
        try prepare()
        let expiry = Int64(Date().timeIntervalSince1970 * 1000) + 3_600_000
        let phone = Binding(contact: "sip:a@192.0.2.1", callID: "1", cseq: 1, expiresAt: expiry)
        try RuntimeDatabase(DataDirectory(path: tsunagi.dataDirectory)).commit([
            BindingChange(number: PhoneNumber("05011110001"), bindings: [phone])
        ])
        let text = try explain(from: "bob", "--at", "2098-01-01T09:00")
        #expect(text.contains("05011110001 rings at 1 phone"), "\(text)")
    }

    @Test("an emergency number of the configuration to which calls are forwarded is named by check and explain")
    func emergency() throws {
        try prepare()
        #expect(try tsunagi.run("settings", "forbidden-destinations", "--none").exitCode == 0)
        #expect(try tsunagi.run("trunk", "add", "1", "sip:gw.example").exitCode == 0)
        #expect(
            try tsunagi.run("forward", "set", "05011110001", "--when", "always", "--to", "112").exitCode == 0)
        let configuration = FileFixture("emergency.numbers: [112, 110]\n")
        let options = ["--config", configuration.path]
        let call = ["explain", "--from", "0901111222", "--to", "05011110001"]
        let told = try tsunagi.run(arguments: call + options).output
        #expect(told.contains("112 is an emergency number: the call goes through"), "\(told)")
        #expect(try !tsunagi.run(arguments: call).output.contains("emergency"))
        let checked = try tsunagi.run(arguments: ["check"] + options)
        #expect(checked.exitCode == 1 && checked.output.contains("go to 112, which is an emergency number"))
    }

    @Test(
        "a destination from before that is addressed by sips: is named by check and explain", arguments: ["lab", "far"])
    func secured(domain: String) throws {
        try prepare()
        let (alice, uri) = (try PhoneNumber("05011110001"), "sips:bob@\(domain).test")
        try ControlDatabase(try DataDirectory(path: tsunagi.dataDirectory, environment: [:])).write { transaction in
            try transaction.save(SavedDestination(slot: 1, destination: .uri(uri), typed: uri, savedAt: 1), of: alice)
            try transaction.setRule(.always, to: .slot(1), of: alice)
        }
        let told = try explain(from: "0901111222")
        #expect(told.contains("refused with 480: \(uri) needs TLS"), "\(told)")
        let checked = try tsunagi.run("check", "--config", configuration.path)
        #expect(checked.exitCode == 1 && checked.output.contains("calls always go to \(uri), but"), "\(checked.output)")
    }

    @Test("what is addressed by sips: reaches nobody here, as the engine refuses it")
    func securedCall() throws {
        try prepare()
        let told = try explain(from: "0901111222", to: "sips:05011110001@lab.test")
        #expect(told.contains("refused with 480") && !told.contains("no phone is registered"), "\(told)")
    }

    @Test("the help tells for whom an explanation holds")
    func help() throws {
        #expect(try tsunagi.run("explain", "--help").output.contains("The caller is taken as proved"))
    }
}
