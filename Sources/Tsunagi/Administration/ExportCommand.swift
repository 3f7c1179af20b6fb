import ArgumentParser
import ControlPlane
import Foundation
import Storage

extension BlueprintWriter.Format: ExpressibleByArgument {}

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write out everything that is configured, in a form that \"apply\" takes.",
        discussion: """
            Settings, terms of use, holidays, trunks, companies, contracts with their sites, numbers with all \
            that is set for them, groups, portal users, administrator IDs and login IDs, always in the same order, all of \
            one moment. No password and nothing else that one signs in with is in it, nor a lockout. What is forwarded for \
            a time is no configuration: how many numbers that concerns is told on the standard error, and which by "tsunagi \
            forward operations". Without a file it goes to the standard output.

            EXAMPLE
              tsunagi export company.yaml
              tsunagi export company.yaml --overwrite
              tsunagi export --contract Y0001234 --json
              tsunagi export company.json --format json
            """)

    private struct Answer: Encodable {
        let file: String
        let numbers: Int
        /// Of these, those under a temporary forwarding, which is not in the file.
        let temporarilyForwarded: Int
    }

    @OptionGroup var target: WrittenFileOptions

    @Option(
        help: "Only this company with its contracts, their numbers, and all its accounts.",
        completion: .offered(.companies))
    var company: String?

    @Option(
        help: "Only this contract with its numbers, administrator ID and login IDs.", completion: .offered(.contracts))
    var contract: String?

    @Option(help: "yaml or json (default: yaml; on the standard output with --json, json).")
    var format: BlueprintWriter.Format?

    @OptionGroup var common: ReadingOptions

    func validate() throws {
        guard company == nil || contract == nil else { throw ValidationError("Give either --company or --contract.") }
        guard !(common.json && isPrinted && format == .yaml) else {
            throw ValidationError("Give either --json or --format yaml, or a file to write the YAML to.")
        }
    }

    /// Goes to the standard output, where with `--json` there is nothing but JSON.
    private var isPrinted: Bool { target.file == nil || target.file == "-" }

    func run() throws {
        try CommandOutput(json: common.json).answering { output in
            let session = try Workplace(common, isReading: true).session
            let (file, (numbers, forwarded)) = try target.write { write in
                try self.write(session) { try write(Array($0.utf8)) }
            }
            if forwarded > 0 {
                let note =
                    (forwarded == 1 ? "1 number lies" : "\(forwarded) numbers lie")
                    + " under a temporary forwarding, which is not in the file: see \"tsunagi forward operations\""
                // What is printed is the file, and does not tell it.
                if isPrinted { CommandOutput.printError("note: \(note)") } else { output.note(note) }
            }
            guard let file else { return }
            try output.show(
                Answer(file: file, numbers: numbers, temporarilyForwarded: forwarded),
                text: "\(file): \(numbers) \(numbers == 1 ? "number" : "numbers")"
            )
        }
    }

    private var scope: ExportScope {
        contract.map(ExportScope.contract) ?? company.map(ExportScope.company) ?? .everything
    }

    /// - Returns: how many numbers were written, and how many of these lie under a temporary forwarding.
    private func write(_ session: ControlSession, _ write: @escaping (String) throws -> Void) throws -> (Int, Int) {
        var writer = BlueprintWriter(
            format ?? (common.json && isPrinted ? .json : .yaml), zone: try session.localClock().zone, write: write)
        var numbers = 0
        let forwarded = try session.export(scope) { part in
            if case .number = part { numbers += 1 }
            try writer.append(part)
        }
        try writer.finish()
        return (numbers, forwarded)
    }
}
