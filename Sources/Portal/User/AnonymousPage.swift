import ControlPlane
import Directory

/// 番号非通知拒否サービス設定: the form.
struct AnonymousPage: Page {
    static let template = "user/anonymous"

    /// Why a call shows no number.
    struct Reason: Sendable {
        let value: String
        let name: String
        let explanation: String
        let isRejected: Bool
    }

    let number: String
    let crumbs: [PageFrame.Link]
    let home: String
    let action: String
    let seen: String
    var isOn: Bool
    let reasons: [Reason]
    /// When it holds, which stays as it is; nil: at any time.
    let hours: String?
    let historyPath: String
    var overtaken: Overtaken?
    var problem: String?

    /// - Parameters:
    ///   - rejected: as it is, or as it was chosen.
    ///   - proposed: chosen in a form for a number that rejects none of them.
    ///   - seen: the last change that it was filled in on; nil: that of the sheet.
    init(
        _ visit: NumberVisit, _ sheet: AnonymousSheet, rejects rejected: Set<NonPresentationReason>,
        proposing proposed: Set<NonPresentationReason> = [.withheld], seen: Int64? = nil, _ clock: GuestClock
    ) {
        let words = visit.words
        number = TelephoneText.grouped(visit.number.national)
        crumbs = visit.crumbs
        home = visit.above
        action = "\(visit.path)/anonymous"
        historyPath = "\(visit.path)/history"
        self.seen = String(seen ?? sheet.lastChange)
        hours = sheet.anonymous.schedule.map {
            words("user.anonymous.hours-stay", ["hours": ScheduleWords($0, words, clock).text])
        }
        isOn = !rejected.isEmpty
        let chosen = rejected.isEmpty ? proposed : rejected
        reasons = NonPresentationReason.allCases.map { reason in
            Reason(
                value: reason.rawValue, name: reason.name(words),
                explanation: words("reason.\(reason.rawValue).explanation"), isRejected: chosen.contains(reason))
        }
    }

    func title(_ words: Catalogue) -> String { words("user.anonymous.heading") }
}
