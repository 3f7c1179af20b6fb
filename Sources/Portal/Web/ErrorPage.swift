/// What is shown in place of a page that can't be given.
struct ErrorPage: Page {
    static let template = "error"

    let heading: String
    let explanation: String
    /// Where the person can go on.
    let home: String

    func title(_ words: Catalogue) -> String { heading }
}
