import ArgumentParser
import ControlPlane
import Directory
import Foundation
import Storage

struct ExplainCommand: AdministrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell what would happen to a call and why, without placing it.",
        discussion: """
            The decisions come from the same rules as those of real calls, with the phones that are registered now. \
            Times are those of the data directory's time zone ("tsunagi settings time-zone").

            The caller is taken as proved: one of ours who has signed in, or one for whom a trusted peer vouches. A call \
            of anybody else may end otherwise: whoever claims one of our numbers has to sign in, 110 and the like count \
            for nothing, and only what is ours can be called (404). Without the server's configuration its domains are \
            not known, and a sip: URI is taken for one of ours.

            EXAMPLE
              tsunagi explain --from 0901111222 --to 05012345678
              tsunagi explain --from 0901111222 --to 05012345678 --anonymous \\
                  --at 2026-12-01T09:00
              tsunagi explain --from sip:bob@elsewhere.test \\
                  --to sip:05012345678@lab.test --config tsunagi.yaml
            """)

    @Option(help: "Who calls: a number, an extension, a name, a sip: URI or \"anonymous\".")
    var from: String

    @Option(help: "What is dialled; 184 or 186 may stand before it. Or a sip: URI.", completion: .offered(.numbers))
    var to: String

    @Flag(help: "The caller withholds the number.")
    var anonymous = false

    @Option(help: "Why no number is shown: \(NonPresentationReason.allCases.map(\.rawValue).joined(separator: ", ")).")
    var reason: NonPresentationReason?

    @Option(
        help: "When the call would come: 2026-12-01T09:00 (default: now).",
        transform: { try WallTimeArgument(typed: $0) })
    var at: WallTimeArgument?

    @Option(
        help: ArgumentHelp("The server's configuration, for its limits, domains and voice mail.", valueName: "file"))
    var config: String?

    @OptionGroup var common: ReadingOptions

    func perform(in workplace: Workplace, _ output: CommandOutput) throws {
        let configuration = try ConfigurationLoader.load(file: config)
        let moment = try at?.date(in: LocalTime.zone) ?? Date()
        let explainer = RuleExplainer(
            directory: workplace.directory, runtime: try workplace.runtime(), configuration: configuration)
        let question = CallQuestion(
            caller: from, dialled: to, reason: reason ?? (anonymous ? .withheld : nil), at: moment)
        let decisions = try explainer.decisions(on: question)
        let sheet = ExplanationSheet(
            from: from, to: try explainer.callee(to), at: moment, decisions: decisions.map(DecisionSheet.init))
        try output.show(sheet, text: sheet.text)
    }
}

extension ExplanationSheet {
    fileprivate var text: String {
        (["\(from ?? "") → \(to), \(LocalTime.text(at))"]
            + decisions.enumerated().map { "  \($0 + 1). \($1.text)" })
            .joined(separator: "\n")
    }
}
