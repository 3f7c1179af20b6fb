import ArgumentParser
import ControlPlane
import SignIn

extension PortalUserProfile.SecondFactor: ExpressibleByArgument {}
extension PortalUserProfile.Role: ExpressibleByArgument {}

/// What can be left out of a portal user.
struct PortalUserOptions: ParsableArguments {
    @Option(help: "The language of mails to the user: ja or en.")
    var language: Language?

    @Option(help: "The second factor: totp, mail, none, or open, which leaves the choice to the user.")
    var secondFactor: PortalUserProfile.SecondFactor?

    @Option(help: "general, or administrator of the company's portal.")
    var role: PortalUserProfile.Role?

    @Option(help: "Such as 'Head of sales'.")
    var title: String?

    @Option(help: "A mobile number to be reached at.")
    var mobileNumber: String?

    @Option(help: "The time zone of all times that the user sees, such as Asia/Tokyo.")
    var timeZone: String?

    @Option(help: "A group that the user is in; as often as there are groups.", completion: .offered(.groups))
    var group: [String] = []

    @Option(help: "A note about the user.")
    var comment: String?

    @Flag(inversion: .prefixedNo, help: "Whether the user gets mails about changes.")
    var notifications: Bool?

    var change: PortalUserProfile.Change {
        var change = PortalUserProfile.Change()
        change.language = language
        change.secondFactor = secondFactor
        change.role = role
        change.title = title
        change.mobileNumber = mobileNumber
        change.timeZone = timeZone
        change.groups = group.isEmpty ? nil : group
        change.comment = comment
        change.wantsNotifications = notifications
        return change
    }
}

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Users of the business portal, each of one company.",
        subcommands: [
            Add.self, List.self, Show.self, Edit.self, Suspend.self, Resume.self, Unlock.self, Password.self,
            ResetTOTP.self, Invite.self, ResetLink.self, Remove.self,
        ])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a user, and mail the invitation.",
            discussion: """
                The user counts as invited until a password is set. Unless said otherwise: general, mails in Japanese, the second factor left to the user, times of \
                Asia/Tokyo, notifications on.

                EXAMPLE
                  tsunagi user add taro@example.co.jp --company 'Example Trading' \\
                      --name 'Yamada Taro' --telephone 03-1234-5678 --role administrator
                  tsunagi user add hanako@example.co.jp --company 'Example Trading' \\
                      --name 'Suzuki Hanako' --telephone 03-1234-5679
                """)

        @Argument(help: "The e-mail address, which the user signs in with.") var email: String
        @Option(help: "The company's name.", completion: .offered(.companies)) var company: String
        @Option(help: "Family name and first name.") var name: String
        @Option(help: "Has to be given at the first sign-in, together with name and e-mail address.")
        var telephone: String
        @OptionGroup var options: PortalUserOptions

        @Flag(inversion: .prefixedNo, help: "Whether to mail it now; \"user invite\" does so later.")
        var invitation = true

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            var profile = PortalUserProfile(email: email, name: name, telephone: telephone)
            profile.apply(options.change)
            let state = try workplace.session.addUser(profile, to: company, invites: invitation)
            try output.show(state, text: "added \(UserCommand.line(state))")
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the users, a page at a time if wanted.",
            discussion: """
                EXAMPLE
                  tsunagi user list --company 'Example Trading'
                  tsunagi user list --search yamada --page-size 20 --page 2
                """)

        @Option(help: "Only this company's.", completion: .offered(.companies))
        var company: String?

        @Option(help: "Only those with this in their name, e-mail address, telephone number or title.")
        var search: String?

        @Option(help: "How many users a page has (default: all of them).")
        var pageSize: Int?

        @Option(help: "Which page, from 1 on.")
        var page = 1

        @OptionGroup var common: ReadingOptions

        func validate() throws {
            guard pageSize ?? 1 > 0, page > 0, pageSize ?? 1 <= 10_000, page <= 1_000_000 else {
                throw ValidationError("--page is 1 to 1000000, --page-size 1 to 10000.")
            }
            guard page == 1 || pageSize != nil else { throw ValidationError("--page needs --page-size.") }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let size = pageSize ?? 1_000
            var offset = (page - 1) * size
            var (isFirst, total) = (true, 0)
            try output.list(
                {
                    guard isFirst || pageSize == nil else { return [] }
                    isFirst = false
                    let found = try workplace.session.users(
                        of: company, matching: search, offset: offset, limit: size)
                    offset += size
                    total = found.total
                    return found.users
                },
                empty: search == nil && company == nil && page == 1
                    ? "There are no portal users yet: add one with \"tsunagi user add\"."
                    : "There are no such portal users.", text: UserCommand.line)
            if let pageSize, total > 0 {
                output.note("page \(page) of \((total + pageSize - 1) / pageSize), \(total) users in all")
            }
        }
    }

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one user.",
            discussion: """
                EXAMPLE
                  tsunagi user show taro@example.co.jp
                """)

        @Argument(help: "The e-mail address.", completion: .offered(.portalUsers)) var email: String
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.user(email)
            try output.show(state, text: UserCommand.sheet(state))
        }
    }

    struct Edit: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit",
            abstract: "Change what is kept of a user. What is not given stays.",
            discussion: """
                Another second factor makes the user set it up at the next sign-in.

                EXAMPLE
                  tsunagi user edit hanako@example.co.jp \\
                      --role general --group Sales --group Support
                  tsunagi user edit hanako@example.co.jp --title 'Head of sales'
                """)

        @Argument(help: "The e-mail address as it is.", completion: .offered(.portalUsers)) var address: String

        @Option(help: "The new e-mail address.") var email: String?
        @Option(help: "Family name and first name.") var name: String?
        @Option(help: "Such as 03-1234-5678.") var telephone: String?
        @OptionGroup var options: PortalUserOptions

        @Flag(help: "Take the user out of all groups.")
        var noGroups = false

        @OptionGroup var common: ChangingOptions

        func validate() throws {
            guard !noGroups || options.group.isEmpty else {
                throw ValidationError("Give either --group or --no-groups.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            var change = options.change
            (change.email, change.name, change.telephone) = (email, name, telephone)
            if noGroups { change.groups = [] }
            let state = try workplace.session.editUser(address) { $0.apply(change) }
            try output.show(state, text: UserCommand.sheet(state))
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a user. The last administrator of a company stays.",
            discussion: """
                EXAMPLE
                  tsunagi user remove hanako@example.co.jp
                """)

        @Argument(help: "The e-mail address.", completion: .offered(.portalUsers)) var email: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.removeUser(email)
            try output.show(state, text: "removed \(state.profile.email)")
        }
    }

    static func line(_ state: PortalUserState) -> String {
        (state.status?.rawValue ?? "").column(12) + state.profile.email.column(32) + state.profile.name.column(20)
            + state.profile.telephone.column(16) + state.profile.secondFactor.rawValue.column(6)
            + state.profile.role.rawValue.column(15) + state.company
    }

    private static func sheet(_ state: PortalUserState) -> String {
        let profile = state.profile
        let locked = state.standing?.lockedUntil.map { " until \(LocalTime.text($0))" } ?? ""
        let lines = [
            ("name", profile.name), ("company", state.company),
            ("state", (state.status?.rawValue ?? "") + locked), ("role", profile.role.rawValue),
            ("telephone", profile.telephone), ("mobile", profile.mobileNumber), ("title", profile.title),
            ("second factor", profile.secondFactor.rawValue + (state.standing?.hasTOTP == true ? ", app set up" : "")),
            ("language", profile.language.rawValue), ("time zone", profile.timeZone),
            ("groups", profile.groups.joined(separator: ", ")),
            ("notifications", profile.wantsNotifications ? "on" : "off"), ("comment", profile.comment),
            ("terms", state.termsVersion.map { "accepted version \($0)" } ?? "not accepted yet"),
            ("added", LocalTime.text(state.createdAt)),
        ]
        return ([profile.email] + lines.filter { !$0.1.isEmpty }.map { "  " + $0.0.column(15) + $0.1.inOneLine })
            .joined(separator: "\n")
    }
}
