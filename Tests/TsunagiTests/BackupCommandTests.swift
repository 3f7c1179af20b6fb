import Foundation
import Testing

@Suite struct BackupCommandTests {
    let tsunagi = TsunagiProcess()
    let place = FileFixture("")
    private var file: String { place.path + ".tar" }
    private var target: String { place.path + ".restored" }

    private func prepare() throws {
        #expect(try tsunagi.run("number", "add", "05012345678", "--password-stdin", input: "x\n").exitCode == 0)
        #expect(try tsunagi.run("forward", "set", "05012345678", "--when", "busy", "--to", "voicemail").exitCode == 0)
    }

    private func clean() {
        for path in [file, target] { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test("a backup is taken, refused where it would overwrite, and restored with a note in the history")
    func roundTrip() throws {
        defer { clean() }
        try prepare()
        let taken = try tsunagi.run("backup", file, "--json")
        #expect(taken.exitCode == 0)
        #expect((taken.object["parts"] as? [[String: Any]])?.first?["name"] as? String == "control.db")
        let again = try tsunagi.run("backup", file)
        #expect(again.exitCode == 1 && again.errors.contains("--overwrite"))
        #expect(try tsunagi.run("backup", file, "--overwrite").exitCode == 0)
        #expect(try tsunagi.run("restore", file).errors.contains("is not empty"))
        #expect(try tsunagi.run("restore", file, "--data", target).exitCode == 0)
        #expect(try tsunagi.run("forward", "show", "05012345678", "--data", target).output.contains("voicemail"))
        let history = try tsunagi.run("history", "--limit", "1", "--data", target, "--json").list
        #expect(history.first?["action"] as? String == "backup restore")
        #expect(try tsunagi.run("history", "verify", "--data", target).exitCode == 0)
    }

    @Test("a check names what is wrong and what to do, and exits 1; 0 when nothing is")
    func check() throws {
        try prepare()
        let found = try tsunagi.run("check")
        #expect(found.exitCode == 1 && found.errors.isEmpty)
        #expect(found.output.contains("05012345678: calls when busy go to voice mail"), "\(found.output)")
        #expect(found.output.hasSuffix("1 thing was found\n"))
        let configuration = FileFixture("voicemail.uri: sip:vm@vm.example")
        let sound = try tsunagi.run("check", "--config", configuration.path)
        #expect(sound.exitCode == 0 && sound.output == "nothing was found\n")
        let forward = ["forward", "set", "05012345678", "--to", "voicemail", "--until", "2098-12-28"]
        #expect(try tsunagi.run(arguments: forward).exitCode == 0)
        let noticed = try tsunagi.run("check", "--config", configuration.path)
        #expect(noticed.exitCode == 0)
        #expect(
            noticed.output.hasPrefix("notice: 05012345678: a temporary forwarding lies over its rules until 2098-12-29")
        )
        #expect(noticed.output.hasSuffix("nothing was found, beside 1 notice\n"), "\(noticed.output)")
        let secret = tsunagi.dataDirectory + "/secret"
        _ = FileManager.default.createFile(
            atPath: secret, contents: Data(0..<32), attributes: [.posixPermissions: 0o644])
        let exposed = try tsunagi.run("check", "--config", configuration.path, "--json")
        #expect(exposed.exitCode == 1)
        let findings = exposed.object["findings"] as? [[String: Any]]
        #expect(findings?.first?["kind"] as? String == "exposed")
        #expect(findings?.map { $0["severity"] as? String } == ["fault", "notice"])
        #expect(findings?.first?["remedy"] as? String == "chmod 600 \(secret)")
    }

    @Test("directories that others may write in are to be closed so that their owner can still use them")
    func exposedDirectories() throws {
        #expect(try tsunagi.run("number", "add", "05012345678", "--password-stdin", input: "x\n").exitCode == 0)
        let keys = tsunagi.dataDirectory + "/keys"
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: false)
        let key = keys + "/a.pem"
        _ = FileManager.default.createFile(
            atPath: key, contents: Data("a".utf8), attributes: [.posixPermissions: 0o644])
        for path in [tsunagi.dataDirectory, keys] {
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
        }
        let checked = try tsunagi.run("check", "--json")
        let findings = checked.object["findings"] as? [[String: Any]] ?? []
        let exposed = findings.filter { $0["kind"] as? String == "exposed" }
        let remedies = Set(exposed.compactMap { $0["remedy"] as? String })
        #expect(
            remedies == ["chmod 700 \(tsunagi.dataDirectory)", "chmod 700 \(keys)", "chmod 600 \(key)"],
            "\(checked.output)")
    }

    @Test("a data directory without control.db is named as that, and nothing is made in it")
    func withoutControl() throws {
        defer { clean() }
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        let checked = try tsunagi.run("check", "--data", target)
        #expect(checked.exitCode == 1 && checked.output.contains("\(target)/control.db: it is not there"))
        let backup = try tsunagi.run("backup", file, "--data", target)
        #expect(backup.exitCode == 1 && backup.errors.contains("\(target)/control.db is not there"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: target).isEmpty)
    }

    @Test("what is not there is refused and not made")
    func missing() throws {
        for command in [["backup", file], ["check"]] {
            let result = try tsunagi.run(arguments: command + ["--data", target])
            #expect(result.exitCode == 1 && result.errors.contains("no such data directory"), "\(command)")
        }
        #expect(!FileManager.default.fileExists(atPath: target))
        #expect(try tsunagi.run("restore", target).exitCode == 1)
    }
}
