import ArgumentParser
import CallPlanning
import CallRouting
import ControlPlane
import Directory
import Foundation
import SIPMessage
import Storage

struct ExplainCommand: AdministrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell what would happen to a call and why, without placing it.",
        discussion: """
            The decisions come from the same rules as those of real calls, with the phones that are registered now. \
            Times are those of the data directory's time zone ("tsunagi settings time-zone").

            EXAMPLE
              tsunagi explain --from 0901111222 --to 05012345678
              tsunagi explain --from 0901111222 --to 05012345678 --anonymous --at 2026-12-01T09:00
            """)

    @Option(help: "Who calls: a number, an extension, a name or a sip: URI.")
    var from: String

    @Option(help: "What is dialled; 184 or 186 may stand before it.", completion: .offered(.numbers))
    var to: String

    @Flag(help: "The caller withholds the number.")
    var anonymous = false

    @Option(help: "Why no number is shown: \(NonPresentationReason.allCases.map(\.rawValue).joined(separator: ", ")).")
    var reason: NonPresentationReason?

    @Option(help: "When the call would come: 2026-12-01T09:00 (default: now).")
    var at: WallTimeArgument?

    @Option(help: ArgumentHelp("The server's configuration, for its limits and voice mail.", valueName: "file"))
    var config: String?

    @OptionGroup var common: CommonOptions

    func perform(in workplace: Workplace, _ output: CommandOutput) throws {
        let configuration = try ConfigurationLoader.load(file: config)
        let directory = try ControlReader(workplace.directory)
        let zone = try directory.localClock().zone
        let moment = try at?.date(in: zone) ?? Date()
        let runtime = try workplace.runtime()
        let network = CallExplanation.Network(
            directory: directory, policy: PlanningPolicy(configuration),
            registeredContacts: { number in
                let changes = try? runtime.bindings(of: number, now: moment.milliseconds)
                return changes?.reduce(0) { $0 + $1.bindings.count } ?? 0
            },
            ownNumber: { text in Self.number(inURI: text, domains: configuration.domains) },
            voicemail: configuration.voicemail.uri)
        let dialled = try Self.dialled(to, in: directory)
        let explanation = try CallExplanation(
            callFrom: caller(dialled.wish), to: dialled.number, at: moment.milliseconds, in: network)
        let sheet = ExplanationSheet(
            from: from, to: dialled.number.description, at: moment,
            decisions: explanation.decisions.map(DecisionSheet.init))
        try output.show(sheet, text: sheet.text(in: zone))
    }

    private func caller(_ wish: PresentationWish?) throws -> CallerIdentity {
        let uri = from.contains(":") ? SIPURI(from) : nil
        if from.contains(":"), uri == nil { throw ExplainError.caller(from) }
        let number = try? PhoneNumber(uri?.decodedUser ?? from)
        var identity = CallerIdentity(number: number, isVerified: true, wish: wish)
        if let reason = reason ?? (anonymous || wish == .hidden ? .withheld : nil) {
            identity.presentation = .withheld(reason)
        } else if number == nil, uri == nil {
            throw ExplainError.caller(from)
        }
        return identity
    }

    /// As routing reads it: the whole text first, because an extension may begin with 184.
    private static func dialled(
        _ text: String, in directory: ControlReader
    ) throws -> (number: PhoneNumber, wish: PresentationWish?) {
        let text = SIPURI(text)?.decodedUser ?? text
        let whole = try PhoneNumber(text)
        if try directory.record(of: whole) != nil { return (whole, nil) }
        let prefix = DialledPrefix(text)
        guard prefix.wish != nil else { return (whole, nil) }
        return (try PhoneNumber(String(prefix.number)), prefix.wish)
    }

    static func number(inURI text: String, domains: [String]) -> PhoneNumber? {
        guard let uri = SIPURI(text), uri.scheme == .tel || domains.contains(uri.host.lowercased()),
            let user = uri.decodedUser
        else { return nil }
        return try? PhoneNumber(user)
    }
}

/// Why a call can't be explained.
enum ExplainError: Error, CustomStringConvertible {
    case caller(String)

    var description: String {
        switch self {
        case .caller(let text):
            "\"\(text)\" can't be a caller: give a number such as 0901111222, an extension, a name or a sip: URI"
        }
    }
}

/// The answer, as it is shown.
struct ExplanationSheet: Encodable {
    let from: String
    let to: String
    let at: Date
    let decisions: [DecisionSheet]

    func text(in zone: TimeZone) -> String {
        (["\(from) → \(to), \(LocalTime.text(at, in: zone))"] + decisions.enumerated().map { "  \($0 + 1). \($1.text)" })
            .joined(separator: "\n")
    }
}
