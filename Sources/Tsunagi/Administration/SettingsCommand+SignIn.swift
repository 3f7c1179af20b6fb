import ArgumentParser
import ControlPlane
import Foundation

extension SettingsCommand {
    struct SignIn: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign-in", abstract: "Show or change how strict signing in to the web sites is.",
            discussion: """
                What is not given stays.

                EXAMPLE
                  tsunagi settings sign-in
                  tsunagi settings sign-in --lockout-failures 3 --lockout-minutes 60
                  tsunagi settings sign-in --pre-registration 2026-11-01..2026-12-31
                """)

        @Option(help: "Consecutive wrong passwords that lock an account, 1 to 100.")
        var lockoutFailures: Int?

        @Option(help: "How long it stays locked, 1 to 1440.")
        var lockoutMinutes: Int?

        @Option(help: "Sign-ins that one address may try at once, 1 to 10000,")
        var throttleBurst: Int?

        @Option(help: "and seconds until it may try one more, 1 to 3600.")
        var throttleSeconds: Int?

        @Option(help: "Until a session that nobody uses is over, 1 to 1440.")
        var sessionIdleMinutes: Int?

        @Option(help: "Until every session is over, 1 to 10080.")
        var sessionMinutes: Int?

        @Option(help: "Characters that a password has at least.")
        var passwordMinimum: Int?

        @Option(help: "Characters that a password has at most, up to 128.")
        var passwordMaximum: Int?

        @Option(
            help: ArgumentHelp(
                "What a password has to have: digit, upperCase, lowerCase, symbol, with commas between them; or none.",
                valueName: "kinds"))
        var passwordClasses: String?

        @Option(
            help: ArgumentHelp(
                "Days on which an administrator ID without a mobile number signs in by password alone, to register "
                    + "numbers; or off: the sign-in asks for its first number, as on all other days.",
                valueName: "first..last"))
        var preRegistration: String?

        @OptionGroup var common: ChangingOptions

        var isReading: Bool { changes.isEmpty }

        private var changes: [(inout SignInPolicy) throws -> Void] {
            var changes: [(inout SignInPolicy) throws -> Void] = []
            for (field, value) in [
                (\SignInPolicy.lockoutFailures, lockoutFailures), (\.lockoutMinutes, lockoutMinutes),
                (\.throttleBurst, throttleBurst), (\.throttleSeconds, throttleSeconds),
                (\.sessionIdleMinutes, sessionIdleMinutes), (\.sessionMinutes, sessionMinutes),
                (\.passwordMinimum, passwordMinimum), (\.passwordMaximum, passwordMaximum),
            ] {
                if let value { changes.append { $0[keyPath: field] = value } }
            }
            if let passwordClasses {
                let kinds = passwordClasses == "none" ? [] : passwordClasses.split(separator: ",").map(String.init)
                changes.append { $0.passwordClasses = kinds }
            }
            if let preRegistration {
                changes.append {
                    $0.preRegistration =
                        preRegistration == "off" ? nil : try SignInPolicy.PreRegistration(preRegistration)
                }
            }
            return changes
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let changes = changes
            let policy =
                changes.isEmpty
                ? try workplace.session.signInPolicy()
                : try workplace.session.setSignInPolicy { policy in
                    for change in changes { try change(&policy) }
                }
            try output.show(policy, text: Self.text(policy))
        }

        private static func text(_ policy: SignInPolicy) -> String {
            let kinds = policy.passwordClasses.isEmpty ? "none" : policy.passwordClasses.joined(separator: ", ")
            return [
                ("lockout", "after \(policy.lockoutFailures) wrong passwords, for \(policy.lockoutMinutes) minutes"),
                ("throttle", "\(policy.throttleBurst) tries at once, then one in \(policy.throttleSeconds) seconds"),
                (
                    "sessions",
                    "\(policy.sessionIdleMinutes) minutes unused, \(policy.sessionMinutes) minutes in all"
                ),
                ("passwords", "\(policy.passwordMinimum) to \(policy.passwordMaximum) characters, with: \(kinds)"),
                ("pre-registration", policy.preRegistration?.text ?? "off"),
            ].map { $0.0.column(18) + $0.1 }.joined(separator: "\n")
        }
    }

    struct Terms: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "terms",
            abstract: "Show or publish the terms that portal users accept.",
            discussion: """
                Everybody has to accept new terms at the next sign-in. They are kept as they are: another text needs \
                another version.

                EXAMPLE
                  tsunagi settings terms
                  tsunagi settings terms 2026-04 \\
                      --japanese terms-ja.txt --english terms-en.txt
                """)

        private struct None: Encodable {
            let version: String?
        }

        @Argument(help: "The version (default: show the present terms).")
        var version: String?

        @Option(help: ArgumentHelp("The text in Japanese, UTF-8; - reads the standard input.", valueName: "file"))
        var japanese: String?

        @Option(help: ArgumentHelp("The text in English, UTF-8; likewise.", valueName: "file"))
        var english: String?

        @OptionGroup var common: ChangingOptions

        var isReading: Bool { version == nil }

        func validate() throws {
            guard (version == nil) == (japanese == nil), (version == nil) == (english == nil) else {
                throw ValidationError("Give a version with --japanese and --english, or none of them.")
            }
            guard japanese != "-" || english != "-" else {
                throw ValidationError("The standard input can be one of the two texts only.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            if let version, let japanese, let english {
                let terms = try workplace.session.publishTerms(
                    version: version, japanese: try Self.text(of: japanese, "--japanese"),
                    english: try Self.text(of: english, "--english"))
                try output.show(terms, text: "published version \(terms.version)")
            } else if let terms = try workplace.session.terms() {
                let head = "version \(terms.version), since \(LocalTime.text(terms.publishedAt))"
                try output.show(terms, text: "\(head)\n\n\(terms.japanese)\n\n\(terms.english)")
            } else {
                try output.show(None(version: nil), text: "There are no terms to accept.")
            }
        }

        private static func text(of path: String, _ option: String) throws -> String {
            try ReadFile.text(path, option: option).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
