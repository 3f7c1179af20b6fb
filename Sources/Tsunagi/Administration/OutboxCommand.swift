import ArgumentParser
import ControlPlane
import Foundation
import SignIn
import Storage

extension OutboxState: ExpressibleByArgument {}
extension OutboxChannel: ExpressibleByArgument {}

struct OutboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "Mails and short messages: what waits, what was sent, what failed and why.",
        discussion: """
            A running server sends them, as its configuration says (mail.delivery, sms.delivery).

            EXAMPLE
              tsunagi outbox list --state failed
              tsunagi outbox show 1
              tsunagi outbox retry 1
            """,
        subcommands: [List.self, Show.self, Retry.self, Discard.self, SendTest.self])

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List messages, the newest first.",
            discussion: """
                EXAMPLE
                  tsunagi outbox list
                  tsunagi outbox list --state failed --channel mail
                """)

        @Option(help: "waiting, sending, sent, kept, failed, expired or discarded.")
        var state: OutboxState?

        @Option(help: "mail or sms.")
        var channel: OutboxChannel?

        @OptionGroup var list: ListLimit

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let messages = try workplace.session.outbox(OutboxFilter(state: state, channel: channel, limit: list.limit))
            try output.list(messages, empty: "No such messages in the outbox.", text: OutboxCommand.text)
        }
    }

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a message with its text.",
            discussion: """
                Codes and links are erased when they have been sent or are worth nothing any more; ten minutes after \
                that where they are only kept to be read.

                EXAMPLE
                  tsunagi outbox show 1
                """)

        @Argument(help: "The id that \"outbox list\" shows.")
        var id: Int64

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let letter = try workplace.session.outboxLetter(id)
            try output.show(letter, text: OutboxCommand.text(letter))
        }
    }

    struct Retry: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry",
            abstract: "Have messages that failed, or that wait, sent at the next opportunity.",
            discussion: """
                Some messages failed although they may have been sent: no answer came, or they waited in a backup that \
                was restored. Those are tried again by their ids, or with --even-if-sent.

                EXAMPLE
                  tsunagi outbox retry 1 2
                  tsunagi outbox retry --failed
                """)

        @Argument(help: "The ids that \"outbox list\" shows.")
        var ids: [Int64] = []

        @Flag(help: "Every message that failed, but for those that may have been sent.")
        var failed = false

        @Flag(help: "With --failed, also those that may have been sent: somebody may get them twice.")
        var evenIfSent = false

        @OptionGroup var common: ChangingOptions

        func validate() throws {
            guard ids.isEmpty == failed else { throw ValidationError("Give either ids or --failed.") }
            guard failed || !evenIfSent else { throw ValidationError("--even-if-sent goes with --failed.") }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            guard failed else {
                let messages = try ids.map(workplace.session.retryMessage)
                return try output.list(messages, empty: "", text: OutboxCommand.text)
            }
            let (retried, held) = try workplace.session.retryFailedMessages(evenIfSent: evenIfSent)
            try output.list(
                retried, empty: held == 0 ? "No message has failed." : "No message is tried again.",
                text: OutboxCommand.text)
            if held > 0 {
                output.note(
                    "not tried again, because they may have been sent: \(held); give their ids "
                        + "(tsunagi outbox list --state failed), or --even-if-sent")
            }
        }
    }

    struct Discard: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "discard",
            abstract: "Give up a message that failed or waits: it is not sent.",
            discussion: """
                EXAMPLE
                  tsunagi outbox discard 2
                """)

        @Argument(help: "The id that \"outbox list\" shows.")
        var id: Int64

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let message = try workplace.session.discardMessage(id)
            try output.show(message, text: OutboxCommand.text(message))
        }
    }

    struct SendTest: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "send-test",
            abstract: "Put a message into the outbox that shows whether messages go out.",
            discussion: """
                "outbox show" tells what became of it.

                EXAMPLE
                  tsunagi outbox send-test --mail taro@example.jp --language ja
                  tsunagi outbox send-test --sms 09012345678
                """)

        enum Tongue: String, ExpressibleByArgument {
            case ja, en

            var language: Language { self == .ja ? .japanese : .english }
        }

        @Option(help: ArgumentHelp("To this mail address.", valueName: "address"))
        var mail: String?

        @Option(help: ArgumentHelp("To this mobile number.", valueName: "number"))
        var sms: String?

        @Option(help: "ja or en.")
        var language = Tongue.en

        @OptionGroup var common: ReadingOptions

        /// It changes the outbox, though nothing that somebody else could have changed before.
        var isReading: Bool { false }

        func validate() throws {
            guard (mail == nil) != (sms == nil) else { throw ValidationError("Give either --mail or --sms.") }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let session = workplace.session
            let message =
                if let mail {
                    try session.sendTest(mail: mail, in: language.language, timeZone: LocalTime.zone)
                } else {
                    try session.sendTest(mobile: sms ?? "", in: language.language, timeZone: LocalTime.zone)
                }
            try output.show(message, text: OutboxCommand.text(message))
        }
    }

    private static func text(_ message: OutboxMessageState) -> String {
        let id = "\(message.id)".column(7)
        let what = "\(message.channel.rawValue) to \(message.recipient), \(message.kind)"
        var line = "\(id)\(message.state.rawValue.column(11))\(LocalTime.text(message.createdAt))  \(what)"
        if let next = message.nextAttemptAt, message.attempts > 0 {
            line += "\n" + "".column(7) + "attempt \(message.attempts + 1) at \(LocalTime.text(next))"
        }
        if let error = message.lastError { line += "\n" + "".column(7) + error }
        return line
    }

    private static func text(_ letter: OutboxLetter) -> String {
        let message = letter.message
        let times = [
            ("written", message.createdAt), ("next attempt", message.nextAttemptAt),
            (message.state.rawValue, message.settledAt),
            ("worth nothing from", message.expiresAt),
        ]
        let lines =
            [text(message), "event: \(message.event)"]
            + times.compactMap { name, time in time.map { "\(name): \(LocalTime.text($0))" } }
            + (message.subject.map { ["subject: \($0)"] } ?? [])
        return lines.joined(separator: "\n") + "\n\n" + (letter.body ?? "(erased, because it held a secret)")
    }
}
