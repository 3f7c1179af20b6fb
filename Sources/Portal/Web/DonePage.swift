/// Says that something was done, and where it goes on.
struct DonePage: Page {
    static let template = "done"

    /// What is shown this once.
    struct Secret: Sendable {
        let name: String
        let value: String
    }

    let heading: String
    let text: String
    var secret: Secret?
    /// What to do now.
    var explanation: String?
    /// [OK]; nil: there is nowhere to go on to.
    let next: String?

    func title(_ words: Catalogue) -> String { heading }
}
