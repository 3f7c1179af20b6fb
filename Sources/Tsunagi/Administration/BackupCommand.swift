import ArgumentParser
import ControlPlane
import Foundation
import Storage

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the whole data directory into one file, while the server runs.",
        discussion: """
            The file is a tar archive with both databases, each of one moment, the key files also of directories \
            in it, and their SHA-256 sums. \
            It holds secrets: only its owner may read it, and it belongs where the data directory can't take it along.

            EXAMPLE
              tsunagi backup /var/backups/tsunagi-monday.tar
              tsunagi backup nightly.tar --overwrite --json
            """)

    private struct Answer: Encodable {
        struct Part: Encodable {
            let name: String
            let bytes: Int64
            let sha256: String
        }

        let file: String
        let bytes: Int64
        let parts: [Part]
        /// What of the data directory is not in it.
        let leftOut: [String]
    }

    @Argument(help: "The file to make.")
    var file: String

    @Flag(help: "Replace a file that is there already.")
    var overwrite = false

    @OptionGroup var common: ChangingOptions

    func validate() throws {
        guard file != "-" else { throw ValidationError("A backup is a file: give its name.") }
    }

    func run() throws {
        try CommandOutput(json: common.json).answering { output in
            let directory = try DataDirectory(existing: common.dataDirectory)
            let backup = try Backup.take(of: directory, into: file, replaces: overwrite, now: Date().milliseconds)
            let parts = backup.parts.map { Answer.Part(name: $0.name, bytes: $0.bytes, sha256: $0.sha256) }
            try output.show(
                Answer(file: file, bytes: backup.bytes, parts: parts, leftOut: backup.leftOut),
                text: "\(file): \(backup.bytes) bytes, \(parts.map(\.name).joined(separator: ", "))")
            if !backup.leftOut.isEmpty {
                output.note(
                    "not in it, as no files, hidden, or not to be looked into: "
                        + backup.leftOut.joined(separator: ", "))
            }
        }
    }
}
