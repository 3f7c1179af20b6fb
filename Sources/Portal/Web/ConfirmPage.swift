/// Asks before something is done: 戻る and OK.
struct ConfirmPage: Page {
    static let template = "confirm"

    /// What it is about.
    struct Fact: Sendable {
        let name: String
        let value: String
    }

    let heading: String
    /// The page that it was come to from.
    let parent: PageFrame.Link
    let lead: String
    let facts: [Fact]
    var warning: String?
    /// Something is gone then, for good.
    var removes = false
    /// Nil: there is nothing to do, as the lead says.
    let action: String?

    func title(_ words: Catalogue) -> String { heading }
}
