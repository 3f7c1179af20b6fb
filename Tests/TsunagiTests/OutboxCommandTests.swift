import Foundation
import Testing

@Suite struct OutboxCommandTests {
    let tsunagi = TsunagiProcess()

    @Test("a test message is put into the outbox, listed, shown with its text, and discarded")
    func messages() throws {
        #expect(try tsunagi.run("settings", "service-name", "ビジネスポータル").output == "ビジネスポータル\n")
        let sent = try tsunagi.run(
            "outbox", "send-test", "--mail", "taro@example.jp", "--language", "ja", "--json"
        ).object
        #expect(sent["state"] as? String == "waiting" && sent["subject"] as? String == "ビジネスポータル 送信テスト")
        #expect(try tsunagi.run("outbox", "send-test", "--sms", "09012345678").exitCode == 0)
        #expect(try tsunagi.run("outbox", "list", "--json").list.compactMap { $0["id"] as? Int } == [2, 1])
        #expect(try tsunagi.run("outbox", "list", "--channel", "mail", "--json").list.count == 1)
        #expect(try tsunagi.run("outbox", "list", "--state", "failed").output == "No such messages in the outbox.\n")
        let shown = try tsunagi.run("outbox", "show", "1").output
        #expect(shown.contains("mail to taro@example.jp, mail-test") && shown.contains("メールの送信設定"), "\(shown)")
        #expect(try tsunagi.run("outbox", "show", "2", "--json").object["body"] as? String != nil)
        #expect(try tsunagi.run("outbox", "retry", "1", "2", "--json").list.count == 2)
        #expect(try tsunagi.run("outbox", "retry", "--failed").output == "No message has failed.\n")
        #expect(try tsunagi.run("outbox", "discard", "1").output.contains("discarded"))
        let refused = try tsunagi.run("outbox", "retry", "1")
        #expect(refused.exitCode == 1 && refused.errors.contains("message 1 is discarded"), "\(refused.errors)")
        let actions = try tsunagi.run("history", "--json").list.compactMap { $0["action"] as? String }
        #expect(
            actions == [
                "outbox discard", "outbox send-test", "outbox send-test", "settings service-name",
            ])
    }

    @Test("after a restore, what may have been sent since the backup is tried again only when that is said")
    func retriesAfterRestore() throws {
        #expect(try tsunagi.run("outbox", "send-test", "--mail", "taro@example.jp").exitCode == 0)
        let backup = tsunagi.dataDirectory + "-backup.tar"
        defer { try? FileManager.default.removeItem(atPath: backup) }
        #expect(try tsunagi.run("backup", backup).exitCode == 0)
        #expect(try tsunagi.run("restore", backup, "--force").exitCode == 0)
        let held = try tsunagi.run("outbox", "retry", "--failed")
        #expect(held.output == "No message is tried again.\n", "\(held.output)")
        #expect(held.errors.contains("not tried again, because they may have been sent: 1; give their ids"))
        #expect(try tsunagi.run("outbox", "retry", "--failed", "--even-if-sent", "--json").list.count == 1)
        #expect(try tsunagi.run("outbox", "list", "--state", "waiting", "--json").list.count == 1)
    }

    @Test("what can't be read as a command or an address says so")
    func refuses() throws {
        for arguments in [
            ["send-test"], ["send-test", "--mail", "a@b.jp", "--sms", "09012345678"], ["retry"],
            ["retry", "1", "--failed"], ["retry", "1", "--even-if-sent"],
            ["list", "--state", "lost"], ["list", "--limit", "0"], ["show"],
        ] {
            #expect(try tsunagi.run(arguments: ["outbox"] + arguments).exitCode == 64, "\(arguments)")
        }
        for (arguments, reason) in [
            (["send-test", "--mail", "taro"], "\"taro\" is not a mail address"),
            (["send-test", "--sms", "0312345678"], "\"0312345678\" is not a mobile number"),
            (["show", "9"], "the outbox has no message 9"), (["discard", "9"], "the outbox has no message 9"),
        ] {
            let result = try tsunagi.run(arguments: ["outbox"] + arguments)
            #expect(result.exitCode == 1 && result.errors.contains(reason), "\(result.errors)")
        }
        #expect(try tsunagi.run("settings", "portal-url", "portal").exitCode == 1)
        #expect(try tsunagi.run("settings", "portal-url", "https://p.jp/").output == "https://p.jp\n")
    }
}
