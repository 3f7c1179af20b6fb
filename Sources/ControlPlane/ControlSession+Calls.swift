package import Directory
package import Storage

/// A call as it is told to somebody.
package struct CallView: Sendable {
    package let record: CallRecord
    package let flow: CallFlow
}

extension ControlSession {
    /// The last calls from and to a number, the newest first, each with its decisions.
    package func recentCalls(of number: PhoneNumber, limit: Int, in runtime: RuntimeDatabase) throws -> [CallRecord] {
        try read(.listCalls, on: .number(number)) { snapshot in
            let owned = reach.isEverything ? nil : try snapshot.ownership(of: number, within: reach)
            return try runtime.calls(CallFilter(number: number, limit: limit), among: owned).compactMap { summary in
                guard let call = try runtime.call(id: summary.id) else { return nil }
                return reach.isEverything ? call : try cut(call, in: snapshot)
            }
        }
    }

    /// One call with the messages that went between those who had part in it.
    ///
    /// - Throws: ``ControlError/noSuchCall(_:)``.
    package func callView(id: String, in runtime: RuntimeDatabase) throws -> CallView {
        try read(.showCall, on: .reached) { snapshot in
            guard let call = try runtime.call(id: id) else { throw ControlError.noSuchCall(id) }
            guard !reach.isEverything else { return CallView(record: call, flow: CallFlow(call) { _ in true }) }
            let flow = try CallFlow(call) { try isOwned($0, since: call.startedAt, in: snapshot) }
            return CallView(record: try cut(call, in: snapshot), flow: flow)
        }
    }
}
