import Foundation

/// Third-party test data, which is not part of the project: under `TSUNAGI_CORPORA`, or beside the checkout.
enum Corpora {
    static let folder: URL? = {
        let checkout = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["TSUNAGI_CORPORA"].map { URL(filePath: $0) }
        let folder = named ?? checkout.appending(path: "../shared/corpora")
        guard FileManager.default.fileExists(atPath: folder.path) else {
            print("skipped: no corpora")
            return nil
        }
        return folder
    }()

    /// Names and octets of the RFC 4475 messages, by name; empty without the corpora.
    static func torture() throws -> [(name: String, bytes: [UInt8])] {
        guard let folder else { return [] }
        let messages = folder.appending(path: "rfc4475/messages")
        return try FileManager.default.contentsOfDirectory(at: messages, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "dat" }
            .map { ($0.deletingPathExtension().lastPathComponent, [UInt8](try Data(contentsOf: $0))) }
            .sorted { $0.name < $1.name }
    }
}
