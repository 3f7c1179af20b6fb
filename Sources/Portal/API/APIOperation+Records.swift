import ControlPlane
import Directory
import Foundation
import HTTPTypes
import Storage

extension APIOperation {
    static let calls: [APIOperation] = [
        APIOperation(
            id: "listCalls", method: .get, path: "/calls", summary: "List calls, the newest first",
            query: Parameter.page + [
                Parameter(name: "number", schema: .text(1...64), note: "from or to this number"),
                Parameter(name: "since", schema: .time, note: "that began then or later"),
            ], answer: .page(of: "Call"),
            perform: { call in
                let filter = CallFilter(
                    number: try call.query["number"].map(ControlSession.parsed), since: try call.since(),
                    after: call.cursor, limit: call.limit + 1)
                let found = try call.session.calls(filter, in: call.runtime)
                return APIPage(found.map(CallLine.init), limit: call.limit, next: \.id)
            }),
        APIOperation(
            id: "showCall", method: .get, path: "/calls/{call}",
            summary: "Show a call with its decisions and their reasons", answer: .reference("CallDetail"),
            perform: { CallSheet(try $0.session.call(id: $0.text("call"), in: $0.runtime), hasLadder: false) }),
        APIOperation(
            id: "listChanges", method: .get, path: "/history", summary: "List what was changed, newest first",
            query: Parameter.page, answer: .page(of: "Change"),
            perform: { call in
                let found = try call.session.history(before: try call.change(), limit: call.limit + 1)
                return APIPage(found.map { HistoryLine($0, hasName: false) }, limit: call.limit, next: { "\($0.id)" })
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
                    after: call.cursor, of: call.query["company"], limit: call.limit + 1)
                return APIPage(found, limit: call.limit, next: \.number)
            }),
        APIOperation(
            id: "showContract", method: .get, path: "/contracts/{contract}", summary: "Show a contract",
            answer: .reference("Contract"), version: { try $0.session.lastChange(ofContract: $0.text("contract")) },
            perform: { try $0.session.contract($0.text("contract")) }),
    ]
}

extension APICall {
    fileprivate func since() throws -> Int64? {
        try query["since"].map { text in
            guard let date = try? Date(text, strategy: .iso8601) else {
                throw APIProblem(.invalid, "since is not a time such as 2026-12-28T09:00:00Z")
            }
            return date.milliseconds
        }
    }

    fileprivate func change() throws -> Int64? {
        try cursor.map { text in
            guard let id = Int64(text) else { throw APIProblem(.invalid, "the cursor is none of ours") }
            return id
        }
    }
}
