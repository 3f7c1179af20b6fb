import ControlPlane
import Foundation
import Yams

/// Reads a blueprint from YAML or JSON, which is YAML too.
struct BlueprintFile {
    /// What is read of it is held in memory, some twelve times its length: five million numbers.
    private static let lengthLimit = 1 << 30
    /// A longer one is read in pieces.
    static let wholeLength = 4 << 20

    /// What stands for it in what is told: its path, or `standard input`.
    let name: String
    let blueprint: Blueprint

    /// - Parameters:
    ///   - path: `-` reads the standard input.
    ///   - zone: in which its times are meant, unless it sets one.
    /// - Throws: ``TextFileError``, ``BlueprintFileError``.
    init(path: String, zone: TimeZone) throws {
        let isStandardInput = path == "-"
        let name = isStandardInput ? "standard input" : path
        let data = try Self.data(path)
        guard data.count <= Self.lengthLimit else {
            throw BlueprintFileError.tooLong(file: name, limit: Self.lengthLimit)
        }
        try self.init(
            data: data, name: name, zone: zone,
            folder: isStandardInput ? "." : URL(filePath: path).deletingLastPathComponent().path)
    }

    private static func data(_ path: String) throws(TextFileError) -> Data {
        do {
            guard path == "-" else { return try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) }
            return try FileHandle.standardInput.read(upToCount: lengthLimit + 1) ?? Data()
        } catch {
            throw ReadFile.failure(path)
        }
    }

    private init(data: Data, name: String, zone: TimeZone, folder: String) throws(BlueprintFileError) {
        guard data.count > Self.wholeLength else {
            try self.init(text: Self.text(data, name), name: name, zone: zone, folder: folder)
            return
        }
        try self.init(pieces: data, name: name, zone: zone, folder: folder)
    }

    /// - Parameter data: of which only a piece at a time is made into nodes.
    init(
        pieces data: Data, name: String, zone: TimeZone = .gmt, folder: String = ".",
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(BlueprintFileError) {
        self.name = name
        var reader = BlueprintReader(name: name, folder: folder, environment: environment, zone: zone)
        let cut = unsafe data.withUnsafeBytes { unsafe BlueprintPieces($0) }
        var blueprint = Blueprint()
        let head = try Self.compose(Self.text(Data(cut.head), name), name)
        guard head != nil || !cut.pieces.isEmpty else { throw .empty(file: name) }
        if let root = head {
            blueprint = try reader.read(BlueprintNode(node: root, path: "", file: name))
        }
        let isJSON = cut.head.first { $0 > 32 } == UInt8(ascii: "{")
        var counts: [BlueprintReader.List: Int] = [:]
        for piece in cut.pieces {
            let text = try Self.text(
                data.subdata(in: piece.octets.lowerBound + data.startIndex..<piece.octets.upperBound + data.startIndex),
                name)
            guard let root = try Self.compose(isJSON ? "[" + text + "]" : text, name, linesBefore: piece.linesBefore)
            else { continue }
            let node = BlueprintNode(node: root, path: piece.list.rawValue, file: name, linesBefore: piece.linesBefore)
            for element in try node.elements(from: counts[piece.list] ?? 0) {
                try reader.append(element, of: piece.list, to: &blueprint)
                counts[piece.list, default: 0] += 1
            }
        }
        self.blueprint = blueprint
    }

    private static func text(_ data: Data, _ name: String) throws(BlueprintFileError) -> String {
        guard let text = String(data: data, encoding: .utf8) else {
            throw .notUTF8(file: name)
        }
        return text
    }

    /// - Parameter folder: where relative paths in it begin.
    init(
        text: String, name: String, zone: TimeZone = .gmt, folder: String = ".",
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(BlueprintFileError) {
        self.name = name
        var reader = BlueprintReader(name: name, folder: folder, environment: environment, zone: zone)
        guard let root = try Self.compose(text, name) else { throw .empty(file: name) }
        blueprint = try reader.read(BlueprintNode(node: root, path: "", file: name))
    }

    /// - Parameter linesBefore: lines of the file before the text.
    private static func compose(_ text: String, _ name: String, linesBefore: Int = 0) throws(BlueprintFileError)
        -> Node?
    {
        do {
            return try Yams.compose(yaml: text)
        } catch {
            switch error as? YamlError {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw .malformed(file: name, line: mark.line + linesBefore, reason: problem)
            case .duplicatedKeysInMapping(let keys, let context):
                let names = keys.map { "\($0)" }.joined(separator: ", ")
                throw .malformed(file: name, line: context.mark.line + linesBefore, reason: "\(names) is there twice")
            case let error: throw .malformed(file: name, line: nil, reason: error.map { "\($0)" } ?? "unknown")
            }
        }
    }
}
