/// カスタマーポータル規約.
struct TermsPage: Page {
    static let template = "signing-in/terms"

    /// Of the text that is shown: it is what is agreed to.
    let version: String
    let paragraphs: [String]
    let action: String
    var problem: String?

    func title(_ words: Catalogue) -> String { words("terms.heading") }
}
