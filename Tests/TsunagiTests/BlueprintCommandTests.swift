import ControlPlane
import Directory
import Foundation
import SignIn
import Storage
import Testing

@testable import Tsunagi

@Suite struct BlueprintCommandTests {
    let tsunagi = TsunagiProcess()

    private let office = """
        companies:
          - name: 例 Trading
        contracts:
          - number: Y0001234
            company: 例 Trading
            kind: ip-voice
            opened-on: 2026-12-01
            options: [forwarding, members-net]
            sites:
              - site: TOKYO
                name: Tokyo office
                voice-contracts: [N0005678]
        trunks:
          - prefix: "03"
            gateways: ["sip:gw.example:5060", "sip:gw2.example"]
        numbers:
          - number: 05012345678
            voice-contract: N0005678
            ring: 20
            destinations: {2: 03-1234-5678}
            forwarding: {no-answer: 03-1234-5678}
          - number: "1001"
            block: [0901111222]

        """

    @Test("a plan tells each change and makes none; apply makes them, and a second time there is nothing to do")
    func applies() throws {
        let file = FileFixture(office)
        let plan = try tsunagi.run("plan", file.path)
        #expect(plan.exitCode == 0, "\(plan.errors)")
        #expect(plan.output.contains("+ number 05012345678  (number add)\n"), "\(plan.output)")
        #expect(plan.output.contains("    no-answer: none → 0312345678\n"), "\(plan.output)")
        #expect(try tsunagi.run("number", "list", "--json").list.isEmpty)
        let applied = try tsunagi.run("apply", file.path)
        #expect(applied.exitCode == 0 && applied.output == plan.output, "\(applied.errors)")
        #expect(try tsunagi.run("apply", file.path).output == "nothing to change\n")
        #expect(try tsunagi.run("plan", file.path, "--json").list.isEmpty)
        let changed = try tsunagi.run("plan", "-", input: "numbers: [{number: 05012345678, ring: 10}]")
        #expect(changed.output == "~ number 05012345678  (forward set)\n    ringSeconds: 20 → 10\n")
        let removed = try tsunagi.run("apply", "-", input: "numbers: [{number: 1001, absent: true}]")
        #expect(removed.output.hasPrefix("- number 1001  (number remove)\n"))
        #expect(try tsunagi.run("history", "verify").exitCode == 0)
    }

    @Test("export prints JSON where everything does, and that is applied again without a change")
    func exportsJSON() throws {
        #expect(try tsunagi.run("apply", "-", input: office).exitCode == 0)
        let printed = try tsunagi.run("export", "--json")
        #expect(printed.exitCode == 0)
        #expect((printed.object["numbers"] as? [[String: Any]])?.count == 2, "\(printed.output)")
        #expect(try tsunagi.run("plan", "-", "--json", input: printed.output).list.isEmpty)
        #expect(try tsunagi.run("export", "-", "--format", "json").output == printed.output)
        #expect(try tsunagi.run("export").output.contains("\nsettings:\n"))
        #expect(try tsunagi.run("export", "--json", "--format", "yaml").exitCode == 64)
        let file = FileFixture("")
        let written = try tsunagi.run("export", file.path, "--overwrite", "--json")
        #expect(written.object["numbers"] as? Int == 2)
        #expect(try String(contentsOfFile: file.path, encoding: .utf8).contains("\nsettings:\n"))
        #expect(try tsunagi.run("forward", "set", "1001", "--to", "05012345678", "--until", "2h").exitCode == 0)
        let noted = try tsunagi.run("export", "--json")
        #expect(noted.errors.contains("1 number lies under a temporary forwarding") && noted.object["numbers"] != nil)
    }

    @Test("an empty file is refused, as a command that failed leaves it; one that states nothing says so by itself")
    func refusesEmpty() throws {
        for text in ["", " \n\n", "# nothing\n"] {
            for command in ["plan", "apply"] {
                let refused = try tsunagi.run(command, "-", input: text)
                #expect(refused.exitCode == 1)
                #expect(refused.errors.contains("standard input is empty: give what \"tsunagi export\""))
            }
        }
        #expect(try tsunagi.run("apply", "-", input: "{}").output == "nothing to change\n")
    }

    @Test("of what is added a plan shows what is not as usual, and nothing twice")
    func plansBriefly() throws {
        let plan = try tsunagi.run(
            "plan", "-",
            input: """
                companies: [{name: Alpha}]
                trunks:
                  - {prefix: "03", gateways: ["sip:gw.example", "sip:gw2.example;weight=10"]}
                contracts:
                  - {number: Y1, company: Alpha, kind: ip-voice, sites: [{site: S, name: Tokyo, voice-contracts: [N1]}]}
                numbers: [{number: 05012345678, voice-contract: N1, block: [], forwarding: {}}]
                users:
                  - {email: a@b.example, company: Alpha, name: Ann, telephone: 0312345678}
                  - {email: b@b.example, company: Alpha, name: Bob, telephone: 0312345678, language: en, role: administrator}
                """)
        #expect(
            plan.output == """
                + trunk 03  (trunk add)
                    gateway 1: sip:gw.example:5060
                    gateway 2: sip:gw2.example:5060;weight=10
                + company Alpha  (company add)
                + contract Y1  (contract add)
                    company: Alpha
                    kind: ip-voice
                + contract Y1  (site add)
                    name: Tokyo
                    site: S
                ~ contract Y1  (representative set)
                    site: none → S
                + contract Y1  (voice-contract add)
                    site: S
                    voiceContract: N1
                + number 05012345678  (number add)
                    company: Alpha
                    contract: Y1
                    kind: pilot
                    site: S
                    voiceContract: N1
                + user b@b.example  (user add)
                    company: Alpha
                    language: en
                    name: Bob
                    role: administrator
                    telephone: 0312345678
                + user a@b.example  (user add)
                    company: Alpha
                    name: Ann
                    telephone: 0312345678

                """, "\(plan.errors)")
    }

    @Test("another realm than that of present passwords is refused with what helps")
    func realm() throws {
        _ = try tsunagi.run("number", "add", "1001", "--password-stdin", input: "secret\n")
        let refused = try tsunagi.run("apply", "-", input: "settings: {realm: other}")
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("\"tsunagi settings realm other --discard-passwords\""), "\(refused.errors)")
    }

    @Test("what is refused is told with file, line and path, and nothing is changed")
    func refuses() throws {
        let file = FileFixture(office.replacing("{no-answer: 03-1234-5678}", with: "{no-answer: 0120123456}"))
        let refused = try tsunagi.run("apply", file.path, "--json")
        #expect(refused.exitCode == 1)
        #expect(
            refused.errors.contains(
                "\(file.path), line 21, numbers[0].forwarding.no-answer: 0120123456 is a free-phone"),
            "\(refused.errors)")
        #expect(try tsunagi.run("company", "list", "--json").list.isEmpty)
        #expect(try tsunagi.run("apply", "/nonexistent.yaml").errors.contains("can't be read"))
    }

    @Test("passwords come from a file beside the file, and never go out")
    func passwords() throws {
        let secret = FileFixture("geheim\n")
        let name = URL(filePath: secret.path).lastPathComponent
        let file = FileFixture("numbers: [{number: 1001, password-file: \(name)}]")
        #expect(try tsunagi.run("apply", file.path).exitCode == 0)
        #expect(try tsunagi.run("number", "show", "1001").output.contains("signs in as 1001"))
        #expect(try tsunagi.run("apply", file.path).output == "nothing to change\n")
        let exported = try tsunagi.run("export").output
        #expect(!exported.contains("geheim") && !exported.contains("ha1"))
    }

    @Test(
        "what was exported, applied to an empty directory and exported again is the same, octet by octet",
        arguments: ["yaml", "json"], [1, 2, 3] as [UInt64])
    func roundTrip(format: String, seed: UInt64) throws {
        var scene = RandomConfiguration(seed: seed)
        let directory = try DataDirectory(path: tsunagi.dataDirectory)
        try scene.fill(
            ControlSession(
                ControlDatabase(directory), principal: Principal(actor: "test", source: "cli", role: .operator)))
        let first = try tsunagi.run("export", "--format", format)
        #expect(first.exitCode == 0, "\(first.errors)")
        let other = TsunagiProcess()
        let applied = try other.run("apply", "-", input: first.output)
        #expect(applied.exitCode == 0, "\(applied.errors)")
        let second = try other.run("export", "--format", format)
        #expect(second.output == first.output)
        #expect(second.output.count > 10_000)
        let again = try other.run("apply", "-", input: first.output)
        #expect(again.output == "nothing to change\n")
        #expect(try other.run("history", "verify").exitCode == 0)
    }

    private let people = """
        groups: [{group: Sales, company: 例 Trading, contracts: [Y0001234]}]
        users:
          - {email: hanako@example.co.jp, company: 例 Trading, name: Hanako, telephone: 0-3, role: administrator}
        admins: [{admin: admin1, contract: Y0001234, sms: 09012345678}]
        logins: [{login: tokyo01, contract: Y0001234, numbers: [05012345678]}]
        holidays: [{day: 2026-12-29, name: Closed}]

        """

    @Test("an export with destinations whose class was forbidden since can be applied to another data directory")
    func keepsForbidden() throws {
        #expect(try tsunagi.run("settings", "forbidden-destinations", "--none").exitCode == 0)
        #expect(try tsunagi.run("number", "add", "05012345678").exitCode == 0)
        let set = try tsunagi.run("forward", "set", "05012345678", "--when", "busy", "--to", "0120444444")
        #expect(set.exitCode == 0, "\(set.errors)")
        #expect(try tsunagi.run("settings", "forbidden-destinations", "freephone").exitCode == 0)
        let other = try movedWithWhatIsKept()
        let twice = """
            numbers:
              - number: 05012345678
                destinations: {1: 0120444444}
                kept: {destinations: {1: 0120444444}}
            """
        #expect(try other.run("apply", "-", input: twice).errors.contains("either here or in destinations"))
    }

    /// Another data directory with all that is exported, some of which only stays because it is there.
    private func movedWithWhatIsKept() throws -> TsunagiProcess {
        let exported = try tsunagi.run("export")
        #expect(exported.output.contains("kept:"), "\(exported.output)")
        let other = TsunagiProcess()
        let applied = try other.run("apply", "-", input: exported.output)
        #expect(applied.exitCode == 0, "\(applied.errors)")
        #expect(try other.run("export").output == exported.output)
        return other
    }

    @Test("an export with a caller who would be refused now can be applied to another data directory")
    func keepsCallers() throws {
        let block = "    block: [0901111222]\n    kept: {block: [18409011112222]}\n"
        #expect(try tsunagi.run("apply", "-", input: "numbers:\n  - number: 05012345678\n" + block).exitCode == 0)
        let other = try movedWithWhatIsKept()
        #expect(try other.run("block", "list", "05012345678").output.contains("18409011112222"))
        let twice = "    block: [18409011112222]\n    kept: {block: [18409011112222]}\n"
        let refused = try other.run("apply", "-", input: "numbers:\n  - number: 05012345678\n" + twice)
        #expect(
            refused.errors.contains("line 4, numbers[0].kept.block[0]: 18409011112222 stands in block of 05012345678"),
            "\(refused.errors)")
    }

    @Test("a plan tells of accounts and schedules by their names, and no secret of an account goes out")
    func accounts() throws {
        #expect(try tsunagi.run("apply", "-", input: office).exitCode == 0)
        let wrong = try tsunagi.run("apply", "-", input: people)
        #expect(wrong.errors.contains("standard input, line 3, users[0].telephone: \"0-3\" is not"), "\(wrong.errors)")
        let plan = try tsunagi.run("apply", "-", input: people.replacing("0-3,", with: "03-1234-5678,"))
        #expect(plan.exitCode == 0, "\(plan.errors)")
        for line in [
            "+ group Sales  (group add)", "+ user hanako@example.co.jp  (user add)", "    role: administrator",
            "+ admin admin1  (admin add)", "~ admin admin1  (admin sms)", "    smsNumber: none → 09012345678",
            "+ login tokyo01  (login add)", "+ holiday 2026-12-29  (holiday add)",
        ] { #expect(plan.output.contains(line + "\n"), "\(line) in \(plan.output)") }
        let password = try tsunagi.run("user", "password", "hanako@example.co.jp").output
            .trimmingCharacters(in: .newlines)
        let exported = try tsunagi.run("export").output
        #expect(password.count == 12 && !exported.contains(password) && !exported.contains("scrypt"))
        let schedule = try tsunagi.run(
            "plan", "-",
            input: """
                numbers:
                  - number: 05012345678
                    forwarding: {no-answer: {to: 0312345678, hours: 18:00-09:00, days: mon-fri, ends: 2099-12-28}}
                """)
        #expect(
            schedule.output.hasSuffix(
                "    no-answer: 0312345678 → 0312345678, mon-fri 18:00-09:00 until 2099-12-29 00:00\n"),
            "\(schedule.output)\(schedule.errors)")
    }

    @Test("numbers under a temporary forwarding are counted beside the export, and are not in it")
    func temporary() throws {
        for number in ["05012345678", "1001"] { #expect(try tsunagi.run("number", "add", number).exitCode == 0) }
        let before = try tsunagi.run("export")
        #expect(before.errors.isEmpty)
        let set = ["forward", "set", "1001", "--to", "05012345678", "--until", "2098-12-28"]
        #expect(try tsunagi.run(arguments: set).exitCode == 0)
        let after = try tsunagi.run("export")
        #expect(after.output == before.output)
        #expect(
            after.errors
                == "note: 1 number lies under a temporary forwarding, which is not in the file: see \"tsunagi forward "
                + "operations\"\n")
        let file = FileFixture("")
        let answer = try tsunagi.run("export", file.path, "--overwrite", "--json")
        #expect(answer.object["temporarilyForwarded"] as? Int == 1)
    }

    @Test("a plan tells each day of a table of holidays")
    func nationalHolidays() throws {
        let plan = try tsunagi.run("plan", "-", input: "national-holidays: {2028-01-01: 元日, 2028-01-10: 成人の日}\n")
        #expect(
            plan.output == """
                ~ holiday import  (holiday import)
                    2028-01-01: none → 元日
                    2028-01-10: none → 成人の日

                """, "\(plan.output)\(plan.errors)")
    }

    @Test("an export into a file is its owner's, and can be of one company or contract")
    func scopes() throws {
        #expect(try tsunagi.run("apply", "-", input: office).exitCode == 0)
        let file = FileFixture("before")
        for command in [["export"], ["number", "export"], ["destination", "export"], ["login", "export"]] {
            let refused = try tsunagi.run(arguments: command + [file.path])
            #expect(
                refused.exitCode == 1 && refused.errors.contains("exists already: give another name, or --overwrite"))
        }
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == "before")
        #expect(try tsunagi.run("export", "-").output == tsunagi.run("export").output)
        #expect(try tsunagi.run("export", file.path, "--overwrite").output == "\(file.path): 2 numbers\n")
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let company = try tsunagi.run("export", "--company", "例 Trading").output
        #expect(company.contains("05012345678") && !company.contains("1001") && !company.contains("trunks"))
        #expect(try tsunagi.run("export", "--contract", "y0001234").output == company)
        let missing = try tsunagi.run("export", "--contract", "C-9")
        #expect(missing.exitCode == 1 && missing.output.isEmpty)
    }
}

/// A configuration with something of everything, always the same from the same seed.
struct RandomConfiguration {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    private mutating func random(_ range: Range<Int>) -> Int {
        // splitmix64
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return range.lowerBound + Int((z ^ (z >> 31)) % UInt64(range.count))
    }

    private mutating func some<Element>(of elements: [Element]) -> [Element] {
        elements.filter { _ in random(0..<2) == 0 }
    }

    /// Whatever is refused on the way is as little wanted as by hand.
    mutating func fill(_ session: ControlSession) throws {
        try session.setForbiddenDestinations(some(of: DestinationClass.allCases))
        try session.setTimeZone(["Asia/Tokyo", "America/New_York", "UTC"][random(0..<3)])
        try session.setServiceName("繋ぎ \(random(0..<9)): \"x\"")
        try session.setPortalURL("https://portal\(random(0..<9)).example/web")
        for _ in 0..<3 {
            _ = try session.addHoliday("2027-0\(random(1..<10))-1\(random(0..<9))", named: "休業 #\(random(0..<9))")
        }
        _ = try session.setSignInPolicy { policy in
            policy.lockoutFailures = random(1..<10)
            policy.passwordMinimum = random(4..<40)
            policy.passwordMaximum = 100
            policy.passwordClasses = some(of: ["digit", "upperCase", "lowerCase", "symbol"])
            policy.preRegistration =
                random(0..<2) == 0 ? nil : try SignInPolicy.PreRegistration("2026-11-01..2026-12-31")
        }
        _ = try session.publishTerms(version: "1", japanese: "規約", english: "old")
        _ = try session.publishTerms(
            version: "2026.\(random(0..<99))", japanese: "第1条\n  一、「x」\t#", english: "1. \"a\": b\n\n2. c")
        _ = try session.importHolidays(Data("2027/1/1,元日\n2027/2/\(random(1..<20)),祝日\n2031/5/5,x: y\n".utf8))
        _ = try session.removeHoliday("2025-01-01")
        for prefix in ["03", "0", "+1"] {
            _ = try session.addTrunk(
                prefix: prefix,
                gateways: [
                    "sip:gw\(random(0..<9)).example;weight=\(random(1..<9))", "sip:[2001:db8::1]:5070;transport=tcp",
                ],
                sendsDiversion: random(0..<2) == 0)
        }
        let places = try addContracts(session)
        var numbers: [PhoneNumber] = []
        for index in 0..<60 {
            let text = random(0..<4) == 0 ? "\(1000 + index)" : "0501234\(1000 + index)"
            let place = places[random(0..<places.count)]
            let kind = ContractedNumberKind.allCases[random(0..<3)]
            guard let state = try? session.addNumber(typed: text, at: place, as: kind) else { continue }
            numbers.append(PhoneNumber(trustedCanonical: state.canonical))
        }
        for number in numbers { set(number, numbers, session) }
        try addAccounts(numbers, session)
        for number in some(of: numbers) where random(0..<6) == 0 { _ = try session.removeNumber(number) }
        for contract in try session.contracts(limit: 99) {
            for option in some(of: contract.options) {
                _ = try session.removeOption(option, fromContract: contract.number)
            }
        }
    }

    private mutating func addContracts(_ session: ControlSession) throws -> [ContractPlace?] {
        var places: [ContractPlace?] = [nil]
        for name in ["Alpha", "日本 商事", "no", "O'Neil: \"x\""] {
            _ = try session.addCompany(named: name)
            for (kind, letter) in [("ip-voice", "Y"), ("dotphone-office", "C-"), ("smart-pbx", "S-")] {
                let contract = "\(letter)\(places.count)0\(random(0..<10))"
                _ = try session.addContract(contract, kind: kind, company: name)
                if random(0..<2) == 0 {
                    _ = try session.openContract(contract, on: "2026-1\(random(0..<3))-0\(random(1..<10))")
                }
                for option in OptionService.allCases { _ = try session.addOption(option, toContract: contract) }
                guard letter == "Y" else {
                    places.append(.contract(contract))
                    continue
                }
                for site in 1...3 {
                    _ = try session.addSite(
                        "S\(site)", named: "拠点 \(site)", to: contract, represents: random(0..<3) == 0)
                    let voiceContract = "N\(places.count)\(site)00\(random(0..<10))"
                    _ = try session.addVoiceContract(voiceContract, at: "S\(site)", of: contract)
                    places.append(.voiceContract(voiceContract))
                }
            }
        }
        return places
    }

    private mutating func addAccounts(_ numbers: [PhoneNumber], _ session: ControlSession) throws {
        for company in try session.companies(limit: 99).map(\.name) {
            let contracts = try session.contracts(of: company, limit: 99).map(\.number)
            let groups = ["Sales", "営業 部", "no"]
            for group in groups {
                _ = try session.addGroup(group, to: company)
                _ = try session.setContracts(some(of: contracts), ofGroup: group, of: company)
            }
            for index in 0..<6 {
                let email = "user\(index).\(company.utf8.count)\(random(0..<999))@Example.co.jp"
                var profile = PortalUserProfile(
                    email: email, name: "名前 \(random(0..<9))", telephone: "+81 3-1234-\(random(1000..<9999))",
                    language: random(0..<2) == 0 ? .english : .japanese,
                    secondFactor: PortalUserProfile.SecondFactor.allCases[random(0..<4)],
                    role: index == 0 || random(0..<3) == 0 ? .administrator : .general)
                profile.groups = some(of: groups)
                profile.comment = random(0..<2) == 0 ? "" : "line 1\nline 2: \"x\""
                profile.wantsNotifications = random(0..<2) == 0
                _ = try session.addUser(profile, to: company)
                if index > 0, random(0..<4) == 0 { _ = try session.suspendUser(email) }
            }
            for contract in contracts {
                let (admin, login) = ("admin.\(contract)", "login_\(contract)")
                _ = try session.addAdministratorID(admin, to: contract)
                let theirs = numbers.filter { (try? session.number($0))?.contract == contract }
                    .filter { (try? session.number($0))?.kind != .multiple }
                var lines: [SMSNumberForm.Line] = []
                for (index, number) in theirs.enumerated() where random(0..<3) > 0 {
                    _ = try session.addLoginID("\(login).\(index)", to: contract, numbers: [number])
                    let digits = random(0..<2) == 0 ? "" : "0901234\(random(1000..<9999))"
                    lines.append(.init(loginID: "\(login).\(index)", typed: digits))
                }
                _ = try session.setSMSNumbers(
                    of: contract, SMSNumberForm(administrator: "08012345678", lines: lines))
            }
        }
    }

    private mutating func schedule() throws -> Schedule? {
        guard random(0..<2) == 0 else { return nil }
        let hours = ["18:00-09:00", "00:00-12:30", "23:59-24:00"][random(0..<3)]
        let days = ["mon-fri,not-holidays", "sat,sun,holidays", "tue"][random(0..<3)]
        return Schedule(
            hours: random(0..<2) == 0 ? try DailyHours(hours) : nil,
            days: random(0..<2) == 0 ? try DaySet(days) : .everyDay,
            ends: random(0..<2) == 0
                ? Deadline(milliseconds: 4_000_000_000_000 + Int64(random(0..<9_999_999)) * 1_000, text: "") : nil)
    }

    private mutating func set(_ number: PhoneNumber, _ others: [PhoneNumber], _ session: ControlSession) {
        for _ in 0..<random(0..<6) {
            let destinations = [
                others[random(0..<others.count)].national, "voicemail", "03-1234-\(random(1000..<9999))",
                "sip:bob\(random(0..<9))@example.jp;transport=tcp", "06(1234)\(random(1000..<9999))",
            ]
            let condition = ForwardingCondition.allCases[random(0..<4)]
            let destination = destinations[random(0..<destinations.count)]
            _ = try? session.setForwarding(
                of: number, when: condition, to: destination, ringSeconds: random(0..<3) == 0 ? random(5..<31) : nil,
                schedule: try schedule().map(ScheduleOrder.set) ?? .anyTime)
            if random(0..<4) == 0 { _ = try? session.stopForwarding(of: number, when: condition) }
        }
        let reasons = some(of: NonPresentationReason.allCases)
        if !reasons.isEmpty {
            _ = try? session.rejectAnonymous(
                reasons, schedule: try schedule().map(ScheduleOrder.set) ?? .anyTime, of: number)
        }
        for _ in 0..<random(0..<4) {
            guard let caller = try? ControlSession.parsed("0901111\(random(1000..<9999))") else { continue }
            _ = try? session.block(caller, for: number)
        }
        for option in some(of: OptionService.allCases) where random(0..<4) == 0 {
            _ = try? session.removeOption(option, from: number)
        }
    }
}
