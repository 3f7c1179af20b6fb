import Foundation

/// The built `tsunagi`, run as a person would run it, on a data directory of its own.
final class TsunagiProcess {
    struct Result {
        let exitCode: Int32
        let output: String
        let errors: String

        var json: Any? { try? JSONSerialization.jsonObject(with: Data(output.utf8), options: .fragmentsAllowed) }
        var object: [String: Any] { json as? [String: Any] ?? [:] }
        var list: [[String: Any]] { json as? [[String: Any]] ?? [] }
    }

    let dataDirectory = FileManager.default.temporaryDirectory.path + "/tsunagi-test-" + UUID().uuidString

    /// Beside the data directory and the zone.
    var environment: [String: String] = [:]

    /// Where its answer and its notes go instead of to the result.
    var outputPath: String?
    var errorPath: String?

    deinit {
        try? FileManager.default.removeItem(atPath: dataDirectory)
    }

    /// Stands beside the test's own executable.
    private static let executable = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("tsunagi")

    func run(_ arguments: String..., input: String = "") throws -> Result {
        try run(arguments: arguments, input: input)
    }

    func run(arguments: [String], input: String = "") throws -> Result {
        try run(arguments: arguments, input: Data(input.utf8))
    }

    func run(arguments: [String], input: Data) throws -> Result {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.environment = ["TSUNAGI_DATA": dataDirectory, "TZ": "Asia/Tokyo"].merging(environment) { $1 }
        let (standardInput, output, errors) = (Pipe(), FileFixture(""), FileFixture(""))
        process.standardInput = standardInput
        let outputHandle = FileHandle(forWritingAtPath: outputPath ?? output.path)
        let errorHandle = FileHandle(forWritingAtPath: errorPath ?? errors.path)
        process.standardOutput = outputHandle
        process.standardError = errorHandle
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: input)
        try standardInput.fileHandleForWriting.close()
        process.waitUntilExit()
        return Result(
            exitCode: process.terminationStatus, output: try String(contentsOfFile: output.path, encoding: .utf8),
            errors: try String(contentsOfFile: errors.path, encoding: .utf8))
    }
}
