import Foundation
import Glibc

/// Tells whoever waits for the write lock of a database that somebody holds it for longer, who that is and how far they
/// have come: in a small file beside the database, which is locked for as long as it is true.
final class LargeWrite {
    /// What is told of it.
    struct Notice: Equatable, CustomStringConvertible {
        let process: Int32
        /// Milliseconds since the Unix epoch.
        let since: Int64
        /// 0 to 100; 0 also where that is not known.
        let percent: Int
        /// Who does what: `alice: import numbers`.
        let what: String

        var description: String {
            "\(what), at it for \(seconds) s" + (percent > 0 ? ", \(percent) % done" : "") + " (process \(process))"
        }

        private var seconds: Int64 { max(0, Int64(Date().timeIntervalSince1970) - since / 1000) }

        fileprivate var line: String { "\(process) \(since) \(percent) \(what)\n" }

        fileprivate init(process: Int32, since: Int64, percent: Int, what: String) {
            (self.process, self.since, self.percent, self.what) = (process, since, percent, what)
        }

        fileprivate init?(line: Substring) {
            let words = line.split(separator: " ", maxSplits: 3)
            guard words.count == 4, let process = Int32(words[0]), let since = Int64(words[1]),
                let percent = Int(words[2])
            else { return nil }
            self.init(process: process, since: since, percent: percent, what: String(words[3]))
        }
    }

    private static let lengthLimit = 512

    private let path: String
    private let what: String
    /// Nil: nothing is told.
    private var descriptor: Int32?
    private var since: Int64 = 0
    private var percent = -1

    init(on databasePath: String, what: String) {
        path = Self.path(databasePath)
        self.what = String(what.filter { !$0.isNewline }.prefix(Self.lengthLimit / 4))
    }

    deinit {
        end()
    }

    /// Once the write lock is held. If it can't be told, it is done untold.
    func begin() {
        let opened = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else { return }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            return
        }
        descriptor = opened
        since = Int64(Date().timeIntervalSince1970 * 1000)
        tell(done: 0, of: 1)
    }

    /// Once the write lock is free again.
    func end() {
        guard let descriptor else { return }
        // Who has opened it by now finds it unlocked, which is the same as none.
        unsafe unlink(path)
        close(descriptor)
        self.descriptor = nil
    }

    func tell(done: Int64, of total: Int64) {
        let percent = Int(100 * min(max(done, 0), total) / max(total, 1))
        guard let descriptor, percent != self.percent else { return }
        self.percent = percent
        let line = Array(Notice(process: getpid(), since: since, percent: percent, what: what).line.utf8)
        // A notice is never shorter than the one before it.
        _ = unsafe pwrite(descriptor, line, line.count, 0)
    }

    /// What is being done to a database; nil: nothing that takes long.
    static func notice(on databasePath: String) -> Notice? {
        let descriptor = unsafe open(path(databasePath), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        var octets = [UInt8](repeating: 0, count: lengthLimit)
        let count = unsafe pread(descriptor, &octets, octets.count, 0)
        guard count > 0 else { return nil }
        return Notice(line: Substring(decoding: octets[..<count], as: UTF8.self).prefix { !$0.isNewline })
    }

    private static func path(_ databasePath: String) -> String { databasePath + "-writing" }
}
