import ControlPlane
import Directory
import HTTPTypes

extension APIOperation {
    private static let reasons = APISchema.list(.one(of: NonPresentationReason.self), limit: 4)

    static let screening: [APIOperation] = [
        APIOperation(
            id: "showAnonymousCalls", method: .get, path: "/numbers/{number}/anonymous",
            summary: "Show what a number does with calls that show no caller's number",
            answer: .reference("AnonymousCalls"), version: numberVersion,
            perform: { try $0.session.anonymous(of: $0.number()) }),
        APIOperation(
            id: "setAnonymousCalls", method: .put, path: "/numbers/{number}/anonymous",
            summary:
                "Choose for which reasons such calls are turned away, and when: without hours, days and an end at any "
                + "time",
            body: .object([.required("rejected", reasons)] + ScheduleRequest.fields),
            answer: .reference("AnonymousCalls"), version: numberVersion,
            perform: { call in
                let request = try call.decode(AnonymousRequest.self)
                let number = try call.number()
                let schedule = try call.decode(ScheduleRequest.self).schedule(for: call.session)
                _ = try call.session.setAnonymous(Set(request.rejected), schedule: .set(schedule), of: number)
                return try call.session.anonymous(of: number)
            }),
        APIOperation(
            id: "showBlockList", method: .get, path: "/numbers/{number}/block-list",
            summary: "Show a number's block list", answer: .reference("BlockList"), version: numberVersion,
            perform: { try $0.session.blockList(of: $0.number()) }),
        APIOperation(
            id: "blockCaller", method: .put, path: "/numbers/{number}/block-list/{caller}",
            summary: "Turn a caller away", answer: .reference("BlockList"), version: numberVersion,
            perform: { try $0.session.block(typed: $0.text("caller"), for: $0.number()) }),
        APIOperation(
            id: "unblockCaller", method: .delete, path: "/numbers/{number}/block-list/{caller}",
            summary: "Take a caller off the block list", answer: .reference("BlockList"), version: numberVersion,
            perform: { try $0.session.unblock(ControlSession.parsed($0.text("caller")), for: $0.number()) }),
    ]
}

private struct AnonymousRequest: Decodable {
    let rejected: [NonPresentationReason]
}
