import ArgumentParser
import ControlPlane
import Directory
import Notification

extension DestinationClass: ExpressibleByArgument {}

struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Settings of the data directory itself.",
        subcommands: [
            Realm.self, ForbiddenDestinations.self, TimeZone.self, ServiceName.self, PortalURL.self, SignIn.self,
            Terms.self,
        ])

    struct Realm: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "realm",
            abstract: "Show or change the realm that passwords are made for.",
            discussion: """
                Phones are challenged with it. Passwords are stored as hashes that contain it, so they can't be taken \
                along to another one.

                EXAMPLE
                  tsunagi settings realm
                  tsunagi settings realm office --discard-passwords
                """)

        private struct Answer: Encodable {
            let realm: String
        }

        @Argument(help: "The new realm (default: show the present one).")
        var realm: String?

        @Flag(help: "Take all passwords away, which were made for the former realm.")
        var discardPasswords = false

        @OptionGroup var common: ChangingOptions

        var isReading: Bool { realm == nil }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            if let realm { try workplace.session.setRealm(realm, discardsPasswords: discardPasswords) }
            let realm = try workplace.session.realm()
            try output.show(Answer(realm: realm), text: realm)
        }
    }

    struct TimeZone: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "time-zone",
            abstract: "Show or change the time zone in which the hours and days of rules are meant.",
            discussion: """
                A rule that ends still ends at the same point in time; its hours are read off the new clock.

                EXAMPLE
                  tsunagi settings time-zone
                  tsunagi settings time-zone Asia/Tokyo
                """)

        private struct Answer: Encodable {
            let timeZone: String
        }

        @Argument(help: "The zone's name in the tz database (default: show the present one).")
        var zone: String?

        @OptionGroup var common: ChangingOptions

        var isReading: Bool { zone == nil }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            if let zone { try workplace.session.setTimeZone(zone) }
            let zone = try workplace.session.timeZone()
            try output.show(Answer(timeZone: zone), text: zone)
        }
    }

    struct ForbiddenDestinations: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "forbidden-destinations",
            abstract: "Show or change the classes of numbers that calls are not forwarded to.",
            discussion: """
                All are forbidden at first. The list holds for rules that are set from then on, and at once for what phones \
                send on by themselves (302) and for rules that name a number as a URI at a domain of ours.

                EXAMPLE
                  tsunagi settings forbidden-destinations
                  tsunagi settings forbidden-destinations service premium carrier code
                  tsunagi settings forbidden-destinations --none
                """)

        private struct Answer: Encodable {
            let forbidden: [DestinationClass]
        }

        @Argument(help: "service, freephone, navi, premium, message, carrier, international or code.")
        var classes: [DestinationClass] = []

        @Flag(help: "Forbid none.")
        var none = false

        @OptionGroup var common: ChangingOptions

        var isReading: Bool { classes.isEmpty && !none }

        func validate() throws {
            guard classes.isEmpty || !none else { throw ValidationError("Give either classes or --none.") }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            if !classes.isEmpty || none { try workplace.session.setForbiddenDestinations(classes) }
            let forbidden = try workplace.session.forbiddenDestinations()
            let names = forbidden.map(\.rawValue).joined(separator: ", ")
            try output.show(Answer(forbidden: forbidden), text: names.isEmpty ? "none" : names)
        }
    }

    struct ServiceName: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "service-name",
            abstract: "Show or change what mails and short messages call the service.",
            discussion: """
                EXAMPLE
                  tsunagi settings service-name
                  tsunagi settings service-name "Business Portal"
                """)

        private struct Answer: Encodable {
            let serviceName: String
        }

        @Argument(help: "The new name (default: show the present one).")
        var name: String?

        @OptionGroup var common: ChangingOptions

        var isReading: Bool { name == nil }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            if let name { try workplace.session.setServiceName(name) }
            let name = try workplace.session.letterhead().serviceName
            try output.show(Answer(serviceName: name), text: name)
        }
    }

    struct PortalURL: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "portal-url",
            abstract: "Show or change where the business portal is: links in mails begin with it.",
            discussion: """
                EXAMPLE
                  tsunagi settings portal-url
                  tsunagi settings portal-url https://portal.example.jp/portal
                """)

        private struct Answer: Encodable {
            let portalURL: String
        }

        @Argument(help: "The new URL (default: show the present one).")
        var url: String?

        @OptionGroup var common: ChangingOptions

        var isReading: Bool { url == nil }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            if let url { try workplace.session.setPortalURL(url) }
            let url = try workplace.session.letterhead().portalURL
            try output.show(Answer(portalURL: url), text: url)
        }
    }
}
