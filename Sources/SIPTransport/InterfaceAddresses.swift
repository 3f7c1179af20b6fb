internal import NIOCore
package import SIPMessage

/// The addresses by which this machine is reached.
package enum InterfaceAddresses {
    /// As they are now; empty if they can't be told.
    package static func now() -> [IPAddress] {
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { $0.address?.ipAddress }.compactMap { IPAddress($0) }
    }
}
