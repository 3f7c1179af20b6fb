/// How long a session lasts.
package struct SessionLifetime: Hashable, Sendable {
    /// Without a request.
    package let idle: Duration
    /// Whatever happens in it.
    package let absolute: Duration

    /// OWASP's Session Management Cheat Sheet has 15 to 30 minutes, and 4 to 8 hours where people work all day.
    package init(idle: Duration = .seconds(30 * 60), absolute: Duration = .seconds(8 * 3600)) {
        self.idle = idle
        self.absolute = absolute
    }
}
