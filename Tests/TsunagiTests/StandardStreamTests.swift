import Foundation
import Glibc
import Testing

@testable import Tsunagi

@Suite("What is written where it can't be written") struct StandardStreamTests {
    let tsunagi = TsunagiProcess()

    private func prepare() throws {
        #expect(try tsunagi.run("number", "add", "1001").exitCode == 0)
    }

    @Test("what is told beside an answer ends nothing where nobody takes it, and arrives whole where somebody does")
    func toldBeside() throws {
        let full = unsafe open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(full) }
        StandardDescriptors.tell("a line\n", at: full)
        StandardDescriptors.tell("a line\n", at: -1)
        let file = FileFixture("")
        let descriptor = unsafe open(file.path, O_WRONLY | O_CLOEXEC)
        let text = String(repeating: "é line\n", count: 20_000)
        StandardDescriptors.tell(text, at: descriptor)
        close(descriptor)
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == text)
    }

    @Test("a change whose note can't be told is made, and its answer is whole")
    func noteLost() throws {
        try prepare()
        tsunagi.errorPath = "/dev/full"
        let set = try tsunagi.run("forward", "set", "1001", "--when", "busy", "--to", "voicemail")
        #expect(set.exitCode == 0 && set.output.contains("busy"))
        #expect(try tsunagi.run("forward", "show", "9").exitCode == 1)
        tsunagi.errorPath = nil
        #expect(try tsunagi.run("forward", "show", "1001").output.contains("voicemail"))
    }

    @Test(
        "an answer that can't be written exits 1 and says why",
        arguments: [
            ["number", "show", "1001"], ["number", "list"], ["number", "list", "--json"], ["forward", "list"],
            ["export"],
            ["number", "export"], ["check"], ["configuration"], ["configuration", "--json"],
            ["replay", ReplayCommandTests.fixtures + "/forwarding/busy.script"],
        ])
    func answerLost(arguments: [String]) throws {
        try prepare()
        tsunagi.outputPath = "/dev/full"
        let result = try tsunagi.run(arguments: arguments)
        #expect(result.exitCode == 1)
        #expect(result.errors.hasSuffix("tsunagi: the answer can't be written (No space left on device)\n"))
    }
}
