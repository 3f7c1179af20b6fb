import Directory
import SignIn
import Storage
import Testing

@testable import ControlPlane

@Suite struct BlueprintAccountTests {
    let accounts: AccountFixture
    var session: ControlSession { accounts.session }

    init() throws { accounts = try AccountFixture() }

    private func stated<Value>(_ value: Value, _ path: String) -> Stated<Value> {
        Stated(value, BlueprintPlace(line: 3, path: path))
    }

    private func user(_ email: String, _ change: (inout Blueprint.User) -> Void) -> Blueprint.User {
        var user = Blueprint.User(email: stated(email, "users[0]"))
        change(&user)
        return user
    }

    private func login(_ name: String, _ change: (inout Blueprint.Login) -> Void) -> Blueprint.Login {
        var login = Blueprint.Login(name: stated(name, "logins[0]"))
        change(&login)
        return login
    }

    private func administrator(_ name: String, _ change: (inout Blueprint.Administrator) -> Void)
        -> Blueprint.Administrator
    {
        var administrator = Blueprint.Administrator(name: stated(name, "admins[0]"))
        change(&administrator)
        return administrator
    }

    private func apply(_ change: (inout Blueprint) -> Void) throws -> [String] {
        var blueprint = Blueprint()
        change(&blueprint)
        let actions = try session.apply(blueprint).map(\.action)
        #expect(try session.apply(blueprint).isEmpty)
        return actions
    }

    private func refusal(_ change: (inout Blueprint) -> Void) -> String {
        var blueprint = Blueprint()
        change(&blueprint)
        do {
            return "done: \(try session.apply(blueprint).count)"
        } catch {
            return "\(error)"
        }
    }

    @Test("names that no new one may have are found wherever they are asked for, and stay what they are")
    func oldNames() throws {
        let old = "a\u{9B}b"
        try accounts.fixture.database.write { transaction in
            try transaction.addCompany(old, createdAt: 1)
            try transaction.addUserGroup(ControlSession.newID(), named: old, to: old)
        }
        _ = try session.addContract("Y9", kind: "ip-voice", company: " \(old) ")
        _ = try session.addSite("S1", named: "Tokyo", to: "Y9")
        let jiro = try session.addUser(accounts.profile("jiro@example.com"), to: old, invites: false)
        try accounts.fixture.database.write { transaction in
            try transaction.renameSite("S1", of: "Y9", to: old)
            var profile = jiro.profile
            profile.name = old
            try transaction.setDetails(profile.details, ofPortalUser: jiro.id)
        }
        #expect(try session.contracts(of: old, limit: 9).map(\.number) == ["Y9"])
        #expect(try session.numbers(in: NumberFilter(company: old), limit: 9).isEmpty)
        #expect(try session.users(of: old, limit: 9).total == 1)
        var companies: [String] = []
        _ = try session.export(.company(old)) { if case .company(let part) = $0 { companies.append(part.name.value) } }
        #expect(companies == [old])

        let wanted: (inout Blueprint) -> Void = { blueprint in
            blueprint.companies = [Blueprint.Company(name: Stated(old))]
            var contract = Blueprint.Contract(number: Stated("Y9"))
            contract.company = Stated(old)
            var site = Blueprint.Site(site: Stated("S1"))
            site.name = Stated(old)
            contract.sites = [site]
            blueprint.contracts = [contract]
            blueprint.groups = [Blueprint.Group(name: Stated(old), company: Stated(old))]
            blueprint.users = [
                user("jiro@example.com") {
                    $0.company = Stated(old)
                    $0.name = Stated(old)
                    $0.groups = Stated([])
                }
            ]
        }
        #expect(try apply(wanted).isEmpty)
        let form = UserGroupForm(name: old, contracts: ["Y9"], members: [])
        #expect(try session.fillGroup(old, of: old, form).contracts == ["Y9"])
    }

    @Test("names that no new one may have are given to nobody, in a blueprint neither")
    func newNames() throws {
        let new = "c\u{9B}d"
        #expect(throws: ControlError.contract(.invalidName(new))) { try session.addGroup(new, to: "Alpha") }
        #expect(throws: ControlError.contract(.invalidName(new))) {
            try session.renameGroup("Sales", of: "Alpha", to: new)
        }
        #expect(
            refusal { $0.companies = [Blueprint.Company(name: stated(new, "companies[0]"))] }
                .contains("companies[0]: \"c\\u{009B}d\" can't be a name"))
        #expect(
            refusal {
                $0.users = [
                    user("taro@example.co.jp") { $0.name = stated(new, "users[0].name") }
                ]
            }.contains("users[0].name: \"c\\u{009B}d\" can't be a name"))
        #expect(
            refusal {
                $0.users = [
                    user("saburo@example.co.jp") {
                        $0.company = stated("Alpha", "users[0].company")
                        $0.name = stated(new, "users[0].name")
                        $0.telephone = stated("03-1234-5678", "users[0].telephone")
                    }
                ]
            }.contains("users[0].name: \"c\\u{009B}d\" can't be a name"))
    }

    @Test("a user is added as invited and changed part by part, and what is wrong is told at its place")
    func users() throws {
        let jiro = user("jiro@example.co.jp") {
            $0.company = stated("Alpha", "users[0].company")
            $0.name = stated("Jiro", "users[0].name")
            $0.telephone = stated("03-1234-5678", "users[0].telephone")
            $0.groups = stated(["Sales"], "users[0].groups")
        }
        #expect(try apply { $0.users = [jiro] } == ["user add"])
        #expect(try session.user("jiro@example.co.jp").status == .invited)
        let edited = user("JIRO@example.co.jp") {
            $0.title = stated("Head", "users[0].title")
            $0.isSuspended = stated(true, "users[0].suspended")
        }
        #expect(try apply { $0.users = [edited] } == ["user edit", "user suspend"])
        let state = try session.user("jiro@example.co.jp")
        #expect(state.profile.groups == ["Sales"] && state.profile.title == "Head" && state.isSuspended)
        let wrong: [((inout Blueprint.User) -> Void, String)] = [
            (
                { $0.telephone = stated("x", "users[0].telephone") },
                "line 3, users[0].telephone: \"x\" is not a telephone"
            ),
            ({ $0.groups = stated(["Nobody"], "users[0].groups") }, "line 3, users[0].groups: Alpha has no user group"),
            ({ $0.company = stated("Beta", "users[0].company") }, "line 3, users[0].company: portal user jiro@"),
        ]
        for (change, text) in wrong {
            let told = refusal { $0.users = [user("jiro@example.co.jp", change)] }
            #expect(told.hasPrefix(text), "\(told)")
        }
        #expect(refusal { $0.users = [user("new@example.co.jp") { _ in }] }.contains("needs company to be added"))
        #expect(
            refusal { $0.users = [user("a@b.jp") { _ in }, user("A@b.jp") { _ in }] }.contains("is there already"))
    }

    @Test("the last administrator stays, but may give way to another in one file, and goes with the company")
    func administrators() throws {
        let demoted = user("hanako@example.co.jp") { $0.role = stated(.general, "users[0].role") }
        let last = "hanako@example.co.jp is the last portal administrator of Alpha"
        #expect(refusal { $0.users = [demoted] }.hasPrefix("line 3, users[0].role: " + last))
        #expect(
            refusal { $0.users = [user("hanako@example.co.jp") { $0.isAbsent = true }] }
                .hasPrefix("line 3, users[0]: " + last))
        let promoted = user("taro@example.co.jp") { $0.role = stated(.administrator, "users[1].role") }
        #expect(try apply { $0.users = [demoted, promoted] } == ["user edit", "user edit"])
        for text in ["05011111111", "05022222222", "05033333333"] { _ = try session.removeNumber(number(text)) }
        let actions = try apply {
            $0.companies = [Blueprint.Company(name: Stated("Alpha"))]
            $0.companies[0].isAbsent = true
            $0.contracts = [Blueprint.Contract(number: Stated("C-1"))]
            $0.contracts[0].isAbsent = true
            $0.users = ["taro", "hanako"].map { user($0 + "@example.co.jp") { $0.isAbsent = true } }
            $0.administrators = [administrator("admin1") { $0.isAbsent = true }]
            $0.logins = ["tokyo01", "tokyo02"].map { login($0) { $0.isAbsent = true } }
        }
        #expect(actions.suffix(2) == ["group remove", "company remove"])
        #expect(try session.companies(limit: 9).map(\.name) == ["Beta"])
    }

    @Test("groups are given their contracts, and no other company's")
    func groups() throws {
        var group = Blueprint.Group(name: stated("Sales", "groups[0]"), company: Stated("Alpha"))
        group.contracts = stated(["c-1"], "groups[0].contracts")
        #expect(try apply { $0.groups = [group] } == ["group contracts"])
        group.contracts = stated(["C-2"], "groups[0].contracts")
        #expect(refusal { $0.groups = [group] }.hasPrefix("line 3, groups[0].contracts: Alpha has no contract C-2"))
        group.isAbsent = true
        #expect(try apply { $0.groups = [group] } == ["group remove"])
    }

    @Test("login IDs exchange their numbers, and one that is there does not lose any to another unasked")
    func exchanges() throws {
        let (first, second) = (["05011111111"], ["05022222222"])
        let taken = login("tokyo01") { $0.numbers = stated(first + second, "logins[0].numbers") }
        #expect(
            refusal { $0.logins = [taken] }
                .hasPrefix("line 3, logins[0].numbers: 05022222222 belongs to the login ID tokyo02"))
        let actions = try apply {
            $0.logins = [
                login("tokyo01") { $0.numbers = stated(second, "") },
                login("tokyo02") { $0.numbers = stated(first, "") },
            ]
        }
        #expect(actions == ["login assign", "login assign"])
        #expect(try session.loginID("tokyo01").numbers == second)
        let replaced = try apply {
            $0.logins = [
                login("tokyo03") {
                    $0.contract = stated("C-1", "")
                    $0.numbers = stated(second, "")
                    $0.smsNumber = stated("09011112222", "")
                }, login("TOKYO01") { $0.isAbsent = true },
            ]
        }
        #expect(replaced == ["login remove", "login add", "login sms"])
        #expect(try session.loginID("tokyo03").smsNumber == "09011112222")
        #expect(
            refusal { $0.logins = [login("tokyo03") { $0.contract = stated("C-2", "logins[0].contract") }] }
                .hasPrefix("line 3, logins[0].contract: login ID tokyo03 stands under contract C-1"))
        #expect(
            refusal { $0.logins = [login("tokyo03") { $0.smsNumber = stated("090-1", "logins[0].sms") }] }
                .hasPrefix("line 3, logins[0].sms: no mobile number was set"))
    }

    @Test("languages are chosen as they are stated, and stay where nothing is")
    func languages() throws {
        let english = login("tokyo01") { $0.language = stated(.english, "") }
        #expect(try apply { $0.logins = [english] } == ["login edit"])
        #expect(try apply { $0.logins = [english, login("tokyo02") { _ in }] }.isEmpty)
        let japanese = administrator("admin1") { $0.language = stated(.japanese, "") }
        #expect(try apply { $0.administrators = [japanese] } == ["admin edit"])
        #expect(try session.administratorID("admin1").language == .japanese)
        #expect(try apply { $0.logins = [login("tokyo01") { $0.language = stated(nil, "") }] } == ["login edit"])
    }

    @Test("an administrator ID takes another's place in one file, and is kept without an option only if it says so")
    func administratorIDs() throws {
        let actions = try apply {
            $0.administrators = [
                administrator("admin2") {
                    $0.contract = stated("C-1", "")
                    $0.smsNumber = stated(nil, "")
                }, administrator("admin1") { $0.isAbsent = true },
            ]
        }
        #expect(actions == ["admin remove", "admin add"])
        _ = try session.removeOption(.forwarding, fromContract: "C-2")
        var other = administrator("admin3") { $0.contract = stated("C-2", "admins[0].contract") }
        #expect(
            refusal { $0.administrators = [other] }.hasPrefix("line 3, admins[0].contract: contract C-2 has no option"))
        other.isKept = true
        #expect(try apply { $0.administrators = [other] } == ["admin add"])
    }

    @Test("settings and holidays are made as they are stated, and refused at their place")
    func settings() throws {
        let actions = try apply {
            $0.settings.timeZone = stated("America/New_York", "")
            $0.settings.serviceName = stated("Yamabiko", "")
            $0.settings.portalURL = stated("https://portal.example/", "")
            $0.holidays = ["2026-12-29", "2026-11-23"].map { day in
                var holiday = Blueprint.Holiday(day: stated(day, ""))
                holiday.name = stated("Closed", "")
                return holiday
            }
        }
        #expect(
            actions == ["time-zone", "service-name", "portal-url"].map { "settings " + $0 } + [
                "holiday add", "holiday add",
            ])
        #expect(try session.holidays(of: 2026).filter { !$0.national }.map(\.day) == ["2026-11-23", "2026-12-29"])
        var absent = Blueprint.Holiday(day: stated("2026-12-29", ""))
        absent.isAbsent = true
        #expect(try apply { $0.holidays = [absent] } == ["holiday remove"])
        #expect(
            refusal { $0.settings.timeZone = stated("JST", "settings.time-zone") }
                .hasPrefix("line 3, settings.time-zone: \"JST\" is no time zone"))
        #expect(
            refusal { $0.holidays = [Blueprint.Holiday(day: stated("2026-02-30", "holidays[0]"))] }
                .hasPrefix("line 3, holidays[0]: \"2026-02-30\" is no day"))
    }

    @Test("how strict signing in is follows what is stated of it, judged as a whole")
    func signIn() throws {
        func wish(_ change: (inout Blueprint.SignIn) -> Void) -> Stated<Blueprint.SignIn> {
            var signIn = Blueprint.SignIn()
            change(&signIn)
            return stated(signIn, "settings.sign-in")
        }
        let longer = wish {
            $0.counts = [.passwordMinimum: 40, .passwordMaximum: 60, .lockoutMinutes: 30]
            $0.passwordClasses = ["digit"]
            $0.preRegistration = "2026-11-01..2026-12-31"
        }
        #expect(try apply { $0.settings.signIn = longer }.count == 4)
        #expect(try session.signInPolicy().passwordMinimum == 40)
        #expect(try session.signInPolicy().preRegistration?.text == "2026-11-01..2026-12-31")
        #expect(try apply { $0.settings.signIn = wish { $0.preRegistration = .some(nil) } } == ["settings sign-in"])
        #expect(
            refusal { $0.settings.signIn = wish { $0.counts = [.lockoutFailures: 0] } }
                .hasPrefix("line 3, settings.sign-in: lockout-failures is 1 to 100, not 0"))
    }

    @Test("terms are published once; another text needs another version")
    func terms() throws {
        func terms(_ version: String, _ english: String) -> Blueprint.Terms {
            Blueprint.Terms(
                version: stated(version, "terms.version"), japanese: stated("規約", ""), english: stated(english, ""))
        }
        #expect(try apply { $0.terms = terms("2026-04", "Terms") } == ["terms publish"])
        #expect(
            refusal { $0.terms = terms("2026-04", "Other terms") }
                .hasPrefix("line 3, terms.version: there are terms of version 2026-04 already"))
        #expect(try apply { $0.terms = terms("2026-05", "Other terms") } == ["terms publish"])
        #expect(try session.terms()?.version == "2026-05")
    }

    @Test("a national table takes the place of the years that it is about, and leaves days that were added by hand")
    func nationalHolidays() throws {
        func holiday(_ day: String, _ name: String) -> Blueprint.Holiday {
            var holiday = Blueprint.Holiday(day: stated(day, "national-holidays.\(day)"))
            holiday.name = stated(name, "")
            return holiday
        }
        _ = try session.addHoliday("2027-12-29", named: "Closed")
        let actions = try apply {
            $0.nationalHolidays = [holiday("2027-01-01", "元日"), holiday("2028-01-01", "元日")]
        }
        #expect(actions == ["holiday import"])
        #expect(try session.holidays(of: 2027).map(\.name) == ["元日", "Closed"])
        #expect(try session.holidays(of: 2026).count == 18)
        let undone = try session.undo(try #require(try session.history(limit: 1).first).id)
        #expect(try undone.action == "holiday undo" && session.holidays(of: 2027).count == 18)
        #expect(
            refusal { $0.nationalHolidays = [holiday("2027-02-30", "x")] }
                .hasPrefix("line 3, national-holidays.2027-02-30: \"2027-02-30\" is no day"))
        #expect(
            refusal {
                $0.nationalHolidays = [holiday("2027-01-01", "元日")]
                $0.holidays = [holiday("2027-01-01", "New year")]
            }.contains("2027-01-01 is there already"))
        // A name that was taken once stays, and no new one is.
        let (day, old) = (try #require(CivilDay(year: 2030, month: 1, day: 1)), "元\u{9B}日")
        try accounts.fixture.database.write { try $0.setHoliday(Holiday(day: day, name: old, isByLaw: true)) }
        #expect(try apply { $0.nationalHolidays = [holiday("2030-01-01", old)] }.isEmpty)
        #expect(
            refusal { $0.nationalHolidays = [holiday("2031-01-01", old)] }
                .contains(#""元\u{009B}日" can't be a holiday's name"#))
    }

    @Test("a rule is given its schedule, loses it when none is stated, and keeps it when only other parts are")
    func schedules() throws {
        let alice = try number("05011111111")
        let evenings = Schedule(hours: try DailyHours("18:00-09:00"), days: try DaySet("mon-fri,holidays"))
        func wish(_ change: (inout ForwardingWish) -> Void) throws -> [String] {
            try apply {
                var number = Blueprint.Number(number: Stated("05011111111"))
                change(&number.forwarding)
                $0.numbers = [number]
            }
        }
        func text() throws -> String? { try session.forwarding(of: alice).rules.first?.schedule?.text }
        let changed = try wish {
            $0.rules = [.busy: Stated("0312345678")]
            $0.schedules = [.busy: Stated(evenings)]
        }
        #expect(try changed == ["forward set"] && text() == "mon-fri,holidays 18:00-09:00")
        #expect(try wish { $0.destinations = [1: Stated("0312345678"), 2: Stated("0612345678")] } == ["forward set"])
        #expect(try text() == "mon-fri,holidays 18:00-09:00")
        let past = Schedule(ends: Deadline(milliseconds: 1_000, text: ""))
        let ended = try wish {
            $0.rules = [.busy: Stated("0312345678")]
            $0.schedules = [.busy: Stated(past)]
        }
        #expect(try ended == ["forward set"] && session.forwarding(of: alice).rules.first?.appliesNow == false)
        let always = try wish {
            $0.rules = [.busy: Stated("0312345678")]
            $0.schedules = [:]
        }
        #expect(try always == ["forward set"] && text() == nil)
    }
}
