import ControlPlane
import Directory
import Foundation
import HTTPTypes
import Storage

extension APIOperation {
    static let numbers: [APIOperation] = [
        APIOperation(
            id: "listNumbers", method: .get, path: "/numbers", summary: "List numbers",
            query: Parameter.page + [
                Parameter(name: "company", schema: .text(1...100), note: "of this company"),
                Parameter(name: "contract", schema: .text(1...64), note: "under this contract"),
                Parameter(name: "voiceContract", schema: .text(1...64), note: "under this voice contract"),
                Parameter(name: "site", schema: .text(1...64), note: "at this site"),
            ], answer: .page(of: "Number"),
            perform: { call in
                let filter = NumberFilter(
                    company: call.query["company"], contract: call.query["contract"],
                    voiceContract: call.query["voiceContract"], site: call.query["site"])
                let found = try call.session.numbers(
                    after: try call.place().map(ControlSession.parsed), in: filter, limit: call.limit + 1)
                return call.page(found.map { NumberState($0) }, next: \.canonical)
            }),
        APIOperation(
            id: "showNumber", method: .get, path: "/numbers/{number}", summary: "Show a number",
            answer: .reference("Number"), version: numberVersion,
            perform: { try $0.session.number($0.number()) }),
        APIOperation(
            id: "listNumberChanges", method: .get, path: "/numbers/{number}/history",
            summary: "List what was changed about a number, newest first",
            query: Parameter.page, answer: .page(of: "Change"),
            perform: { call in
                let found = try call.session.history(
                    of: call.number(), before: try call.before(), limit: call.limit + 1)
                return call.page(found.map { HistoryLine($0, hasName: false) }, next: { "\($0.id)" })
            }),
    ]

    static let numberVersion: @Sendable (APICall) throws -> Int64 = { try $0.session.lastChange(ofNumber: $0.number()) }
}
