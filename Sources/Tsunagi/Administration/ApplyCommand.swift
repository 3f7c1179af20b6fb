import ArgumentParser
import ControlPlane
import Storage

struct PlanCommand: AdministrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Tell what \"apply\" would change, and change nothing.",
        discussion: """
            Each change in the order in which it would be made: + for what is added, ~ for what is changed, with what it \
            was, - for what is removed. What can't be is refused as it would be by apply.

            EXAMPLE
              tsunagi plan company.yaml
              tsunagi export | sed s/0312345678/0612345678/ | tsunagi plan -
            """)

    @Argument(help: "A file in YAML or JSON, as \"tsunagi export\" writes it; - reads the standard input.")
    var file: String

    @OptionGroup var common: ReadingOptions

    /// A file may be planned for a directory that is not there yet, as it may be applied to one.
    var isReading: Bool { false }

    func perform(in workplace: Workplace, _ output: CommandOutput) throws {
        try BlueprintChanges(of: file, in: workplace.session, commits: false).show(output)
    }
}

struct ApplyCommand: AdministrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Make everything as a file says: all of it, or nothing.",
        discussion: """
            What the file does not name stays as it is; what it states of an object is the whole of that: rules that are \
            not among its forwarding are switched off. An object goes only with "absent: true". A number's password is \
            given by password-file (a path beside the file) or password-env; an account that is added has none yet and gets \
            it as one that was added by hand. A time without an offset is meant in the time zone that the file sets, else \
            in the present one. Each change is in the history as if it were made by hand.

            EXAMPLE
              tsunagi apply company.yaml
              tsunagi apply - < company.yaml
            """)

    @Argument(help: "A file in YAML or JSON, as \"tsunagi export\" writes it; - reads the standard input.")
    var file: String

    @OptionGroup var common: ChangingOptions

    func perform(in workplace: Workplace, _ output: CommandOutput) throws {
        try BlueprintChanges(of: file, in: workplace.session, commits: true).show(output)
    }
}

/// What a file changes, or would.
struct BlueprintChanges {
    private let file: BlueprintFile
    private let session: ControlSession
    private let commits: Bool

    init(of path: String, in session: ControlSession, commits: Bool) throws {
        file = try BlueprintFile(path: path, zone: session.localClock().zone)
        (self.session, self.commits) = (session, commits)
    }

    /// Makes them, or not, and tells them page by page.
    func show(_ output: CommandOutput) throws {
        var list = output.list(empty: "nothing to change") { (line: ChangeLine) in line.text }
        try list.appending { list in
            do {
                try session.apply(file.blueprint, commits: commits) { page in
                    try list.append(page.map(ChangeLine.init))
                }
            } catch let refusal as BlueprintRefusal {
                throw BlueprintFileError.refused(file: file.name, refusal)
            }
        }
    }
}
