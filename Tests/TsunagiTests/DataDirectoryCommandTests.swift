import Foundation
import Testing

@Suite struct DataDirectoryCommandTests {
    let tsunagi = TsunagiProcess()

    @Test(
        "who looks where no data directory is, is refused with its path, and none is made",
        arguments: [
            ["number", "list"], ["calls", "list"], ["history"], ["forward", "list"], ["export"],
            ["number", "export", "numbers.csv"], ["explain", "--from", "1", "--to", "2"],
            ["settings", "realm"], ["settings", "sign-in"], ["settings", "forbidden-destinations"],
        ])
    func looksInVain(command: [String]) throws {
        let missing = try tsunagi.run(arguments: command + ["--json"])
        #expect(missing.exitCode == 1)
        #expect(
            (missing.object["error"] as? String)?.contains("\(tsunagi.dataDirectory): no such data directory") == true)
        #expect(missing.errors.contains("--data or TSUNAGI_DATA"), "\(missing.errors)")
        #expect(!FileManager.default.fileExists(atPath: tsunagi.dataDirectory))
        // A directory of something else is none either.
        try FileManager.default.createDirectory(atPath: tsunagi.dataDirectory, withIntermediateDirectories: false)
        let foreign = try tsunagi.run(arguments: command)
        #expect(foreign.exitCode == 1)
        #expect(foreign.errors.contains("\(tsunagi.dataDirectory)/control.db is not there"), "\(foreign.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: tsunagi.dataDirectory).isEmpty)
    }

    @Test("whoever changes something makes the data directory; a plan may come before, and tells that it has made one")
    func makesDirectory() throws {
        let plan = try tsunagi.run("plan", "-", input: "numbers: [{number: 1001}]")
        #expect(plan.exitCode == 0 && plan.output.hasPrefix("+ number 1001"))
        #expect(plan.errors.contains("a new empty data directory was made at \(tsunagi.dataDirectory);"))
        let elsewhere = tsunagi.dataDirectory + "/other"
        #expect(try tsunagi.run("settings", "realm", "lab", "--data", elsewhere).errors.isEmpty)
        #expect(try tsunagi.run("settings", "realm", "--data", elsewhere).output == "lab\n")
    }

    @Test("where control.db was moved away nothing is made in its place, and calls for it are refused with the remedy")
    func namesLostControl() throws {
        #expect(try tsunagi.run("number", "add", "1001").exitCode == 0)
        #expect(try tsunagi.run("registrations", "list").exitCode == 0)
        let path = tsunagi.dataDirectory + "/control.db"
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        for command in [["number", "list"], ["number", "add", "1002"], ["export"]] {
            let refused = try tsunagi.run(arguments: command)
            #expect(refused.exitCode == 1, "\(command)")
            #expect(refused.errors.contains("\(path) is not there") && refused.errors.contains("tsunagi restore"))
        }
        let checked = try tsunagi.run("check")
        #expect(checked.exitCode == 1 && checked.output.contains("\(path): it is not there\n    put it back"))
        #expect(!FileManager.default.fileExists(atPath: path))
        try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
        #expect(try tsunagi.run("number", "list").output.contains("1001"))
    }
}
