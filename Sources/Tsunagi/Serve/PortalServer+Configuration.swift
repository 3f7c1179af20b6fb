import Portal

extension PortalServer.Listener {
    /// Nil: no web sites are wanted.
    init?(_ http: ServerConfiguration.HTTP) {
        guard let address = http.listen, let colon = address.lastIndex(of: ":"),
            let port = Int(address[address.index(after: colon)...])
        else { return nil }
        let host = address[..<colon]
        self.init(host: String(host.hasPrefix("[") ? host.dropFirst().dropLast() : host), port: port)
    }
}
