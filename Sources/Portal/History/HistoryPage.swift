import ControlPlane
import Directory
import Storage

/// 変更履歴: what was changed, by whom and when, and how it is taken back.
struct HistoryPage: Page {
    static let template = "history/list"

    struct Change: Sendable {
        let time: ShownTime
        let what: String
        let differences: [ChangeWords.Difference]
        let hasDifferences: Bool
        let who: String
        /// It was taken back since.
        let isUndone: Bool
        /// Asks whether to take it back; nil: it can't be.
        let undoPath: String?

        /// - Parameter isUndone: it was taken back since.
        init(
            _ entry: HistoryEntry, isUndone: Bool, _ session: ControlSession, undoBase: String, _ words: Catalogue,
            _ clock: GuestClock
        ) {
            time = clock.shown(entry.at)
            let text = ChangeWords(entry, words, clock)
            what = text.what
            differences = text.differences
            hasDifferences = !differences.isEmpty
            who =
                entry.onBehalfOf.map { words("history.who-for", ["who": entry.actor, "for": $0]) }
                ?? words("history.who", ["who": entry.actor])
            self.isUndone = isUndone
            undoPath = !isUndone && session.mayUndo(entry) ? "\(undoBase)/\(entry.id)/undo" : nil
        }
    }

    let crumbs: [PageFrame.Link]
    let hasCrumbs: Bool
    let heading: String
    /// IP電話番号; nil: of more than one.
    let number: String?
    /// Something was taken back just now.
    let undone: String?
    let search: HistorySearch
    /// Not everything is asked for.
    let isFiltered: Bool
    let changes: [Change]
    let isEmpty: Bool
    /// Nil: all are shown.
    let morePath: String?

    func title(_ words: Catalogue) -> String { heading }
}

/// Asks whether to take a change back.
struct UndoPage: Page {
    static let template = "history/undo"

    let listPath: String
    let action: String
    let change: HistoryPage.Change
    /// What the undo would make of it: before and after change places.
    let differences: [ChangeWords.Difference]
    var problem: String?

    func title(_ words: Catalogue) -> String { words("history.undo.heading") }
}
