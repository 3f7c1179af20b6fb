import ArgumentParser
import ControlPlane
import Directory
import Foundation
import Glibc
import Storage

/// Options that every command in a data directory has.
protocol WorkplaceOptions: ParsableArguments {
    var dataDirectory: String? { get }
    var json: Bool { get }
    /// An entry of the history after which nothing may have been changed.
    var unlessChangedSince: Int64? { get }
}

/// Of a command that changes nothing.
struct ReadingOptions: WorkplaceOptions {
    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("The data directory (default: $TSUNAGI_DATA, or ./data).", valueName: "dir"))
    var dataDirectory: String?

    @Flag(help: "Print JSON.")
    var json = false

    var unlessChangedSince: Int64? { nil }
}

/// Of a command that changes something.
struct ChangingOptions: WorkplaceOptions {
    @OptionGroup var reading: ReadingOptions

    @Option(
        help: ArgumentHelp(
            "Change nothing that was changed after this entry of the history (see \"tsunagi history\").",
            valueName: "change"))
    var unlessChangedSince: Int64?

    var dataDirectory: String? { reading.dataDirectory }
    var json: Bool { reading.json }
}

/// A command that works in a data directory, whether or not a server runs on it. Times are those of its zone.
protocol AdministrationCommand: ParsableCommand {
    associatedtype Options: WorkplaceOptions

    var common: Options { get }
    /// Whether it changes nothing as it was given. Then it makes no data directory.
    var isReading: Bool { get }
    func perform(in workplace: Workplace, _ output: CommandOutput) throws
}

extension AdministrationCommand {
    var isReading: Bool { common is ReadingOptions }

    func run() throws {
        try CommandOutput(json: common.json).answering { output in
            let workplace = try Workplace(common, isReading: isReading)
            try LocalTime.$zone.withValue(zone(of: workplace, output)) { try perform(in: workplace, output) }
        }
    }

    /// One that this machine does not know stops no command: one of them sets another.
    private func zone(of workplace: Workplace, _ output: CommandOutput) throws -> TimeZone {
        let name = try workplace.session.timeZone()
        if let zone = TimeZone(identifier: name) { return zone }
        output.note("\(StorageError.unknownTimeZone(name)); until then times are told in \(LocalTime.zone.identifier)")
        return LocalTime.zone
    }
}

/// The data directory that a command works in, and the use cases in the name of who runs it.
struct Workplace {
    let directory: DataDirectory
    let session: ControlSession

    /// A change makes the directory where none is, and a plan too, which tells so. Whoever looks there is refused: what they
    /// look for is elsewhere.
    init(_ common: some WorkplaceOptions, isReading: Bool) throws {
        guard !isReading else {
            let directory = try DataDirectory(existing: common.dataDirectory)
            try directory.requireControl()
            try self.init(directory)
            return
        }
        let directory = try DataDirectory(path: common.dataDirectory)
        let isNew = !directory.hasControl
        try self.init(directory, unlessChangedSince: common.unlessChangedSince)
        if isNew, common is ReadingOptions {
            CommandOutput.printError(
                "note: a new empty data directory was made at \(directory.path); --data or TSUNAGI_DATA names another")
        }
    }

    init(_ directory: DataDirectory, unlessChangedSince change: Int64? = nil) throws {
        self.directory = directory
        let session = ControlSession(
            try ControlDatabase(directory) { CommandOutput.printError("note: waiting: \($0)") },
            principal: Principal(actor: Self.systemUser(), source: "cli", role: .operator))
        self.session = change.map(session.unlessChanged) ?? session
    }

    /// Registrations and the call log.
    func runtime() throws -> RuntimeDatabase { try RuntimeDatabase(directory) }

    /// The operating system's user, by name if it has one.
    private static func systemUser() -> String {
        let id = getuid()
        guard let entry = unsafe getpwuid(id), let name = unsafe entry.pointee.pw_name else { return "uid \(id)" }
        return unsafe String(cString: name)
    }
}
