import ControlPlane

/// A state as a word with a shape beside it.
struct StateMark: Sendable {
    /// The shapes that the style has.
    enum Shape: String {
        case ok, wait, stop, lock, warn, off
    }

    let shape: String
    let text: String

    init(shape: Shape, text: String) {
        self.shape = shape.rawValue
        self.text = text
    }

    /// How an account stands with signing in.
    init(_ standing: AccountStanding?, _ words: Catalogue) {
        if standing?.lockedUntil != nil {
            self.init(shape: .lock, text: words("account.locked"))
        } else if standing?.hasPassword == false {
            self.init(shape: .off, text: words("account.no-password"))
        } else if standing?.mustChangePassword == true {
            self.init(shape: .wait, text: words("account.must-change"))
        } else {
            self.init(shape: .ok, text: words("account.normal"))
        }
    }
}
