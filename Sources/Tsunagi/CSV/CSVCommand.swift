import ArgumentParser
import ControlPlane
import Foundation
import Storage

extension CSVLanguage: ExpressibleByArgument {}

/// Options of every command that reads a table.
struct CSVImportOptions: ParsableArguments {
    @Argument(help: "A CSV file; - reads the standard input.")
    var file: String

    @Option(help: "utf-8, with or without a byte order mark, or shift_jis.")
    var encoding = TextEncoding.utf8

    @Flag(help: "Tell what would be changed, and change nothing.")
    var preview = false
}

/// Options of every command that writes a table.
struct CSVExportOptions: ParsableArguments {
    @OptionGroup var target: WrittenFileOptions

    @Option(help: "utf-8, utf-8-bom (for Excel) or shift_jis.")
    var encoding = TextEncoding.utf8

    @Option(help: "The language of the names: en or ja.")
    var language = CSVLanguage.english

    @Option(help: "Only this company's numbers.", completion: .offered(.companies))
    var company: String?

    @Option(help: "Only those under this contract.", completion: .offered(.contracts))
    var contract: String?

    func validate() throws {
        guard company == nil || contract == nil else { throw ValidationError("Give either --company or --contract.") }
    }
}

/// A command that takes up a table.
protocol CSVImportCommand: AdministrationCommand {
    associatedtype Table: CSVTable

    var options: CSVImportOptions { get }
    static func take(_ rows: CSVFile<Table>, commits: Bool, in session: ControlSession) throws -> ImportOutcome
}

extension CSVImportCommand {
    /// Each table is gone through as often.
    private static var passes: Double { 2 }

    func perform(in workplace: Workplace, _ output: CommandOutput) throws {
        let file = try CSVFile<Table>(
            path: options.file, encoding: options.encoding, zone: workplace.session.localClock().zone)
        let bar = ProgressBar()
        var (pass, last) = (0.0, UInt64(0))
        file.progress = { read, length, rows in
            if read < last { pass += 1 }
            last = read
            bar.show((pass + Double(read) / Double(max(length, 1))) / Self.passes, "\(rows.grouped) rows")
        }
        let outcome: ImportOutcome
        do {
            defer { bar.clear() }
            outcome = try Self.take(file, commits: !options.preview, in: workplace.session)
        }
        let sheet = ImportSheet(outcome, file: file.name, noun: Table.noun, isPreview: options.preview)
        guard outcome.refusedRows == 0 else {
            try sheet.refuse(output)
            throw ExitCode.failure
        }
        try output.show(sheet, text: sheet.text)
    }
}

/// A command that writes a table.
protocol CSVExportCommand: ParsableCommand {
    associatedtype Table: CSVTable

    var options: CSVExportOptions { get }
    var common: ReadingOptions { get }
    static func tell(
        _ scope: ExportScope, of session: ControlSession, to append: (Table.Row) throws -> Void) throws
}

extension CSVExportCommand {
    func run() throws {
        guard !common.json || options.target.namesFile else {
            throw ValidationError(
                """
                The table itself is CSV. Name a file for it, and --json tells what was written; "tsunagi export --json" \
                prints everything as JSON.
                """)
        }
        try CommandOutput(json: common.json).answering { output in
            let session = try Workplace(common, isReading: true).session
            let (file, rows) = try options.target.write { try write(session, $0) }
            guard let file else { return }
            try output.show(
                ExportAnswer(file: file, rows: rows), text: "\(file): \(rows) \(Table.noun)\(rows == 1 ? "" : "s")")
        }
    }

    private func write(_ session: ControlSession, _ write: @escaping ([UInt8]) throws -> Void) throws -> Int {
        let scope =
            options.contract.map(ExportScope.contract) ?? options.company.map(ExportScope.company) ?? .everything
        var writer = try CSVWriter<Table>(
            options.encoding, options.language, session.localClock().zone, write: write)
        var rows = 0
        try Self.tell(scope, of: session) { row in
            rows += 1
            try writer.append(row)
        }
        try writer.finish()
        return rows
    }
}

private struct ExportAnswer: Encodable {
    let file: String
    let rows: Int
}

/// What became of a table, as it is shown.
struct ImportSheet: Encodable {
    struct Refusal: Encodable {
        let line: Int?
        let column: String?
        let reason: String
    }

    let file: String
    let rows: Int
    let added: Int
    let changed: Int
    let unchanged: Int
    let refusedRows: Int
    let refused: [Refusal]
    /// With a preview: the first of the changes that would be made.
    let changes: [ChangeLine]
    let changeCount: Int
    let committed: Bool
    /// As every refusal has it.
    let error: String?

    private let noun: String
    private let isPreview: Bool

    private enum CodingKeys: CodingKey {
        case file, rows, added, changed, unchanged, refusedRows, refused, changes, changeCount, committed, error
    }

    init(_ outcome: ImportOutcome, file: String, noun: String, isPreview: Bool) {
        self.file = file
        self.noun = noun
        self.isPreview = isPreview
        rows = outcome.rows
        added = outcome.added
        changed = outcome.changed
        unchanged = outcome.unchanged
        refusedRows = outcome.refusedRows
        refused = outcome.refusals.map {
            Refusal(line: $0.place.line, column: $0.place.path.isEmpty ? nil : $0.place.path, reason: $0.reason)
        }
        changes = isPreview ? outcome.changes.map(ChangeLine.init) : []
        changeCount = outcome.changeCount
        committed = outcome.isCommitted
        error =
            refusedRows == 0
            ? nil : "\(file): \(refusedRows.grouped) of \(rows.grouped) rows are refused, so nothing was changed"
    }

    var text: String {
        let counts = [
            (added, "added"), (changed, "changed"), (unchanged, "as \(unchanged == 1 ? "it is" : "they are")"),
        ]
        .filter { $0.0 > 0 }.map { "\($0.0.grouped) \($0.1)" }
        let summary = counts.isEmpty ? "no rows" : counts.joined(separator: ", ")
        guard isPreview else { return "\(file): \(noun)s: \(summary)" }
        let more = changeCount - changes.count
        return
            (changes.map(\.text) + (more > 0 ? ["… and \(more.grouped) more changes"] : [])
            + ["\(file): \(noun)s would be: \(summary); nothing was changed"]).joined(separator: "\n")
    }

    /// Tells each refused row on the standard error, with `--json` all of it on the standard output too.
    func refuse(_ output: CommandOutput) throws {
        if output.json { try output.show(self, text: "") }
        for refusal in refused {
            let place = [file, refusal.line.map { "line \($0)" } ?? "", refusal.column ?? ""].filter { !$0.isEmpty }
            CommandOutput.printError(place.joined(separator: ", ") + ": " + refusal.reason)
        }
        let more = refusedRows - refused.count
        if more > 0 { CommandOutput.printError("… and \(more.grouped) more rows") }
        CommandOutput.printError("tsunagi: \(error ?? "")")
    }
}

extension Int {
    /// `1,234,567`.
    var grouped: String {
        let digits = String(magnitude)
        let groups = stride(from: digits.count, to: 0, by: -3).map { end in
            String(digits.dropLast(digits.count - end).suffix(3))
        }
        return (self < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }
}
