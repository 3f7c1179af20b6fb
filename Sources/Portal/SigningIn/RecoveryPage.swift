/// A recovery code in the authenticator app's place.
struct RecoveryPage: Page {
    static let template = "signing-in/recovery"

    let action: String
    let stepPath: String
    var problem: String?

    func title(_ words: Catalogue) -> String { words("recovery.heading") }
}
