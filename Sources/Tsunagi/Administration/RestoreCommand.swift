import ArgumentParser
import ControlPlane
import Foundation
import Storage

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make a data directory from a backup.",
        discussion: """
            The backup is unpacked beside the data directory and looked through first: the sums of its files, both \
            databases, and the chain of the history. Only then it takes the place, in which no server may run.

            EXAMPLE
              tsunagi restore /var/backups/tsunagi-monday.tar --data /var/lib/tsunagi
              tsunagi restore nightly.tar --data /var/lib/tsunagi --force
            """)

    private struct Answer: Encodable {
        let directory: String
        let files: [String]
        /// Where that which was there before is kept; nil: nothing was.
        let kept: String?
    }

    @Argument(help: "A file that \"tsunagi backup\" has made.")
    var file: String

    @Flag(help: "Replace what is in the data directory, and keep it beside it.")
    var force = false

    @OptionGroup var common: ChangingOptions

    func run() throws {
        try CommandOutput(json: common.json).answering { output in
            try ReadFile.require(file)
            let target = DataDirectory.chosen(common.dataDirectory)
            let unpacked = try UnpackedBackup(file, for: target, replaces: force)
            try Self.writeDown(unpacked, file)
            let kept = try unpacked.putInPlace(now: Date().milliseconds)
            try output.show(
                Answer(directory: target, files: unpacked.parts.map(\.name), kept: kept),
                text: "\(target) is as it was in \(file)" + (kept.map { "; what was there before is in \($0)" } ?? ""))
            output.note(
                "nobody is signed in any more, and all links, codes and API tokens are void: some may have ended since")
        }
    }

    /// The database is closed again when this returns.
    private static func writeDown(_ unpacked: UnpackedBackup, _ file: String) throws {
        try Workplace(unpacked.directory).session.recordRestoration(
            from: URL(filePath: file).lastPathComponent,
            sums: Dictionary(uniqueKeysWithValues: unpacked.parts.map { ($0.name, $0.sha256) }))
    }
}
