package import Foundation
package import Storage

/// A call as a list shows it.
package struct CallLine: Encodable, Sendable {
    package let id: String
    package let startedAt: Date
    package let answeredAt: Date?
    package let endedAt: Date
    package let caller: String
    package let callee: String
    package let status: Int

    package init(_ summary: CallSummary) {
        id = summary.id
        startedAt = Date(milliseconds: summary.startedAt)
        answeredAt = summary.answeredAt.map(Date.init(milliseconds:))
        endedAt = Date(milliseconds: summary.endedAt)
        caller = summary.caller
        callee = summary.callee
        status = summary.status
    }
}
