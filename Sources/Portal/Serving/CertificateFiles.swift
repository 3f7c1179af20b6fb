package import Foundation
import Glibc
package import NIOSSL

/// Where the certificate of the web sites and its key are, both in PEM.
package struct CertificateFiles: Sendable, Equatable {
    /// The certificate, and behind it those that lead to one that browsers know.
    package let chain: String
    package let key: String

    package init(chain: String, key: String) {
        self.chain = chain
        self.key = key
    }

    /// What is in the files.
    package struct Contents: Sendable {
        package let context: NIOSSLContext
        /// Until when the certificate is valid.
        package let end: Date
    }

    /// - Throws: ``CertificateFault``.
    package func load() throws -> Contents {
        let chain = try certificates()
        guard let first = chain.first else { throw CertificateFault.noCertificate(path: self.chain) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(try privateKey()))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            return Contents(
                context: try NIOSSLContext(configuration: configuration),
                end: Date(timeIntervalSince1970: TimeInterval(first.notValidAfter)))
        } catch {
            throw CertificateFault.keyDoesNotFit(key: key, certificate: self.chain)
        }
    }

    private func certificates() throws -> [NIOSSLCertificate] {
        let octets = try Self.octets(of: chain)
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(octets) else {
            throw CertificateFault.noCertificate(path: chain)
        }
        return certificates
    }

    private func privateKey() throws -> NIOSSLPrivateKey {
        let octets = try Self.octets(of: key)
        guard let key = try? NIOSSLPrivateKey(bytes: octets, format: .pem) else {
            throw CertificateFault.noKey(path: self.key)
        }
        return key
    }

    private static func octets(of path: String) throws -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            let isThere = unsafe access(path, R_OK) == 0
            throw CertificateFault.unreadable(
                path: path, reason: isThere ? "it is no file" : unsafe String(cString: strerror(errno)))
        }
    }
}

/// Why the web sites can't be served by TLS.
package enum CertificateFault: Error, Equatable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case noCertificate(path: String)
    case noKey(path: String)
    case keyDoesNotFit(key: String, certificate: String)

    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) can't be read: \(reason)"
        case .noCertificate(let path):
            "\(path) has no certificate: give a file in PEM with the certificate and those that it was signed by"
        case .noKey(let path): "\(path) has no key that can be read: give a key in PEM without a passphrase"
        case .keyDoesNotFit(let key, let certificate):
            "the key \(key) does not fit the certificate \(certificate): give the key that it was made for"
        }
    }
}
