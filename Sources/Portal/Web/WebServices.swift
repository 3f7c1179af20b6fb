package import ControlPlane
package import Foundation
package import Logging
import SignIn
package import Storage

/// What the web sites are given to work with.
package struct WebServices: Sendable {
    package let desk: SignInDesk
    package let control: ControlDatabase
    package let runtime: RuntimeDatabase
    let explainer: any CallExplainer
    let logger: Logger
    let clock: @Sendable () -> Date
    let workers: Workers
    let pages: PageRenderer
    let seal: FormSeal
    /// Whether this server itself is reached by TLS.
    let isSecure: Bool
    /// Those before us that may say who has sent a request.
    let proxies: ProxyTrust
    /// What a short message shows as its sender; nil: it is not known.
    let smsSender: String?

    /// - Parameters:
    ///   - key: 32 random octets that forms are sealed with, the same at each start.
    ///   - clock: gives the time of each request.
    /// - Throws: ``PortalFault`` for a template that can't be read.
    package init(
        desk: SignInDesk, control: ControlDatabase, runtime: RuntimeDatabase, explainer: any CallExplainer,
        key: [UInt8], isSecure: Bool = false, proxies: ProxyTrust = .nobody, smsSender: String? = nil,
        logger: Logger, clock: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        self.desk = desk
        self.control = control
        self.runtime = runtime
        self.explainer = explainer
        self.isSecure = isSecure
        self.proxies = proxies
        self.smsSender = smsSender
        self.logger = logger
        self.clock = clock
        workers = Workers(threads: 4)
        pages = try PageRenderer()
        seal = FormSeal(key: key)
    }

    var now: Timestamp { Timestamp(milliseconds: clock().milliseconds) }

    /// The use cases of a person, at the time of the request.
    func session(of principal: Principal) -> ControlSession {
        ControlSession(control, principal: principal, clock: clock)
    }
}
