package import Directory
package import Foundation
import Storage

/// A call that nobody has placed.
package struct CallQuestion: Sendable, Equatable {
    /// As typed: a number, an extension, a name or a sip: URI; empty where the call shows none.
    package var caller: String
    /// As typed; 184 or 186 may stand before it.
    package var dialled: String
    /// Why no number is shown; nil: one is.
    package var reason: NonPresentationReason?
    /// When it would come.
    package var at: Date

    package init(caller: String, dialled: String, reason: NonPresentationReason? = nil, at: Date) {
        self.caller = caller
        self.dialled = dialled
        self.reason = reason
        self.at = at
    }
}

/// What the rules make of a call that nobody has placed: the same as of a real one.
package protocol CallExplainer: Sendable {
    /// - Throws: ``CallQuestionRefusal``, what reading the rules throws.
    func decisions(on question: CallQuestion) throws -> [Decision]
}

/// Why a call can't be explained.
package enum CallQuestionRefusal: Error, Equatable, CustomStringConvertible {
    case caller(String)

    package var description: String {
        switch self {
        case .caller(let text):
            "\"\(text)\" can't be a caller: give a number such as 0901111222, an extension, a name or a sip: URI"
        }
    }
}

extension ControlSession {
    /// What would happen to a call to a number, as far as it is the principal's to see: without what others' rules would
    /// make of it, and without gateways.
    package func explain(
        callTo number: PhoneNumber, from caller: String, reason: NonPresentationReason? = nil, at time: Date,
        by explainer: any CallExplainer
    ) throws -> [Decision] {
        try read(.explainCall, on: .number(number)) { snapshot in
            let decisions = try explainer.decisions(
                on: CallQuestion(caller: caller, dialled: number.national, reason: reason, at: time))
            guard !reach.isEverything else { return decisions }
            return try decisions.filter { decision in
                try decision.numbers?.allSatisfy { text in
                    guard let number = try? PhoneNumber(typed: text) else { return false }
                    return try snapshot.has(.number(number), within: reach)
                } ?? false
            }
        }
    }
}
