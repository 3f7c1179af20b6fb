import ControlPlane
import Foundation
import Yams

/// Reads a blueprint from YAML or JSON, which is YAML too.
struct BlueprintFile {
    /// All of it is held in memory.
    private static let lengthLimit = 64 << 20

    /// What stands for it in what is told: its path, or `standard input`.
    let name: String
    let blueprint: Blueprint

    /// - Parameters:
    ///   - path: `-` reads the standard input.
    ///   - zone: in which its times are meant, unless it sets one.
    /// - Throws: ``BlueprintFileError``.
    init(path: String, zone: TimeZone) throws {
        let isStandardInput = path == "-"
        let name = isStandardInput ? "standard input" : path
        let handle = isStandardInput ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
        guard let handle else {
            throw BlueprintFileError.unreadable(file: path, reason: "no such file, or not ours to read")
        }
        let data = try handle.read(upToCount: Self.lengthLimit + 1) ?? Data()
        guard data.count <= Self.lengthLimit else {
            throw BlueprintFileError.tooLong(file: name, limit: Self.lengthLimit)
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw BlueprintFileError.unreadable(file: name, reason: "it is no UTF-8 text")
        }
        try self.init(
            text: text, name: name, zone: zone,
            folder: isStandardInput ? "." : URL(filePath: path).deletingLastPathComponent().path)
    }

    /// - Parameter folder: where relative paths in it begin.
    init(
        text: String, name: String, zone: TimeZone = .gmt, folder: String = ".",
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(BlueprintFileError) {
        self.name = name
        var reader = BlueprintReader(name: name, folder: folder, environment: environment, zone: zone)
        blueprint =
            try Self.compose(text, name).map { root throws(BlueprintFileError) in
                try reader.read(BlueprintNode(node: root, path: "", file: name))
            } ?? Blueprint()
    }

    private static func compose(_ text: String, _ name: String) throws(BlueprintFileError) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch {
            switch error as? YamlError {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw .malformed(file: name, line: mark.line, reason: problem)
            case .duplicatedKeysInMapping(let keys, let context):
                let names = keys.map { "\($0)" }.joined(separator: ", ")
                throw .malformed(file: name, line: context.mark.line, reason: "\(names) is there twice")
            case let error: throw .malformed(file: name, line: nil, reason: error.map { "\($0)" } ?? "unknown")
            }
        }
    }
}
