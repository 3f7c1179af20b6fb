import ControlPlane
import Directory
import Foundation
import HTTPTypes
import Storage

extension APIOperation {
    private static let destination = APISchema.Field.required(
        "to", .text(1...255), "a number or voicemail; of sip: URIs, those that the operator has saved for the number")
    private static let ringSeconds = APISchemas.ringSeconds

    static let forwarding: [APIOperation] = [
        APIOperation(
            id: "showForwarding", method: .get, path: "/numbers/{number}/forwarding",
            summary: "Show how a number's calls are forwarded", answer: .reference("Forwarding"),
            version: numberVersion, perform: { try $0.session.forwarding(of: $0.number()) }),
        APIOperation(
            id: "setForwarding", method: .put, path: "/numbers/{number}/forwarding",
            summary: "Set a number's rules as a whole: those that are not given are switched off, and those that are "
                + "given without hours, days and an end apply at any time",
            body: .object([
                .optional("ringSeconds", ringSeconds),
                .required(
                    "rules",
                    .list(
                        .object(
                            [.required("when", .one(of: ForwardingCondition.self)), destination]
                                + ScheduleRequest.fields), limit: 4)),
            ]), answer: .reference("Forwarding"), version: numberVersion,
            perform: { call in
                let (wish, number) = (try call.decode(ForwardingRequest.self), try call.number())
                _ = try call.session.setForwarding(of: number, as: try wish.wish(for: call.session))
                return try call.session.forwarding(of: number)
            }),
        APIOperation(
            id: "setForwardingRule", method: .put, path: "/numbers/{number}/forwarding/{condition}",
            summary: "Switch a rule on",
            body: .object(
                [destination, .optional("ringSeconds", ringSeconds)] + ScheduleRequest.fields),
            answer: .reference("Forwarding"), version: numberVersion,
            perform: { call in
                let rule = try call.decode(RuleRequest.self)
                let schedule = try call.decode(ScheduleRequest.self).schedule(for: call.session)
                return try call.session.setForwarding(
                    of: call.number(), when: try call.condition(), to: rule.to, ringSeconds: rule.ringSeconds,
                    schedule: .set(schedule))
            }),
        APIOperation(
            id: "stopForwardingRule", method: .delete, path: "/numbers/{number}/forwarding/{condition}",
            summary: "Switch a rule off; its destination stays saved", answer: .reference("Forwarding"),
            version: numberVersion,
            perform: { try $0.session.stopForwarding(of: $0.number(), when: try $0.condition()) }),
        APIOperation(
            id: "saveDestination", method: .put, path: "/numbers/{number}/destinations/{slot}",
            summary: "Save a destination; a rule that uses the slot follows",
            body: .object([destination]), answer: .reference("Forwarding"), version: numberVersion,
            perform: { call in
                let request = try call.decode(DestinationRequest.self)
                return try call.session.saveDestination(request.to, as: try call.slot(), of: call.number())
            }),
        APIOperation(
            id: "removeDestination", method: .delete, path: "/numbers/{number}/destinations/{slot}",
            summary: "Forget a saved destination", answer: .reference("Forwarding"), version: numberVersion,
            perform: { try $0.session.removeDestination(try $0.slot(), of: $0.number()) }),
        APIOperation(
            id: "changeMany", method: .post, path: "/operations",
            summary: "Forward many numbers at once, for good or until a time; or see what would be changed",
            body: .object(manyFields), answer: .reference("Outcome"),
            perform: { call in
                let request = try call.decode(ManyRequest.self)
                let session = request.unlessChangedSince.map { call.session.unlessChanged(since: $0) } ?? call.session
                return try session.changeForwarding(
                    of: try request.selection(), try request.order(), commits: request.preview != true,
                    skipsRefused: request.skipRefused == true
                ).forPrograms
            }),
        APIOperation(
            id: "listOperations", method: .get, path: "/operations",
            summary: "List what was done to many numbers at once, the latest first", query: Parameter.page,
            answer: .page(of: "Operation"),
            perform: { call in
                let found = try call.session.forwardingOperations(before: try call.before(), limit: call.limit + 1)
                return call.page(found, next: { "\($0.id)" })
            }),
        APIOperation(
            id: "restoreOperation", method: .post, path: "/operations/{operation}/restore",
            summary: "Put back what an operation has changed", answer: .reference("Outcome"),
            perform: { call in
                guard let id = Int64(call.text("operation")) else {
                    throw APIProblem(.notFound, "there is no operation \(call.text("operation"))")
                }
                return try call.session.restoreForwarding(.operation(id)).forPrograms
            }),
    ]

    private static let manyFields: [APISchema.Field] = [
        .optional("numbers", .list(.text(1...64), limit: 10_000), "these numbers; or what they stand under:"),
        .optional("company", .text(1...100)), .optional("contract", .text(1...64)),
        .optional("voiceContract", .text(1...64)), .optional("site", .text(1...64)),
        .optional("when", .one(of: ForwardingCondition.self), "left out without a destination: all rules"),
        .optional("to", destination.schema, "as of one number's rule; left out: calls are not forwarded"),
        .optional("until", .time, "left out: it stays"), .optional("ringSeconds", ringSeconds),
        .optional("preview", .boolean, "nothing is changed"),
        .optional("skipRefused", .boolean, "the others are changed when it is refused for one"),
        .optional(
            "unlessChangedSince", .integer(0...Int.max),
            "the lastChange of a preview: it is refused for a number that somebody has changed since; one that there is no "
                + "change of yet is refused as a whole (412)"),
    ]
}

extension ForwardingOutcome {
    /// With its refusals as they are told alone.
    fileprivate var forPrograms: ForwardingOutcome {
        var outcome = self
        for index in refused.indices { outcome.refused[index].reason = APIProblem.text(refused[index].reason) }
        return outcome
    }
}

private struct ForwardingRequest: Decodable {
    struct Rule: Decodable {
        let when: ForwardingCondition
        let to: String
        let time: ScheduleRequest

        private enum CodingKeys: CodingKey { case when, to }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            when = try members.decode(ForwardingCondition.self, forKey: .when)
            to = try members.decode(String.self, forKey: .to)
            time = try ScheduleRequest(from: decoder)
        }
    }

    let ringSeconds: Int?
    let rules: [Rule]

    func wish(for session: ControlSession) throws -> ForwardingWish {
        var wish = ForwardingWish()
        wish.ringSeconds = ringSeconds.map { Stated($0, BlueprintPlace(line: nil, path: "ringSeconds")) }
        wish.rules = try rules.reduce(into: [:]) { stated, rule in
            guard stated[rule.when] == nil else {
                throw APIProblem(.invalid, "there are two rules for \(rule.when.rawValue)")
            }
            stated[rule.when] = Stated(rule.to, BlueprintPlace(line: nil, path: "rules.\(rule.when.rawValue)"))
        }
        wish.schedules = try rules.reduce(into: [:]) { stated, rule in
            stated[rule.when] = Stated(
                try rule.time.schedule(for: session), BlueprintPlace(line: nil, path: "rules.\(rule.when.rawValue)"))
        }
        return wish
    }
}

private struct RuleRequest: Decodable {
    let to: String
    let ringSeconds: Int?
}

private struct DestinationRequest: Decodable {
    let to: String
}

private struct ManyRequest: Decodable {
    let numbers: [String]?
    let company: String?
    let contract: String?
    let voiceContract: String?
    let site: String?
    let when: ForwardingCondition?
    let to: String?
    let until: String?
    let ringSeconds: Int?
    let preview: Bool?
    let skipRefused: Bool?
    let unlessChangedSince: Int64?

    func selection() throws -> NumberSelection {
        let filter = NumberFilter(company: company, contract: contract, voiceContract: voiceContract, site: site)
        let isFiltered = [company, contract, voiceContract, site].contains { $0 != nil }
        switch (numbers, isFiltered) {
        case (let numbers?, false): return .list(numbers, named: "a list of numbers")
        case (nil, true): return .filter(filter)
        default: throw APIProblem(.invalid, "give either numbers or what they stand under")
        }
    }

    func order() throws -> ForwardingOrder {
        let end = try until.map { try APICall.time($0, as: "until") }
        guard let to else { return end.map { .layOff(when, until: $0) } ?? .off(when) }
        guard let when else { throw APIProblem(.invalid, "say when calls go to \(to)") }
        guard let end else { return .set(when, to: to, ringSeconds: ringSeconds) }
        guard ringSeconds == nil else { throw APIProblem(.invalid, "ringSeconds can't be set for a time") }
        return .layOver(when, to: to, until: end)
    }
}

extension APICall {
    fileprivate func condition() throws -> ForwardingCondition {
        guard let condition = ForwardingCondition(rawValue: text("condition")) else {
            throw APIProblem(.notFound, "there is no condition \(text("condition"))")
        }
        return condition
    }

    fileprivate func slot() throws -> Int {
        guard let slot = Int(text("slot")) else { throw APIProblem(.notFound, "there is no slot \(text("slot"))") }
        return slot
    }
}
