/// Says what came of something, and where to go on.
struct StatementPage: Page {
    static let template = "signing-in/statement"

    let heading: String
    let message: String
    /// It is not what the person wanted.
    var isBad = false
    var explanation: String?
    let links: [PageFrame.Link]

    func title(_ words: Catalogue) -> String { heading }
}
