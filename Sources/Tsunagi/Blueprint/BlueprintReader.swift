import ControlPlane
import Directory
import Foundation
import Storage

/// Makes a blueprint of the nodes of its file: which keys there are, and what may stand behind them.
struct BlueprintReader {
    /// What a blueprint has any number of, in the order in which they are read.
    enum List: String, CaseIterable {
        case holidays, trunks, companies, contracts, numbers, groups, users, admins, logins
    }

    private static let version = 1
    static let sections = ["version", "settings", "terms", "national-holidays"] + List.allCases.map(\.rawValue)

    /// Of the file, for what is told.
    let name: String
    /// Where relative paths in it begin.
    let folder: String
    let environment: [String: String]
    /// In which times are meant that say no other; where the file sets one, in that.
    var zone: TimeZone

    mutating func read(_ root: BlueprintNode) throws(BlueprintFileError) -> Blueprint {
        var blueprint = Blueprint()
        let members = try root.members(Self.sections)
        if let version = try members["version"]?.integer(), version.value != Self.version {
            throw .wrongValue(file: name, version.place, value: "\(version.value)", allowed: "\(Self.version)")
        }
        if let settings = members["settings"] { blueprint.settings = try self.settings(settings) }
        if let name = blueprint.settings.timeZone?.value { zone = TimeZone(identifier: name) ?? zone }
        if let terms = members["terms"] { blueprint.terms = try self.terms(terms) }
        if let days = members["national-holidays"] { blueprint.nationalHolidays = try nationalHolidays(days) }
        for list in List.allCases {
            for node in try members[list.rawValue]?.elements() ?? [] { try append(node, of: list, to: &blueprint) }
        }
        return blueprint
    }

    func append(_ node: BlueprintNode, of list: List, to blueprint: inout Blueprint) throws(BlueprintFileError) {
        switch list {
        case .holidays: blueprint.holidays.append(try holiday(node))
        case .trunks: blueprint.trunks.append(try trunk(node))
        case .companies: blueprint.companies.append(try company(node))
        case .contracts: blueprint.contracts.append(try contract(node))
        case .numbers: blueprint.numbers.append(try number(node))
        case .groups: blueprint.groups.append(try group(node))
        case .users: blueprint.users.append(try user(node))
        case .admins: blueprint.administrators.append(try administrator(node))
        case .logins: blueprint.logins.append(try login(node))
        }
    }

    private func trunk(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.Trunk {
        let members = try node.members(["prefix", "absent", "gateways", "diversion", "history-info"])
        var trunk = Blueprint.Trunk(prefix: try members.required("prefix", of: node).text())
        trunk.isAbsent = try members["absent"]?.flag().value ?? false
        trunk.gateways = try members["gateways"]?.textList()
        trunk.sendsDiversion = try members["diversion"]?.flag().value
        trunk.sendsHistoryInfo = try members["history-info"]?.flag().value
        return trunk
    }

    private func company(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.Company {
        let members = try node.members(["name", "absent"])
        var company = Blueprint.Company(name: try members.required("name", of: node).text())
        company.isAbsent = try members["absent"]?.flag().value ?? false
        return company
    }

    private func contract(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.Contract {
        let members = try node.members(["number", "absent", "company", "kind", "opened-on", "options", "sites"])
        var contract = Blueprint.Contract(number: try members.required("number", of: node).text())
        contract.isAbsent = try members["absent"]?.flag().value ?? false
        contract.company = try members["company"]?.text()
        contract.kind = try members["kind"]?.text()
        contract.openedOn = try members["opened-on"]?.optionalText()
        contract.options = try members["options"]?.choices(OptionService.self)
        for node in try members["sites"]?.elements() ?? [] { contract.sites.append(try site(node)) }
        return contract
    }

    private func site(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.Site {
        let members = try node.members(["site", "absent", "name", "representative", "voice-contracts"])
        var site = Blueprint.Site(site: try members.required("site", of: node).text())
        site.isAbsent = try members["absent"]?.flag().value ?? false
        site.name = try members["name"]?.text()
        site.represents = try members["representative"]?.flag()
        site.voiceContracts = try members["voice-contracts"]?.texts()
        return site
    }

    private func number(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.Number {
        let members = try node.members([
            "number", "absent", "contract", "voice-contract", "kind", "withheld", "password-file", "password-env",
            "ring", "destinations", "forwarding", "kept", "reject-anonymous", "block",
        ])
        var number = Blueprint.Number(number: try members.required("number", of: node).text())
        number.isAbsent = try members["absent"]?.flag().value ?? false
        number.place = try place(members)
        number.kind = try members["kind"]?.choice(ContractedNumberKind.self)
        number.withheld = try members["withheld"]?.choices(OptionService.self)
        number.password = try password(members)
        number.forwarding.ringSeconds = try members["ring"]?.integer()
        number.forwarding.destinations = try members["destinations"].map { node throws(BlueprintFileError) in
            try destinations(node)
        }
        if let forwarding = members["forwarding"] {
            let rules = try rules(forwarding)
            number.forwarding.rules = rules.mapValues(\.to)
            number.forwarding.schedules = rules.compactMapValues(\.schedule)
        }
        if let rejected = members["reject-anonymous"] {
            let rejection = try rejection(rejected)
            number.rejected = rejection.reasons
            number.rejectionSchedule = rejection.schedule
        }
        number.blocked = try members["block"]?.texts()
        if let kept = members["kept"] { try keep(kept, in: &number) }
        return number
    }

    /// What was set and rests for lack of its option, or could not be set anew.
    private func keep(_ node: BlueprintNode, in number: inout Blueprint.Number) throws(BlueprintFileError) {
        let members = try node.members(["destinations", "forwarding", "reject-anonymous", "block"])
        if let destinations = members["destinations"] {
            let kept = try self.destinations(destinations)
            if let twice = kept.first(where: { number.forwarding.destinations?[$0.key] != nil }) {
                throw .wrongValue(
                    file: name, twice.value.place, value: "there",
                    allowed: "either here or in destinations, not in both")
            }
            number.forwarding.destinations = (number.forwarding.destinations ?? [:]).merging(kept) { first, _ in first }
            number.forwarding.keptDestinations = Set(kept.keys)
        }
        if let rejected = members["reject-anonymous"] {
            guard number.rejected?.value.isEmpty ?? true else {
                throw rejected.wrong("either here or outside of kept, not in both")
            }
            let rejection = try rejection(rejected)
            number.keptRejected = rejection.reasons
            number.rejectionSchedule = rejection.schedule
        }
        number.keptBlocked = try members["block"]?.texts()
        guard let forwarding = members["forwarding"] else { return }
        let kept = try rules(forwarding)
        if let twice = kept.first(where: { number.forwarding.rules?[$0.key] != nil }) {
            throw .wrongValue(
                file: name, twice.value.to.place, value: "there", allowed: "either here or in forwarding, not in both")
        }
        number.forwarding.rules = (number.forwarding.rules ?? [:]).merging(kept.mapValues(\.to)) { first, _ in first }
        number.forwarding.schedules = (number.forwarding.schedules ?? [:])
            .merging(kept.compactMapValues(\.schedule)) { first, _ in first }
        number.forwarding.kept = Set(kept.keys)
    }

    private func place(_ members: [String: BlueprintNode]) throws(BlueprintFileError) -> Stated<ContractPlace?>? {
        if let voiceContract = members["voice-contract"] {
            guard members["contract"] == nil else {
                throw voiceContract.wrong("either contract or voice-contract, not both")
            }
            let text = try voiceContract.optionalText()
            return Stated(text.value.map(ContractPlace.voiceContract), text.place)
        }
        guard let contract = members["contract"] else { return nil }
        let text = try contract.optionalText()
        return Stated(text.value.map(ContractPlace.contract), text.place)
    }

    private func destinations(_ node: BlueprintNode) throws(BlueprintFileError) -> [Int: Stated<String>] {
        let slots = (1...ForwardingRules.savedDestinationCount).map { "\($0)" }
        var destinations: [Int: Stated<String>] = [:]
        for (slot, node) in try node.members(slots) {
            if let slot = Int(slot) { destinations[slot] = try node.text() }
        }
        return destinations
    }

    /// Never in the file itself, which others see: in a file of its own, or in the environment.
    private func password(_ members: [String: BlueprintNode]) throws(BlueprintFileError) -> Stated<String>? {
        if let node = members["password-env"] {
            let name = try node.text()
            guard let password = environment[name.value] else {
                throw node.wrong("the name of an environment variable that is set")
            }
            return Stated(password, name.place)
        }
        guard let node = members["password-file"] else { return nil }
        let path = try node.text()
        let full = path.value.hasPrefix("/") ? path.value : folder + "/" + path.value
        guard let text = try? String(contentsOf: URL(filePath: full), encoding: .utf8) else {
            throw node.wrong("a file with the password as its first line, and ours to read")
        }
        return Stated(String(text.prefix { !$0.isNewline }), path.place)
    }
}
