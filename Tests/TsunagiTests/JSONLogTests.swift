import Foundation
import Logging
import Synchronization
import Testing

@testable import Tsunagi

@Suite("The log in JSON") struct JSONLogTests {
    private func told(_ work: (Logger) -> Void) throws -> [[String: String]] {
        let output = LineCollector()
        var logger = Logger(label: "test") { _ in JSONLogHandler { output.add($0) } }
        logger.logLevel = .info
        work(logger)
        return try output.lines.map { line in
            #expect(line.hasSuffix("}\n") && line.dropLast().allSatisfy { !$0.isNewline })
            return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        }
    }

    @Test("each event is an object on a line of its own, with the Call-ID of its call")
    func object() throws {
        let told = try told { logger in
            logger.debug("not told")
            logger.warning("a \"quoted\"\nword", metadata: ["call-id": "1@host\r\n"])
        }
        #expect(told.count == 1)
        #expect(told[0]["level"] == "warning" && told[0]["message"] == "a \"quoted\"\nword")
        #expect(told[0]["call-id"] == "1@host\r\n")
        #expect(told[0]["time"]?.hasSuffix("Z") == true && told[0]["time"]?.contains(".") == true)
    }

    @Test("facts can't take the place of what every line has")
    func reserved() throws {
        let told = try told { $0.error("real", metadata: ["message": "false", "level": "debug", "port": "1"]) }
        #expect(told[0]["message"] == "real" && told[0]["level"] == "error" && told[0]["port"] == "1")
    }
}

private final class LineCollector: Sendable {
    private let state = Mutex<[String]>([])
    var lines: [String] { state.withLock { $0 } }
    func add(_ line: String) { state.withLock { $0.append(line) } }
}
