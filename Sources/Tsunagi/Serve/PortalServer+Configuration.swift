import Portal
import SIPMessage

extension PortalServer.Listener {
    /// Nil: no web sites are wanted.
    ///
    /// - Throws: ``ConfigurationError`` for half of what TLS needs.
    init?(_ http: ServerConfiguration.HTTP) throws(ConfigurationError) {
        guard let address = http.listen.flatMap({ IPText.hostAndPort($0) }) else { return nil }
        self.init(host: address.host, port: address.port)
        showsLabOutbox = http.lab
        certificate = try http.certificateFiles()
        connections = http.connections
        connectionsPerAddress = http.connectionsPerAddress
    }
}

extension ServerConfiguration.HTTP {
    /// Nil: without TLS.
    ///
    /// - Throws: ``ConfigurationError``: a certificate is of no use without its key, nor a key without its certificate.
    func certificateFiles() throws(ConfigurationError) -> CertificateFiles? {
        switch (tls.certificate, tls.key) {
        case (let chain?, let key?): CertificateFiles(chain: chain, key: key)
        case (nil, nil): nil
        case (_?, nil): throw Self.half("http.tls.certificate", without: "http.tls.key", option: "--tls-key")
        case (nil, _?): throw Self.half("http.tls.key", without: "http.tls.certificate", option: "--tls-cert")
        }
    }

    private static func half(_ given: String, without missing: String, option: String) -> ConfigurationError {
        .contradiction(
            "\(given) is given without \(missing): give both (\(option)), or neither to serve the web sites without TLS"
        )
    }

    /// - Throws: ``ConfigurationError`` for what no server starts with.
    func check() throws(ConfigurationError) {
        guard let listener = try PortalServer.Listener(self), let fault = listener.fault else { return }
        throw .contradiction("\(fault)")
    }

    var proxyTrust: ProxyTrust {
        let networks = proxies.compactMap { IPNetwork($0) }
        return ProxyTrust(forwarded) { text in
            guard let address = IPAddress(text) else { return false }
            return networks.contains { $0.contains(address) }
        }
    }
}
