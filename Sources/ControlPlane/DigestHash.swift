import Crypto
package import Directory
import Foundation

extension DigestCredentials {
    /// The hashes of a number's password. The digest username is the number as it is dialled.
    package init(number: PhoneNumber, password: String, realm: String) {
        let text = Data("\(number.national):\(realm):\(password)".utf8)
        self.init(
            username: number.national, sha256: Self.hex(SHA256.hash(data: text)),
            md5: Self.hex(Insecure.MD5.hash(data: text)))
    }

    private static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
