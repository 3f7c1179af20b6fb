import Foundation
import Replay
import Testing

/// The scripts and captures that were written for this project.
enum Fixtures {
    static let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "../../Fixtures").standardizedFileURL.path

    /// Paths below the folder, sorted.
    static func files(_ ending: String) -> [String] {
        let found = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return found.filter { $0.hasSuffix(ending) }.sorted()
    }
}

@Suite struct ScriptTests {
    @Test("the script ends as it says", arguments: Fixtures.files(".script"))
    func script(_ name: String) throws {
        let report = try ReplayFile.replay(Fixtures.folder + "/" + name)
        let failures = report.failures.joined(separator: "\n")
        #expect(report.failures.isEmpty, "\(failures)\n\n\(report.ladder.text())")
    }

    @Test("every fixture is there, and every capture belongs to a script")
    func present() throws {
        let scripts = Fixtures.files(".script")
        #expect(scripts.count >= 100)
        let texts = try scripts.map { try String(contentsOfFile: Fixtures.folder + "/" + $0, encoding: .utf8) }
        for capture in Fixtures.files(".pcap") + Fixtures.files(".pcapng") {
            let name = URL(filePath: capture).lastPathComponent
            #expect(texts.contains { $0.contains("capture \(name)\n") }, "no script plays \(capture)")
        }
    }
}
