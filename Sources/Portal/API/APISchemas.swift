import ControlPlane
import Directory
import Storage

/// What answers are made of, under the names that the document gives them.
enum APISchemas {
    static let named: [String: APISchema] = numbers.merging(records) { first, _ in first }
        .merging(accounts) { first, _ in first }

    /// What stands in a path.
    static let path: [String: APISchema] = [
        "number": .text(1...64), "caller": .text(1...64), "condition": .one(of: ForwardingCondition.self),
        "slot": slot, "call": .text(1...200), "contract": .text(1...64), "email": .text(1...254),
        "session": .text(1...64), "token": .text(1...64), "change": .integer(1...Int(Int32.max)),
        "operation": .integer(1...Int(Int32.max)),
    ]

    static let ringSeconds = APISchema.integer(ForwardingRules.ringSecondsRange)
    private static let slot = APISchema.integer(1...ForwardingRules.savedDestinationCount)
    private static let options = APISchema.list(.one(of: OptionService.self))

    private static let numbers: [String: APISchema] = [
        "Number": .object([
            .required("number", .text(), "as it is dialled"), .required("canonical", .text(), "+815012345678"),
            .optional("username", .text(), "what a phone registers with"), .required("createdAt", .time),
            .optional("company", .text()), .optional("contract", .text()), .optional("voiceContract", .text()),
            .optional("site", .text()), .optional("kind", .one(of: ContractedNumberKind.self)),
            .optional("options", options), .optional("login", .text()), .optional("withheld", options),
        ]),
        "Schedule": .object([
            .optional("hours", .text()), .optional("days", .text()), .optional("ends", .time),
            .required("text", .text()),
        ]),
        "Rule": .object([
            .required("when", .one(of: ForwardingCondition.self)), .required("to", .text()),
            .optional("slot", slot), .required("resting", .boolean),
            .optional("lacking", .one(of: OptionService.self)), .optional("schedule", .reference("Schedule")),
            .optional("appliesNow", .boolean), .optional("isCovered", .boolean),
        ]),
        "TemporaryRule": .object([
            .required("when", .one(of: ForwardingCondition.self)), .optional("to", .text()),
            .required("until", .time), .required("untilText", .text()), .required("resting", .boolean),
            .optional("lacking", .one(of: OptionService.self)), .optional("operation", .integer()),
        ]),
        "SavedDestination": .object([
            .required("slot", slot), .required("to", .text()), .required("typed", .text()),
        ]),
        "Forwarding": .object([
            .required("number", .text()), .required("ringSeconds", ringSeconds),
            .required("rules", .list(.reference("Rule"))), .required("saved", .list(.reference("SavedDestination"))),
            .optional("temporary", .list(.reference("TemporaryRule"))),
            .optional("replaced", .reference("SavedDestination"), "what had this place before; all of them were taken"),
        ]),
        "AnonymousCalls": .object([
            .required("number", .text()), .required("rejected", .list(.one(of: NonPresentationReason.self))),
            .required("accepted", .list(.one(of: NonPresentationReason.self))),
            .optional("lacking", .one(of: OptionService.self)), .optional("schedule", .reference("Schedule")),
            .optional("appliesNow", .boolean),
        ]),
        "BlockList": .object([
            .required("number", .text()),
            .required(
                "callers", .list(.object([.required("caller", .text()), .required("blockedAt", .time)]))),
        ]),
    ]

    private static let records: [String: APISchema] = [
        "Call": .object(call),
        "Decision": .object([.required("text", .text()), .required("facts", .anything)]),
        "Explanation": .object([
            .optional("from", .text()), .required("to", .text()), .required("at", .time),
            .required("decisions", .list(.reference("Decision"))),
        ]),
        "CallDetail": .object(
            call + [
                .required("callID", .text()),
                .required("decisions", .list(.reference("Decision"))),
                .required(
                    "legs",
                    .list(
                        .object([
                            .required("target", .text()), .required("sentTo", .text()), .required("startedAt", .time),
                            .optional("ringingAt", .time), .optional("endedAt", .time),
                            .required("status", .integer()),
                        ]))),
            ]),
        "Change": .object([
            .required("id", .integer()), .required("at", .time), .required("actor", .text()),
            .required("source", .text()), .optional("onBehalfOf", .text()), .required("object", .text()),
            .required("key", .text()), .required("action", .text()), .optional("before", .anything),
            .optional("after", .anything),
        ]),
        "Outcome": .object([
            .required("isDone", .boolean), .optional("operation", .integer()),
            .required(
                "changed",
                .list(
                    .object([
                        .required("number", .text()), .required("before", .reference("Forwarding")),
                        .required("after", .reference("Forwarding")),
                    ]))),
            .required("unchanged", .list(.text())),
            .required(
                "refused", .list(.object([.required("number", .text()), .required("reason", .text())]))),
            .required("lastChange", .integer(), "all of this was so after the change with this id"),
        ]),
        "Operation": .object([
            .required("id", .integer()), .required("at", .time), .required("actor", .text()),
            .required("kind", .text()), .required("summary", .text()), .required("scope", .text()),
            .optional("until", .time), .required("numbers", .integer()), .required("inForce", .integer()),
            .required("restored", .integer()),
        ]),
        "Contract": .object([
            .required("number", .text()), .required("company", .text()), .required("kind", .text()),
            .required("service", .object([.required("ja", .text()), .required("en", .text())])),
            .optional("openedOn", .text()), .required("options", options),
        ]),
        "Problem": .object([
            .required("type", .text()), .required("title", .text()), .required("status", .integer(400...599)),
            .required("detail", .text()),
        ]),
    ]

    private static let call: [APISchema.Field] = [
        .required("id", .text()), .required("startedAt", .time), .optional("answeredAt", .time),
        .required("endedAt", .time), .required("caller", .text()), .required("callee", .text()),
        .required("status", .integer()),
    ]

    private static let accounts: [String: APISchema] = [
        "User": .object([
            .required("id", .text()), .required("company", .text()), .required("email", .text()),
            .required("name", .text()), .required("telephone", .text()), .required("language", .text()),
            .required("secondFactor", .text()), .required("role", .text()), .required("title", .text()),
            .required("mobileNumber", .text()), .required("timeZone", .text()),
            .required("groups", .list(.text())), .required("comment", .text()),
            .required("wantsNotifications", .boolean), .required("isSuspended", .boolean),
            .required("createdAt", .time), .optional("status", .one(of: PortalUserStatus.self)),
            .optional("termsVersion", .text()), .optional("standing", .anything),
        ]),
        "Session": .object([
            .required("id", .text()), .required("kind", .text()), .required("account", .text()),
            .optional("actingFor", .text()), .required("startedAt", .time), .required("lastSeenAt", .time),
            .required("source", .text()), .required("isOwn", .boolean),
        ]),
        "Token": .object([
            .required("id", .text()), .required("kind", .text()), .required("account", .text()),
            .required("name", .text()), .required("mayWrite", .boolean), .required("numbersOnly", .boolean),
            .required("createdAt", .time), .required("expiresAt", .time), .optional("usedAt", .time),
            .optional("usedFrom", .text()),
            .optional("heirs", .list(.reference("Token")), "made with it, and ended with it"),
        ]),
    ]
}
