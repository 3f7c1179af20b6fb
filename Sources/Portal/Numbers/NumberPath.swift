import ControlPlane
import Directory
import Foundation
import SignIn

/// Where a number's calls go at this moment: what its picture and its sentence are made of.
struct NumberPath: Sendable, Equatable {
    /// One way for calls to go on.
    struct Way: Sendable, Equatable {
        let when: ForwardingCondition
        /// A number in groups, a URI; nil: voice mail.
        let to: String?
        /// `2026-12-28 09:00`; nil: it is not for a time.
        let until: String?
    }

    /// Calls that show no number for these reasons are turned away.
    let rejected: [NonPresentationReason]
    /// In the order of the conditions. Unconditional forwarding stands alone.
    let ways: [Way]
    let ringSeconds: Int
    /// Forwarding is switched off until then, though rules are set.
    let offUntil: String?

    /// Whether the telephone can ring at all.
    var rings: Bool { !ways.contains { $0.when == .always } }

    /// - Parameters:
    ///   - forwarding: as it is now, not out of history.
    ///   - anonymous: nil: not shown.
    ///   - zone: of the times that are shown; nil: that of the clock of the rules.
    init(_ forwarding: ForwardingState, _ anonymous: AnonymousState? = nil, in zone: TimeZone? = nil) {
        rejected = anonymous.flatMap { $0.lacking == nil && $0.appliesNow != false ? $0.rejected : nil } ?? []
        ringSeconds = forwarding.ringSeconds
        let laid = (forwarding.temporary ?? []).filter { $0.lacking == nil }
        ways = ForwardingCondition.allCases.compactMap { condition in
            if let cover = laid.first(where: { $0.when == condition }) {
                guard !cover.resting, let to = cover.to else { return nil }
                return Way(when: condition, to: Self.text(to), until: cover.untilText(in: zone))
            }
            let rule = forwarding.rules.first { $0.when == condition }
            guard let rule, rule.lacking == nil, !rule.resting, rule.appliesNow != false else { return nil }
            let typed = forwarding.saved.first { $0.slot == rule.slot }?.typed
            return Way(when: condition, to: Self.text(rule.to, typed: typed), until: nil)
        }
        offUntil = ways.isEmpty ? laid.first { $0.to == nil }?.untilText(in: zone) : nil
    }

    /// As it was typed, where that has more to it than the digits.
    private static func text(_ to: String, typed: String? = nil) -> String? {
        if to == "voicemail" { return nil }
        if let typed, typed.contains("-") { return typed }
        return TelephoneText.grouped(to)
    }

    /// In full sentences.
    func sentence(_ words: Catalogue) -> String {
        var sentences: [String] = []
        if !rejected.isEmpty {
            let reasons = rejected.map { words("path.reason.\($0.rawValue)") }.joined(separator: words("list.and"))
            sentences.append(words("path.title.rejected", ["reasons": reasons]))
        }
        if ways.isEmpty {
            sentences.append(
                offUntil.map { words("path.title.off-until", ["until": $0]) }
                    ?? words(rejected.isEmpty ? "path.title.rings" : "path.title.others-ring"))
        } else if rings {
            sentences.append(words(rejected.isEmpty ? "path.title.phone" : "path.title.others-ring"))
        }
        for way in ways {
            let key = "path.title.\(way.when.key)" + (way.to == nil ? "-voicemail" : "")
            let sentence = words(key, ["to": way.to ?? "", "seconds": String(ringSeconds)])
            sentences.append(
                way.until.map { words("path.title.until", ["until": $0, "sentence": sentence]) } ?? sentence)
        }
        return sentences.joined(separator: words.language == .japanese ? "" : " ")
    }
}

extension ForwardingState.Temporary {
    /// - Parameter zone: nil: that of the clock of the rules.
    func untilText(in zone: TimeZone?) -> String {
        zone.map { ShownTime(until, in: $0).text } ?? untilText
    }
}
