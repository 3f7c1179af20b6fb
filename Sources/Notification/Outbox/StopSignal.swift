internal import CCurl

/// Asks whoever sends messages to end; any thread may raise it.
@safe package final class StopSignal: @unchecked Sendable {
    /// An atomic flag, which libcurl's thread looks at while it works. Nil where there was no memory for it.
    let pointer: OpaquePointer?

    package init() {
        unsafe pointer = ccurl_stop_create()
    }

    deinit {
        if let pointer = unsafe pointer { unsafe ccurl_stop_free(pointer) }
    }

    package func raise() {
        if let pointer = unsafe pointer { unsafe ccurl_stop_raise(pointer) }
    }

    package var isRaised: Bool {
        guard let pointer = unsafe pointer else { return false }
        return unsafe ccurl_stop_is_raised(pointer)
    }
}
