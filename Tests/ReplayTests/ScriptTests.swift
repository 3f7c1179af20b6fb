import Foundation
import Replay
import Testing

/// The scripts and captures that were written for this project.
enum Fixtures {
    static let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "../../Fixtures").standardizedFileURL

    /// Paths below the folder, sorted.
    static func files(_ ending: String) -> [String] {
        let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return found.filter { $0.hasSuffix(ending) }.sorted()
    }
}

@Suite struct ScriptTests {
    @Test("the script ends as it says", arguments: Fixtures.files(".script"))
    func script(_ name: String) throws {
        let text = try String(contentsOf: Fixtures.folder.appending(path: name), encoding: .utf8)
        let report = ScriptRunner.run(try Script(text, file: name))
        let failures = report.failures.joined(separator: "\n")
        #expect(report.failures.isEmpty, "\(failures)\n\n\(report.ladder.text())")
    }

    @Test("there are scripts to run")
    func present() {
        #expect(Fixtures.files(".script").count >= 5)
    }
}
