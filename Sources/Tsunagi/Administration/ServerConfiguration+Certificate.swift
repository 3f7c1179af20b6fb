import ControlPlane
import Foundation
import Portal

extension ServerConfiguration.HTTP {
    private static let daysOfNotice = 30

    /// What is wrong with the certificate of the web sites, or will be before long; nil: nothing, or there is none.
    func certificateFinding(at now: Date) throws -> CheckFinding? {
        guard let files = try certificateFiles() else { return nil }
        do {
            let end = try files.load().end
            guard end < now + TimeInterval(Self.daysOfNotice * 86_400) else { return nil }
            return CheckFinding(
                .certificate, files.chain,
                end < now ? "it ended at \(LocalTime.text(end))" : "it ends at \(LocalTime.text(end))",
                remedy: "put a new certificate and its key in place; a server that runs takes them up by itself")
        } catch let fault as CertificateFault {
            return CheckFinding(
                .certificate, files.chain, fault.description,
                remedy: "until then a server that runs keeps the one that it has read, and none can be started")
        }
    }
}
