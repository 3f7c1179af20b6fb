import Portal
import SIPMessage

extension PortalServer.Listener {
    /// Nil: no web sites are wanted.
    ///
    /// - Throws: ``TLSIncomplete`` for half of what TLS needs.
    init?(_ http: ServerConfiguration.HTTP) throws {
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
    func certificateFiles() throws -> CertificateFiles? {
        switch (tls.certificate, tls.key) {
        case (let chain?, let key?): CertificateFiles(chain: chain, key: key)
        case (nil, nil): nil
        case (_?, nil): throw TLSIncomplete(given: "http.tls.certificate", missing: "http.tls.key", option: "--tls-key")
        case (nil, _?):
            throw TLSIncomplete(given: "http.tls.key", missing: "http.tls.certificate", option: "--tls-cert")
        }
    }

    var proxyTrust: ProxyTrust {
        let networks = proxies.compactMap { IPNetwork($0) }
        return ProxyTrust(forwarded) { text in
            guard let address = IPAddress(text) else { return false }
            return networks.contains { $0.contains(address) }
        }
    }
}

/// A certificate is of no use without its key, nor a key without its certificate.
struct TLSIncomplete: Error, CustomStringConvertible {
    let given: String
    let missing: String
    let option: String

    var description: String {
        "\(given) is given without \(missing): give both (\(option)), or neither to serve the web sites without TLS"
    }
}
