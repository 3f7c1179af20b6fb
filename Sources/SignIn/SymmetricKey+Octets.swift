internal import Crypto

extension SymmetricKey {
    var octets: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}
