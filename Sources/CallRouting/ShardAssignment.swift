internal import Directory
package import SIPMessage

/// Which shard owns a message: all messages of one Call-ID meet in one shard, and all REGISTERs of one number, so
/// that no lock is needed and no message overtakes another.
package enum ShardAssignment {
    /// - Returns: 0 ..< count. The same for every process and run.
    package static func owner(of message: SIPMessage, among count: Int) -> Int {
        guard count > 1 else { return 0 }
        if isAboutRegistration(message), let to = message.nameAddress(.to) {
            return Int(hash(registered(message, to)) % UInt64(count))
        }
        guard let callID = message.first(.callID) else { return 0 }
        return Int(hash(message.bytes[callID.value]) % UInt64(count))
    }

    /// A REGISTER, or the response to one that was passed on.
    private static func isAboutRegistration(_ message: SIPMessage) -> Bool {
        message.method == .register || (message.method == nil && message.cseqMethod == .register)
    }

    /// The number in its one form, however it is written; what is none, as it stands.
    private static func registered(_ message: SIPMessage, _ to: NameAddress) -> [UInt8] {
        guard let user = SIPURI(message.bytes, to.uri)?.decodedUser,
            let number = try? PhoneNumber(CallRouter.subscriber(user))
        else { return Array(message.bytes[to.uri]) }
        return Array(number.canonical.utf8)
    }

    /// FNV-1a.
    private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
