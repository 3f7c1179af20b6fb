import Directory
import Foundation
import Storage

/// A state that writes its text for history by itself: the same as a `JSONEncoder` would, whose work takes longer than
/// all else that an import does for a number.
protocol HistoryWritten {
    /// Writes the members in the order of their names, none for what is nil.
    func write(to writer: inout JSONWriter)
}

extension HistoryWritten {
    var historyText: String {
        var writer = JSONWriter(capacity: 512)
        writer.object(write)
        return writer.text
    }
}

extension NumberState: HistoryWritten {
    func write(to writer: inout JSONWriter) {
        writer.member("canonical", canonical)
        writer.member("company", ifAny: company)
        writer.member("contract", ifAny: contract)
        writer.member("createdAt", createdAt.historyText)
        writer.member("kind", ifAny: kind?.rawValue)
        writer.member("login", ifAny: login)
        writer.member("number", number)
        writer.member("options", ifAny: options)
        writer.member("site", ifAny: site)
        writer.member("username", ifAny: username)
        writer.member("voiceContract", ifAny: voiceContract)
        writer.member("withheld", ifAny: withheld)
    }
}

extension ForwardingState: HistoryWritten {
    func write(to writer: inout JSONWriter) {
        writer.member("number", number)
        writer.member("ringSeconds", ringSeconds)
        writer.array("rules", rules) { writer, rule in writer.object(rule.write) }
        writer.array("saved", saved) { writer, saved in
            writer.object { writer in
                writer.member("slot", saved.slot)
                writer.member("to", saved.to)
                writer.member("typed", saved.typed)
            }
        }
    }
}

extension AnonymousState: HistoryWritten {
    func write(to writer: inout JSONWriter) {
        writer.array("accepted", accepted) { $0.value($1.rawValue) }
        if let appliesNow { writer.member("appliesNow", appliesNow) }
        writer.member("lacking", ifAny: lacking?.rawValue)
        writer.member("number", number)
        writer.array("rejected", rejected) { $0.value($1.rawValue) }
        if let schedule { writer.member("schedule", schedule.write) }
    }
}

extension ScheduleState {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("days", ifAny: days)
        writer.member("ends", ifAny: ends?.historyText)
        writer.member("hours", ifAny: hours)
        writer.member("text", text)
    }
}

extension ForwardingState.Rule {
    fileprivate func write(to writer: inout JSONWriter) {
        if let appliesNow { writer.member("appliesNow", appliesNow) }
        writer.member("lacking", ifAny: lacking?.rawValue)
        writer.member("resting", resting)
        if let schedule { writer.member("schedule", schedule.write) }
        if let slot { writer.member("slot", slot) }
        writer.member("to", to)
        writer.member("when", when.rawValue)
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: StaticString, ifAny text: String?) {
        if let text { member(name, text) }
    }

    fileprivate mutating func member(_ name: StaticString, ifAny options: [OptionService]?) {
        if let options { array(name, options) { $0.value($1.rawValue) } }
    }
}

extension Date {
    /// ISO 8601 in whole seconds: `2026-12-01T09:00:00Z`.
    fileprivate var historyText: String {
        let seconds = Int(timeIntervalSince1970.rounded(.down))
        let day = Int((Double(seconds) / 86_400).rounded(.down))
        let second = seconds - day * 86_400
        func twoDigits(_ value: Int) -> Substring { String(100 + value).dropFirst() }
        return CivilDay(number: day).description + "T" + twoDigits(second / 3600) + ":"
            + twoDigits(second / 60 % 60) + ":" + twoDigits(second % 60) + "Z"
    }
}
