package import Directory
package import Storage

/// What settings, companies, contracts, numbers, accounts and all that is set for them shall be, as a file says it.
///
/// What is not in it stays as it is: an object that it does not name, and a part of an object that it does not state. A
/// part that it states is the whole of it: rules that are not among stated rules are switched off. An object goes only
/// when it is said to be absent.
package struct Blueprint: Sendable {
    package var settings = Settings()
    package var terms: Terms?
    /// Days by law: of the years that they are about, these and no others. None: they stay as they are.
    package var nationalHolidays: [Holiday] = []
    package var holidays: [Holiday] = []
    package var trunks: [Trunk] = []
    package var companies: [Company] = []
    package var contracts: [Contract] = []
    package var numbers: [Number] = []
    package var groups: [Group] = []
    package var users: [User] = []
    package var administrators: [Administrator] = []
    package var logins: [Login] = []

    package init() {}

    /// So few objects are there sooner than the database is copied.
    private static let shortCount = 100

    var isShort: Bool {
        let counts = [
            holidays.count, trunks.count, companies.count, contracts.count, numbers.count, groups.count, users.count,
            administrators.count, logins.count,
        ]
        return counts.reduce(0, +) <= Self.shortCount
    }

    package struct Settings: Sendable {
        package var realm: Stated<String>?
        package var forbiddenDestinations: Stated<[DestinationClass]>?
        package var timeZone: Stated<String>?
        package var serviceName: Stated<String>?
        package var portalURL: Stated<String>?
        package var signIn: Stated<SignIn>?

        package init() {}
    }

    /// How strict signing in is; what is nil stays.
    package struct SignIn: Sendable {
        /// Of ``SignInPolicy/counts``.
        package var counts: [Setting: Int] = [:]
        package var passwordClasses: [String]?
        /// Nil inside: never.
        package var preRegistration: String??

        package init() {}
    }

    /// What portal users accept.
    package struct Terms: Sendable {
        package let version: Stated<String>
        package let japanese: Stated<String>
        package let english: Stated<String>

        package init(version: Stated<String>, japanese: Stated<String>, english: Stated<String>) {
            (self.version, self.japanese, self.english) = (version, japanese, english)
        }
    }

    /// A day of the table of holidays.
    package struct Holiday: Sendable {
        package let day: Stated<String>
        package var isAbsent = false
        package var name: Stated<String>?

        package init(day: Stated<String>) { self.day = day }
    }

    package struct Trunk: Sendable {
        package let prefix: Stated<String>
        package var isAbsent = false
        package var gateways: Stated<[String]>?
        package var sendsDiversion: Bool?
        package var sendsHistoryInfo: Bool?

        package init(prefix: Stated<String>) { self.prefix = prefix }
    }

    package struct Company: Sendable {
        package let name: Stated<String>
        package var isAbsent = false

        package init(name: Stated<String>) { self.name = name }
    }

    package struct Contract: Sendable {
        package let number: Stated<String>
        package var isAbsent = false
        package var company: Stated<String>?
        package var kind: Stated<String>?
        /// `2026-12-01`; nil inside: not opened.
        package var openedOn: Stated<String?>?
        package var options: Stated<[OptionService]>?
        package var sites: [Site] = []

        package init(number: Stated<String>) { self.number = number }
    }

    /// A site of a voice group.
    package struct Site: Sendable {
        package let site: Stated<String>
        package var isAbsent = false
        package var name: Stated<String>?
        /// Only true can be stated: another site takes that over.
        package var represents: Stated<Bool>?
        package var voiceContracts: [Stated<String>]?

        package init(site: Stated<String>) { self.site = site }
    }

    package struct Number: Sendable {
        package let number: Stated<String>
        package var isAbsent = false
        /// Nil inside: under no contract.
        package var place: Stated<ContractPlace?>?
        package var kind: Stated<ContractedNumberKind>?
        /// Options of its contract that it has not.
        package var withheld: Stated<[OptionService]>?
        package var password: Stated<String>?
        package var forwarding = ForwardingWish()
        /// For which reasons calls without a caller's number are turned away.
        package var rejected: Stated<[NonPresentationReason]>?
        /// The same, kept although the option for it is not contracted.
        package var keptRejected: Stated<[NonPresentationReason]>?
        /// When they are turned away; nil inside: at any time. Nil: as it is.
        package var rejectionSchedule: Stated<Schedule?>?
        package var blocked: [Stated<String>]?
        /// Callers who stay on the list, or come on to it, although they could not be put there anew.
        package var keptBlocked: [Stated<String>]?

        var rejectionOrder: ScheduleOrder {
            rejectionSchedule.map { $0.value.map(ScheduleOrder.set) ?? .anyTime } ?? .kept
        }

        package init(number: Stated<String>) { self.number = number }
    }
}

/// What a number's forwarding shall be: each part that is stated, as a whole.
package struct ForwardingWish: Sendable {
    package var ringSeconds: Stated<Int>?
    /// By their slots, 1 to 5.
    package var destinations: [Int: Stated<String>]?
    package var rules: [ForwardingCondition: Stated<String>]?
    /// When rules apply; a rule without one applies at any time. Nil: those that stay switched on keep theirs.
    package var schedules: [ForwardingCondition: Stated<Schedule>]?
    /// Whether a rule that uses a saved destination follows what takes its place; otherwise that is refused.
    package var rulesFollow = false
    /// Of the saved destinations, those that are kept although they could not be set anew, such as one of a class that was
    /// forbidden since.
    package var keptDestinations: Set<Int> = []
    /// Of the rules, those that are kept although their option is not contracted, or that lead to such a destination.
    package var kept: Set<ForwardingCondition> = []

    package init() {}

    package var isEmpty: Bool { ringSeconds == nil && destinations == nil && rules == nil }
}
