/// Who acts: what history records, and what permissions are judged by.
package struct Principal: Sendable, Equatable {
    /// The operating system's user, an account, an administrator ID.
    package let actor: String
    /// From where: `cli`, or an IP address.
    package let source: String
    /// Whom the actor acts for, if not for themselves.
    package let onBehalfOf: String?

    package init(actor: String, source: String, onBehalfOf: String? = nil) {
        self.actor = actor
        self.source = source
        self.onBehalfOf = onBehalfOf
    }
}
