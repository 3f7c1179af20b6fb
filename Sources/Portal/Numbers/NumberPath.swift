import ControlPlane
import Directory
import Foundation
import SignIn

/// Where a number's calls go at this moment, and where at other times: what its picture and its sentences are made of.
struct NumberPath: Sendable {
    /// One way for calls to go on.
    struct Way: Sendable {
        let when: ForwardingCondition
        /// A number in groups, a URI; nil: voice mail.
        let to: String?
        /// The only hours and days of it; nil: all.
        var hours: ScheduleState?
        /// `2026-12-28 09:00`; nil: it is not for a time.
        var until: String?
        var wait: Wait?
    }

    /// What a way has to wait for, if not for its hours.
    enum Wait: Sendable {
        /// What lies over it is over then: `2026-12-28 09:00`.
        case end(String)
        /// Unconditional forwarding, which has hours of its own.
        case otherHours
    }

    /// Calls that show no number for these reasons are turned away.
    let rejected: [NonPresentationReason]
    /// They will be, in its hours.
    let rejectedLater: [NonPresentationReason]
    /// The only hours and days of either; nil: all.
    let rejectionHours: ScheduleState?
    /// In the order of the conditions. Unconditional forwarding stands alone.
    let ways: [Way]
    /// Those that are set, and for which it is not the time.
    let laterWays: [Way]
    let ringSeconds: Int
    /// Something that was set for a time goes before the rules.
    let isCovered: Bool
    /// Forwarding is switched off until then, though rules are set.
    let offUntil: String?
    private let clock: GuestClock

    /// Whether the telephone can ring at all.
    var rings: Bool { !ways.contains { $0.when == .always } }

    /// Whether it is another one at other times.
    var changes: Bool {
        isCovered || !laterWays.isEmpty || ways.contains { $0.hours != nil || $0.until != nil }
            || rejectionHours != nil && !(rejected + rejectedLater).isEmpty
    }

    /// - Parameters:
    ///   - forwarding: as it is now, not out of history.
    ///   - anonymous: nil: not shown.
    init(_ forwarding: ForwardingState, _ anonymous: AnonymousState?, _ clock: GuestClock) {
        self.clock = clock
        let rejection = anonymous.flatMap { $0.lacking == nil && !$0.schedule.hasEnded(by: clock.now) ? $0 : nil }
        rejected = rejection.flatMap { $0.appliesNow == false ? nil : $0.rejected } ?? []
        rejectedLater = rejection.flatMap { $0.appliesNow == false ? $0.rejected : nil } ?? []
        rejectionHours = rejection?.schedule
        ringSeconds = forwarding.ringSeconds
        let laid = (forwarding.temporary ?? []).filter { $0.lacking == nil }
        let rules = forwarding.rules.filter { $0.lacking == nil && !$0.schedule.hasEnded(by: clock.now) }
        let unconditional = rules.first { $0.when == .always }
        var (now, later): ([Way], [Way]) = ([], [])
        for condition in ForwardingCondition.allCases {
            let cover = laid.first { $0.when == condition }
            if let cover, let to = cover.to, !cover.resting {
                now.append(Way(when: condition, to: Self.text(to), until: clock.shown(cover.until).text))
            }
            guard let rule = rules.first(where: { $0.when == condition }) else { continue }
            var way = Way(rule, saved: forwarding.saved, clock)
            if cover == nil, !rule.resting {
                if rule.appliesNow == false { later.append(way) } else { now.append(way) }
            } else if condition == .always || unconditional.map({ $0.schedule != nil }) ?? true {
                // Under unconditional forwarding that has no hours there is no time for the others.
                let covers = [cover, laid.first { $0.when == .always && $0.to != nil }].compactMap { $0?.until }
                way.wait = covers.max().map { .end(clock.shown($0).text) } ?? .otherHours
                later.append(way)
            }
        }
        (ways, laterWays) = (now, later)
        isCovered = laid.contains { !$0.resting }
        offUntil = now.isEmpty ? laid.first { $0.to == nil }.map { clock.shown($0.until).text } : nil
    }

    /// As it was typed, where that has more to it than the digits.
    fileprivate static func text(_ to: String, typed: String? = nil) -> String? {
        if to == "voicemail" { return nil }
        if let typed, typed.contains("-") { return typed }
        return TelephoneText.grouped(to)
    }
}

extension NumberPath.Way {
    fileprivate init(_ rule: ForwardingState.Rule, saved: [ForwardingState.Saved], _ clock: GuestClock) {
        when = rule.when
        to = NumberPath.text(rule.to, typed: saved.first { $0.slot == rule.slot }?.typed)
        if let schedule = rule.schedule, schedule.hours != nil || schedule.days != nil {
            hours = schedule
        } else {
            until = rule.schedule?.ends.map { clock.shown($0).text }
        }
    }
}

extension ScheduleState? {
    fileprivate func hasEnded(by now: Date) -> Bool { self?.ends.map { $0 <= now } ?? false }
}

/// In full sentences.
extension NumberPath {
    func sentence(_ words: Catalogue) -> String {
        sentences(words).joined(separator: words.language == .japanese ? "" : " ")
    }

    func sentences(_ words: Catalogue) -> [String] {
        var sentences: [String] = []
        if !rejected.isEmpty { sentences.append(rejection(of: rejected, words)) }
        if ways.isEmpty {
            let rings = laterWays.isEmpty ? "path.title.rings" : "path.title.rings-now"
            sentences.append(
                offUntil.map { words("path.title.off-until", ["until": $0]) }
                    ?? words(rejected.isEmpty ? rings : "path.title.others-ring"))
        } else if rings {
            sentences.append(words(rejected.isEmpty ? "path.title.phone" : "path.title.others-ring"))
        }
        sentences += (ways + laterWays).map { sentence(of: $0, words) }
        if !rejectedLater.isEmpty { sentences.append(rejection(of: rejectedLater, words)) }
        return sentences
    }

    private func rejection(of reasons: [NonPresentationReason], _ words: Catalogue) -> String {
        let sentence = words("path.title.rejected", ["reasons": reasons.names(words)])
        return inHours(rejectionHours, sentence, words)
    }

    private func sentence(of way: Way, _ words: Catalogue) -> String {
        let key = "path.title.\(way.when.key)" + (way.to == nil ? "-voicemail" : "")
        var sentence = inHours(
            way.hours, words(key, ["to": way.to ?? "", "seconds": String(ringSeconds)]), words)
        if let until = way.until { sentence = words("path.title.until", ["until": until, "sentence": sentence]) }
        return switch way.wait {
        case .end(let end): words("path.title.from", ["from": end, "sentence": sentence])
        case .otherHours: words("path.title.other-hours", ["sentence": sentence])
        case nil: sentence
        }
    }

    private func inHours(_ hours: ScheduleState?, _ sentence: String, _ words: Catalogue) -> String {
        hours.map {
            words("path.title.hours", ["hours": ScheduleWords($0, words, clock).text, "sentence": sentence])
        } ?? sentence
    }
}

extension NonPresentationReason {
    /// What it is called, wherever somebody is told of it.
    func name(_ words: Catalogue) -> String { words("reason.\(rawValue)") }
}

extension [NonPresentationReason] {
    func names(_ words: Catalogue) -> String { map { $0.name(words) }.joined(separator: words("list.and")) }
}
