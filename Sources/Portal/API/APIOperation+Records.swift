import ControlPlane
import Directory
import Foundation
import HTTPTypes
import Storage

extension APIOperation {
    static let calls: [APIOperation] = [
        APIOperation(
            id: "explainCall", method: .get, path: "/numbers/{number}/explanation",
            summary: "Tell what would happen to a call to a number and why, without placing it",
            query: [
                Parameter(name: "from", schema: .text(1...255), note: "who calls; left out: a reason has to be given"),
                Parameter(
                    name: "reason", schema: .one(of: NonPresentationReason.self), note: "why no number is shown"),
                Parameter(name: "at", schema: .time, note: "when it would come; left out: now"),
            ], answer: .reference("Explanation"), perform: { try $0.explanation() }),
        APIOperation(
            id: "listCalls", method: .get, path: "/calls", summary: "List calls, the newest first",
            query: Parameter.page + [
                Parameter(name: "number", schema: .text(1...64), note: "from or to this number, in any form of it"),
                Parameter(name: "since", schema: .time, note: "that began then or later"),
            ], answer: .page(of: "Call"),
            perform: { call in
                let filter = CallFilter(
                    number: try call.query["number"].map(ControlSession.parsed), since: try call.since(),
                    after: try call.place(), limit: call.limit + 1)
                let found = try call.session.calls(filter, in: call.runtime)
                return call.page(found.map(CallLine.init), next: \.id)
            }),
        APIOperation(
            id: "showCall", method: .get, path: "/calls/{call}",
            summary: "Show a call with its decisions and their reasons", answer: .reference("CallDetail"),
            perform: { CallSheet(try $0.session.call(id: $0.text("call"), in: $0.runtime), hasLadder: false) }),
        APIOperation(
            id: "listChanges", method: .get, path: "/history", summary: "List what was changed, newest first",
            query: Parameter.page, answer: .page(of: "Change"),
            perform: { call in
                let found = try call.session.history(before: try call.before(), limit: call.limit + 1)
                return call.page(found.map { HistoryLine($0, hasName: false) }, next: { "\($0.id)" })
            }),
        APIOperation(
            id: "undoChange", method: .post, path: "/history/{change}/undo", summary: "Take a change back",
            answer: .reference("Change"),
            perform: { call in
                guard let id = Int64(call.text("change")) else {
                    throw APIProblem(.notFound, "there is no change \(call.text("change"))")
                }
                return HistoryLine(try call.session.undo(id), hasName: false)
            }),
    ]

    static let contracts: [APIOperation] = [
        APIOperation(
            id: "listContracts", method: .get, path: "/contracts", summary: "List contracts",
            query: Parameter.page + [
                Parameter(name: "company", schema: .text(1...100), note: "of this company")
            ], answer: .page(of: "Contract"),
            perform: { call in
                let found = try call.session.contracts(
                    after: call.place(), of: call.query["company"], limit: call.limit + 1)
                return call.page(found, next: \.number)
            }),
        APIOperation(
            id: "showContract", method: .get, path: "/contracts/{contract}", summary: "Show a contract",
            answer: .reference("Contract"), version: { try $0.session.lastChange(ofContract: $0.text("contract")) },
            perform: { try $0.session.contract($0.text("contract")) }),
    ]
}

extension APICall {
    fileprivate func since() throws -> Int64? { try query["since"].map { try Self.time($0, as: "since") } }

    fileprivate func explanation() throws -> ExplanationSheet {
        let (number, from) = (try number(), query["from"])
        let reason = query["reason"].flatMap(NonPresentationReason.init(rawValue:))
        guard from != nil || reason != nil else {
            throw APIProblem(.invalid, "say from whom the call would be, or the reason for which no number is shown")
        }
        let at = try query["at"].map { Date(milliseconds: try Self.time($0, as: "at")) } ?? now
        let decisions = try session.explain(callTo: number, from: from ?? "", reason: reason, at: at, by: explainer)
        return ExplanationSheet(from: from, to: number.national, at: at, decisions: decisions.map(DecisionSheet.init))
    }

    /// Of a list that goes by ids, the newest first.
    func before() throws -> Int64? {
        try place().map { text in
            guard let id = Int64(text) else { throw Self.foreignCursor }
            return id
        }
    }
}
