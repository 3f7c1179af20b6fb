import Glibc

/// Addresses as they stand in a configuration.
enum IPText {
    static func isAddress(_ text: some StringProtocol) -> Bool {
        var v4 = in_addr()
        var v6 = in6_addr()
        let text = String(text)
        return unsafe inet_pton(AF_INET, text, &v4) == 1 || inet_pton(AF_INET6, text, &v6) == 1
    }
}
