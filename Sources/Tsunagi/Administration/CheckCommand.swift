import ArgumentParser
import ControlPlane
import Directory
import Foundation
import Storage

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Look through the data directory for what is not as it should be.",
        discussion: """
            Both databases and the history; files that others may read; rules that lead nowhere, in a circle, to a voice \
            mail that is not configured, or that lack their option; callers on block lists who never call; numbers that no \
            phone can register; login IDs without numbers, general users in no group, and groups without contracts; \
            authenticator apps whose key is missing; messages that have failed; years without national holidays, where \
            rules go by them; a certificate of the web sites that can't be used or ends within 30 days. Each finding names \
            the thing and the remedy. Rules that have ended and what is forwarded for a time are told as notices, which \
            are no reason to exit 1. Nothing is changed, and nothing is asked of the network.

            EXAMPLE
              tsunagi check --config tsunagi.yaml
              tsunagi check --json

            Exit codes: 0 nothing was found, 1 something was, 64 wrong usage.
            """)

    @Option(help: ArgumentHelp("The server's configuration, for voice mail, networks and domains.", valueName: "file"))
    var config: String?

    @Option(help: "Findings of one kind that are told; the others are counted.")
    var limit = 100

    @OptionGroup var common: ReadingOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
    }

    func run() throws {
        try CommandOutput(json: common.json).answering { output in
            let directory = try DataDirectory(existing: common.dataDirectory)
            CommandOutput.warnOfUnknownVariables()
            let configuration = try ConfigurationLoader.load(file: config)
            var sheet = CheckSheet(limit: limit)
            for path in try directory.exposedPaths() {
                sheet.add(
                    CheckFinding(
                        .exposed, path, "others than its owner may read or change it",
                        remedy: "chmod \(Self.isDirectory(path) ? "700" : "600") \(path)"))
            }
            if let finding = try configuration.http.certificateFinding(at: Date()) { sheet.add(finding) }
            if try lookThrough(directory, &sheet) { try checkRules(directory, configuration, &sheet) }
            try output.show(sheet, text: sheet.text)
            guard sheet.found == 0 else { throw ExitCode.failure }
        }
    }

    /// A directory that its owner may not search would lock the server out of what is in it.
    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    /// - Returns: whether the rules can be read.
    private func lookThrough(_ directory: DataDirectory, _ sheet: inout CheckSheet) throws -> Bool {
        let flaws = try DatabaseInspection.flaws(of: directory, limit: limit)
        for flaw in flaws {
            sheet.add(
                CheckFinding(
                    .damaged, "\(directory.path)/\(flaw.file)", flaw.text,
                    remedy: flaw.isOfAbsence
                        ? "put it back, or go back to a backup with \"tsunagi restore\"; --data names another directory"
                        : "compare it with a backup, or go back to one with \"tsunagi restore\""))
        }
        return !flaws.contains {
            ($0.isOfPages || $0.isOfAbsence) && "\(directory.path)/\($0.file)" == directory.controlPath
        }
    }

    private func checkRules(
        _ directory: DataDirectory, _ configuration: ServerConfiguration, _ sheet: inout CheckSheet
    ) throws {
        let hosts = RuleExplainer.hosts(of: configuration)
        let surroundings = CheckSurroundings(
            hasVoicemail: configuration.voicemail.uri != nil,
            hasTrustedNetworks: !configuration.trustedNetworks.isEmpty,
            emergencyNumbers: Set(configuration.emergencyNumbers.compactMap { try? PhoneNumber($0) }),
            ownNumber: { RuleExplainer.number(inURI: $0, at: hosts) })
        let session = try Workplace(directory).session
        try session.checkRules(surroundings) { sheet.add($0) }
        try session.checkAccounts { sheet.add($0) }
        try session.checkSecrets(openedBy: SignInDesk.keysIfThere(in: directory)) { sheet.add($0) }
        try session.checkTime { sheet.add($0) }
    }
}

/// What was found, as it is shown.
struct CheckSheet: Encodable {
    private let limit: Int
    /// Up to the limit of each kind.
    private(set) var findings: [CheckFinding] = []
    /// How many there are of each kind, by its name.
    private(set) var counts: [String: Int] = [:]

    /// How many there are in all that something should be done about, and how many that are only good to know.
    private(set) var found = 0
    private(set) var notices = 0

    private enum CodingKeys: CodingKey { case findings, counts, found, notices }

    init(limit: Int) { self.limit = limit }

    mutating func add(_ finding: CheckFinding) {
        let count = counts[finding.kind.rawValue, default: 0] + 1
        counts[finding.kind.rawValue] = count
        if finding.severity == .notice { notices += 1 } else { found += 1 }
        if count <= limit { findings.append(finding) }
    }

    var text: String {
        var lines: [String] = []
        for kind in CheckFinding.Kind.allCases {
            for finding in findings where finding.kind == kind {
                let severity = finding.severity == .fault ? "" : "\(finding.severity.rawValue): "
                lines += ["\(severity)\(finding.thing): \(finding.text)", "    \(finding.remedy)"]
            }
            let others = counts[kind.rawValue, default: 0] - limit
            if others > 0 { lines.append("and \(others) more of this kind (\(kind.rawValue))") }
        }
        let summary = found == 1 ? "1 thing was found" : "\(found) things were found"
        let notes = notices == 0 ? "" : ", beside \(notices) \(notices == 1 ? "notice" : "notices")"
        return (lines + [(found == 0 ? "nothing was found" : summary) + notes]).joined(separator: "\n")
    }
}
