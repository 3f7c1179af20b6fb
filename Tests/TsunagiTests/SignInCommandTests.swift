import Foundation
import SignIn
import Storage
import Testing

@testable import ControlPlane

@Suite struct SignInCommandTests {
    let tsunagi = TsunagiProcess()

    private func prepare() throws {
        for arguments in [
            ["company", "add", "Alpha"],
            [
                "user", "add", "taro@example.co.jp", "--company", "Alpha", "--name", "Taro", "--telephone",
                "03-1234-5679", "--second-factor", "none", "--language", "en", "--no-invitation",
            ],
        ] {
            let result = try tsunagi.run(arguments: arguments)
            #expect(result.exitCode == 0, "\(arguments): \(result.errors)")
        }
    }

    @Test("how strict signing in is, is shown and changed, one setting at a time, and taken back")
    func policy() throws {
        #expect(try tsunagi.run("number", "add", "1001").exitCode == 0)
        let shown = try tsunagi.run("settings", "sign-in")
        #expect(shown.output.contains("after 5 wrong passwords, for 30 minutes"))
        let changed = try tsunagi.run(
            "settings", "sign-in", "--lockout-failures", "3", "--password-classes", "none", "--pre-registration",
            "2026-11-01..2026-12-31", "--json")
        #expect(changed.object["lockoutFailures"] as? Int == 3 && changed.object["lockoutMinutes"] as? Int == 30)
        #expect(changed.object["passwordClasses"] as? [String] == [])
        #expect(try tsunagi.run("settings", "sign-in").output.contains("2026-11-01..2026-12-31"))
        #expect(try tsunagi.run("settings", "sign-in", "--pre-registration", "off").output.contains("off"))
        for wrong in [
            ["--lockout-failures", "0"], ["--session-minutes", "20000"], ["--password-minimum", "40"],
            ["--password-classes", "vowel"], ["--pre-registration", "2026-12-31..2026-11-01"],
        ] {
            let refused = try tsunagi.run(arguments: ["settings", "sign-in"] + wrong)
            #expect(refused.exitCode == 1, "\(wrong)")
        }
        let id = try #require(try tsunagi.run("history", "--limit", "1", "--json").list.first?["id"] as? Int)
        #expect(try tsunagi.run("history", "undo", "\(id)").exitCode == 0)
        #expect(try tsunagi.run("settings", "sign-in").output.contains("2026-11-01..2026-12-31"))
    }

    @Test("terms are published from files, in both languages, each version once")
    func terms() throws {
        #expect(try tsunagi.run("number", "add", "1001").exitCode == 0)
        #expect(try tsunagi.run("settings", "terms").output == "There are no terms to accept.\n")
        let folder = FileManager.default.temporaryDirectory.path + "/tsunagi-terms-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in [("ja", "規約の本文"), ("en", "The terms")] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        let publish = ["settings", "terms", "2026-04", "--japanese", "\(folder)/ja", "--english", "\(folder)/en"]
        #expect(try tsunagi.run(arguments: publish).output == "published version 2026-04\n")
        let again = try tsunagi.run(arguments: publish)
        #expect(again.exitCode == 1 && again.errors.contains("2026-04 already"))
        let shown = try tsunagi.run("settings", "terms", "--json").object
        #expect(shown["japanese"] as? String == "規約の本文" && shown["english"] as? String == "The terms")
        #expect(try tsunagi.run("settings", "terms", "2026-05").exitCode == 64)
        try Data([0x82, 0xB1]).write(to: URL(fileURLWithPath: "\(folder)/sjis"))
        for (file, reason) in [("none", "can't be read: no such file"), ("sjis", "is not UTF-8")] {
            let refused = try tsunagi.run(
                "settings", "terms", "2026-05", "--japanese", "\(folder)/\(file)", "--english", "\(folder)/en")
            #expect(refused.exitCode == 1)
            #expect(refused.errors.contains("\(folder)/\(file) \(reason)"), "\(refused.errors)")
            #expect(!refused.errors.contains("Usage"), "\(refused.errors)")
        }
    }

    @Test("a user is mailed an invitation, and with a password a link for another one")
    func links() throws {
        try prepare()
        #expect(try tsunagi.run("outbox", "list", "--json").list.isEmpty)
        #expect(try tsunagi.run("user", "reset-link", "taro@example.co.jp").errors.contains("no password yet"))
        let invited = try tsunagi.run("user", "invite", "taro@example.co.jp")
        #expect(invited.exitCode == 0 && invited.output.contains("in the outbox"))
        let soon = try tsunagi.run("user", "invite", "taro@example.co.jp")
        #expect(soon.exitCode == 1 && soon.errors.contains("a moment ago"))
        let mail = try #require(try tsunagi.run("outbox", "list", "--json").list.first)
        #expect(mail["kind"] as? String == "invitation" && mail["recipient"] as? String == "taro@example.co.jp")
        #expect(try tsunagi.run("user", "password", "taro@example.co.jp").exitCode == 0)
        #expect(try tsunagi.run("user", "invite", "taro@example.co.jp").errors.contains("has a password already"))
    }

    @Test("sessions are listed and ended")
    func sessions() throws {
        try prepare()
        #expect(try tsunagi.run("session", "list").output == "Nobody is signed in.\n")
        let database = try ControlDatabase(try DataDirectory(path: tsunagi.dataDirectory, environment: [:]))
        var generator = SystemRandomNumberGenerator()
        let now = Timestamp(milliseconds: Date().milliseconds)
        let (_, session) = Session.start(at: now, using: &generator)
        try database.write { transaction in
            let user = try #require(try transaction.snapshot.portalUser("taro@example.co.jp"))
            try transaction.save(session, of: user.account.id, for: nil, from: "192.0.2.1")
        }
        let listed = try #require(try tsunagi.run("session", "list", "--json").list.first)
        #expect(listed["id"] as? String == session.id && listed["source"] as? String == "192.0.2.1")
        #expect(try tsunagi.run("session", "end", session.id).output.hasPrefix("ended \(session.id)"))
        let again = try tsunagi.run("session", "end", session.id, "--json")
        #expect(again.exitCode == 1 && again.errors.contains("there is no session"))
        #expect(try tsunagi.run("history", "--limit", "1", "--json").list.first?["action"] as? String == "user session")
        #expect(try tsunagi.run("session", "end").exitCode == 64)
    }
}
