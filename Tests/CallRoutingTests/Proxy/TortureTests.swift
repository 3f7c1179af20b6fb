import Directory
import Foundation
import SIPMessage
import Testing

@testable import CallRouting

/// The 49 messages of RFC 4475, which are not part of this repository: `TSUNAGI_CORPORA` names their folder, or they
/// lie in `../shared/corpora` beside the checkout.
private enum TortureMessages {
    static func bytes(_ name: String) throws -> [UInt8]? {
        let beside = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "../../../../shared/corpora").standardizedFileURL.path
        let folder = ProcessInfo.processInfo.environment["TSUNAGI_CORPORA"] ?? beside
        guard FileManager.default.fileExists(atPath: folder) else {
            print("skipped: no corpora")
            return nil
        }
        return Array(try Data(contentsOf: URL(filePath: folder + "/rfc4475/messages/\(name).dat")))
    }
}

/// What may become of a message.
struct Accepted: Sendable, CustomTestStringConvertible {
    let name: String
    let statuses: Set<Int>
    var mayBeRelayed = false
    var mayBeDropped = false

    init(_ name: String, _ statuses: Int..., relayed: Bool = false, dropped: Bool = false) {
        self.name = name
        self.statuses = Set(statuses)
        mayBeRelayed = relayed
        mayBeDropped = dropped
    }

    var testDescription: String { name }

    static let all: [Accepted] = [
        Accepted("wsinv", 404, 481, relayed: true), Accepted("intmeth", 404, relayed: true),
        Accepted("esc01", 404, relayed: true), Accepted("escnull", 200, 403, 404),
        Accepted("esc02", 404, relayed: true), Accepted("lwsdisp", 404, 200), Accepted("longreq", 404, relayed: true),
        Accepted("dblreq", 200, 404), Accepted("semiuri", 404, 200), Accepted("transports", 404, 200),
        Accepted("mpart01", 404, 405, relayed: true), Accepted("unreason", dropped: true),
        Accepted("noreason", dropped: true), Accepted("badinv01", 400, dropped: true), Accepted("clerr", 400),
        Accepted("ncl", 400), Accepted("scalar02", 400), Accepted("scalarlg", dropped: true), Accepted("quotbal", 400),
        Accepted("ltgtruri", 400), Accepted("lwsruri", 400), Accepted("lwsstart", 400, 404, relayed: true),
        Accepted("trws", 400, 404, 200), Accepted("escruri", 400, 404, relayed: true),
        Accepted("baddate", 400, 404, relayed: true), Accepted("regbadct", 400), Accepted("badaspec", 400, 403, 404),
        Accepted("baddn", 400), Accepted("badvers", 505), Accepted("mismatch01", 400),
        Accepted("mismatch02", 501, 400), Accepted("bigcode", dropped: true), Accepted("badbranch", 400, 404, 200),
        Accepted("insuf", 400, dropped: true), Accepted("unkscm", 416), Accepted("novelsc", 416, 404),
        Accepted("unksm2", 400), Accepted("bext01", 420), Accepted("invut", 404, relayed: true),
        Accepted("regaut01", 401, 200), Accepted("multi01", 400, dropped: true), Accepted("mcl01", 400),
        Accepted("bcast", dropped: true), Accepted("zeromf", 483), Accepted("cparam01", 200),
        Accepted("cparam02", 200), Accepted("regescrt", 200), Accepted("sdp01", 404, relayed: true),
        Accepted("inv2543", 404, relayed: true),
    ]
}

@Suite("The torture messages of RFC 4475")
struct TortureTests {
    /// From a trusted peer, so that the registrar lets it in and the proxy goes as far as it can.
    private let sender = Peer("sender", "198.51.100.9:5060")
    private let phone = Peer("phone", "192.0.2.77:5060")

    private func bench() -> RouterBench {
        let bench = RouterBench(numbers: ["user", "watson", "j.user", "UserB"].map { Sample.record($0) }) {
            $0.domains.insert("example.com")
            $0.datagramComfort = 65_000
        }
        for number in ["user", "UserB"] { bench.register(number, phone) }
        bench.mayAnswerMalformed = true
        return bench
    }

    @Test("each is answered, relayed or dropped as the RFC allows", arguments: Accepted.all)
    func outcome(_ accepted: Accepted) throws {
        guard let bytes = try TortureMessages.bytes(accepted.name) else { return }
        let bench = bench()
        bench.send(bytes, from: sender)
        var sent = bench.takeEverything()
        let relayed = sent.filter(\.isRequest)
        // A phone that takes everything but calls.
        for request in relayed where request.method != .invite && !accepted.mayBeRelayed {
            bench.reply(phone, 200, to: request)
            sent = bench.takeEverything()
        }
        if let copy = relayed.first { checkCopy(copy, of: bytes) }
        if let status = sent.compactMap(\.status).first(where: { $0 != 100 }) {
            #expect(accepted.statuses.contains(status), "answered \(status)")
        } else if !relayed.isEmpty {
            #expect(accepted.mayBeRelayed, "relayed")
        } else {
            #expect(accepted.mayBeDropped, "dropped")
        }
        #expect(sent.count <= 2)
        check(accepted.name, sent, bench)
        expectAlive(bench)
        bench.finish()
    }

    @Test("from a stranger none of them reaches anybody but our numbers", arguments: Accepted.all)
    func strangers(_ accepted: Accepted) throws {
        guard let bytes = try TortureMessages.bytes(accepted.name) else { return }
        let bench = bench()
        bench.send(bytes, from: Sample.stranger)
        for request in bench.takeEverything() where request.isRequest {
            #expect(request.requestURIText == phone.contact)
            checkCopy(request, of: bytes)
        }
        expectAlive(bench)
        bench.finish()
    }

    /// The body, and every header that we have no business with, are as they were.
    private func checkCopy(_ copy: SIPMessage, of original: [UInt8]) {
        guard let came = MessageParser.parse(original) else { return }
        #expect(Array(copy.bytes[copy.body]) == Array(came.bytes[came.body]))
        let copied = copy.fields.filter { $0.name == .other }.map { Array(copy.bytes[$0.line]) }
        #expect(copied == came.fields.filter { $0.name == .other }.map { Array(came.bytes[$0.line]) })
        #expect(copy.number(.maxForwards) == (came.number(.maxForwards).map { $0 - 1 } ?? 70))
    }

    private func check(_ name: String, _ sent: [SIPMessage], _ bench: RouterBench) {
        switch name {
        case "bext01":
            #expect(sent.first?.value(.unsupported) == "noProxiesSupportThis, norDoAnyProxiesSupportThis")
        case "cparam01":
            #expect(sent.first?.value(.contact)?.contains("gw1.example.net>;expires=3600;unknownparam") == true)
        case "cparam02":
            #expect(sent.first?.value(.contact)?.contains("gw1.example.net;unknownparam>") == true)
        case "regescrt":
            #expect(sent.first?.value(.contact)?.contains("?Route=%3Csip:sip.example.com%3E>") == true)
        case "esc02", "dblreq":
            // One is no REGISTER, the other carries an INVITE that is none.
            #expect(sent.allSatisfy { $0.method != .invite })
            #expect(name == "dblreq" || bench.locations.bindings(of: bench.number("resource"), at: bench.now).isEmpty)
        case "escruri":
            #expect(sent.allSatisfy { !$0.whole.contains("\r\nRoute:") })
        default: break
        }
    }

    private func expectAlive(_ bench: RouterBench) {
        let ping = bench.request("OPTIONS", "sip:example.com", from: Sample.caller)
        bench.send(ping, from: Sample.caller)
        #expect(bench.takeAll(Sample.caller).last?.status == 200)
    }

    @Test("two requests that share the branch z9hG4bK alone are not taken for one")
    func branchWithoutName() throws {
        guard let bytes = try TortureMessages.bytes("badbranch") else { return }
        let bench = bench()
        bench.send(bytes, from: sender)
        let first = bench.takeEverything()
        let text = String(decoding: bytes, as: UTF8.self)
        let callID = try #require(MessageParser.parse(bytes)?.value(.callID))
        bench.send(text.split(separator: callID).joined(separator: "another-" + callID), from: sender)
        #expect(bench.takeEverything().count == first.count && !first.isEmpty)
        bench.finish()
    }
}
