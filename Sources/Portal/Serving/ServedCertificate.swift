import Foundation
import Logging
import NIOSSL
import Synchronization

/// The certificate that connections are given, which follows its files: those that are there keep the one that they began
/// with. New files that are of no use change nothing.
final class ServedCertificate: Sendable {
    /// By which a file is known to be the same.
    private struct Mark: Equatable {
        let modified: Date?
        let inode: Int?
        let size: Int?

        init(_ path: String) {
            let attributes = try? FileManager.default.attributesOfItem(
                atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
            modified = attributes?[.modificationDate] as? Date
            inode = attributes?[.systemFileNumber] as? Int
            size = attributes?[.size] as? Int
        }
    }

    private struct State {
        var contents: CertificateFiles.Contents
        var marks: [Mark]
    }

    private let files: CertificateFiles
    private let logger: Logger
    private let state: Mutex<State>

    /// - Throws: ``CertificateFault``.
    init(_ files: CertificateFiles, _ logger: Logger) throws {
        self.files = files
        self.logger = logger
        let marks = Self.marks(files)
        state = Mutex(State(contents: try files.load(), marks: marks))
    }

    /// For a connection that begins now.
    var context: NIOSSLContext { state.withLock { $0.contents.context } }

    /// Takes up the files if they have changed.
    ///
    /// - Returns: whether connections are given another certificate from now on.
    @discardableResult
    func refresh() -> Bool {
        let marks = Self.marks(files)
        // What could not be used is not tried, nor told of, again until it changes.
        let isNew = state.withLock { state in
            guard state.marks != marks else { return false }
            state.marks = marks
            return true
        }
        guard isNew else { return false }
        do {
            let contents = try files.load()
            state.withLock { $0.contents = contents }
            logger.notice(
                "the certificate \(files.chain) was read anew; it is valid until \(contents.end.formatted(.iso8601))")
            return true
        } catch {
            logger.error("\(error); the certificate that was read before stays in use")
            return false
        }
    }

    private static func marks(_ files: CertificateFiles) -> [Mark] { [Mark(files.chain), Mark(files.key)] }
}
