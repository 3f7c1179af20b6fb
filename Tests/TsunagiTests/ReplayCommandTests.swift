import Foundation
import Testing

@Suite struct ReplayCommandTests {
    static let fixtures = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "../../Fixtures").standardizedFileURL.path

    private let tsunagi = TsunagiProcess()

    @Test("a script that ends as it says exits 0, with its ladder and its decisions")
    func script() throws {
        let result = try tsunagi.run("replay", Self.fixtures + "/forwarding/busy.script")
        #expect(result.exitCode == 0 && result.errors.isEmpty)
        #expect(result.output.contains("INVITE sip:carol@192.0.2.30:5060"))
        #expect(result.output.contains("  3. 05012345678 is busy\n"))
    }

    @Test("as JSON there are the calls, the ladder and what became of a capture's messages")
    func json() throws {
        let result = try tsunagi.run("replay", Self.fixtures + "/captures/no-answer.script", "--json")
        #expect(result.exitCode == 0)
        let calls = result.object["calls"] as? [[String: Any]]
        #expect(calls?.first?["status"] as? Int == 200)
        #expect((result.object["tally"] as? [String: Any])?["messages"] as? Int == 23)
        #expect((result.object["ladder"] as? [[String: Any]])?.isEmpty == false)
        #expect((result.object["failures"] as? [String]) == [])
    }

    @Test("--svg draws the ladder into a file, and says so where it can't")
    func picture() throws {
        let path = FileManager.default.temporaryDirectory.path + "/ladder-\(UUID().uuidString).svg"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let script = Self.fixtures + "/forwarding/always.script"
        #expect(try tsunagi.run("replay", script, "--svg", path).exitCode == 0)
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("<svg "))
        let again = try tsunagi.run("replay", script, "--svg", path)
        #expect(again.exitCode == 1 && again.errors.contains("give another name, or --overwrite"), "\(again.errors)")
        #expect(try tsunagi.run("replay", script, "--svg", path, "--overwrite").exitCode == 0)
        let refused = try tsunagi.run("replay", script, "--svg", "/nonexistent/ladder.svg")
        #expect(refused.exitCode == 1)
        #expect(refused.errors.hasPrefix("tsunagi: /nonexistent/ladder.svg can't be written: "), "\(refused.errors)")
    }

    @Test("with --data the rules of that directory decide")
    func rules() throws {
        #expect(try tsunagi.run("number", "add", "05012345678", "--password-stdin", input: "secret\n").exitCode == 0)
        #expect(try tsunagi.run("number", "add", "05022222222").exitCode == 0)
        let capture = Self.fixtures + "/captures/no-answer.pcap"
        let before = try tsunagi.run("replay", capture, "--data", tsunagi.dataDirectory)
        #expect(!before.output.contains("forwards calls"))
        let set = try tsunagi.run(
            "forward", "set", "05012345678", "--when", "no-answer", "--to", "05022222222", "--ring", "20")
        #expect(set.exitCode == 0)
        let after = try tsunagi.run("replay", capture, "--data", tsunagi.dataDirectory)
        #expect(after.exitCode == 0)
        #expect(after.output.contains("05012345678 forwards calls when not answered: on to 05022222222"))
        #expect(after.output.contains("answered by 05022222222"))
    }

    @Test("what can't be replayed exits 1 and says why; a command line that can't be read exits 64")
    func refused() throws {
        for (file, reason) in [
            ("/nonexistent.pcap", "/nonexistent.pcap can't be read: no such file"),
            ("/nonexistent.script", "/nonexistent.script can't be read: no such file"),
            (#filePath, "not a pcap or pcapng capture"),
        ] {
            let result = try tsunagi.run("replay", file)
            #expect(result.exitCode == 1)
            #expect(result.errors.contains(reason), "\(result.errors)")
        }
        let broken = FileFixture("phones\n    alice udp nowhere\n")
        let script = broken.path + ".script"
        defer { try? FileManager.default.removeItem(atPath: script) }
        try FileManager.default.copyItem(atPath: broken.path, toPath: script)
        let result = try tsunagi.run("replay", script)
        #expect(result.exitCode == 1)
        #expect(result.errors.contains(".script:2: \"nowhere\" is no address"), "\(result.errors)")
        let missing = try tsunagi.run("replay", script, "--data", "/nonexistent")
        #expect(missing.exitCode == 1 && missing.errors.contains("no such data directory"))
        #expect(try tsunagi.run("replay").exitCode == 64)
        #expect(try tsunagi.run("replay", script, "--config", "x.yaml").exitCode == 64)
    }
}
