/// What went wrong with passwords, keys and what is stored of them. Each text names the thing and the remedy, and none
/// holds a secret.
package enum SignInError: Error, Equatable, CustomStringConvertible {
    case emptyPassword
    /// `limit` in octets of UTF-8.
    case passwordTooLong(limit: Int)
    /// scrypt can't run with these parameters, or would take more memory than a sign-in may.
    case scryptCost(String)
    case hashingFailed(reason: String)
    case passwordRule(reason: String)
    case keyLength(found: Int, needed: Int)
    /// Sealed with a key that was not handed in.
    case unknownKey(id: String)
    case secretTooLong(limit: Int)
    /// Altered, or another account's.
    case sealBroken(account: String)
    case totpSecret
    /// Not written by this program, or altered since.
    case unreadable(form: String, reason: String)
    /// Written by a later release.
    case unknownVersion(form: String, found: Int, supported: Int)

    package var description: String {
        switch self {
        case .emptyPassword: "the password is empty: give one"
        case .passwordTooLong(let limit): "the password is longer than \(limit) octets: give a shorter one"
        case .scryptCost(let cost):
            "scrypt can't be run with \(cost): use ln=1 to ln=20, r=1 to r=16, p=1 to p=16 and at most "
                + "\(ScryptCost.memoryLimit >> 20) MiB"
        case .hashingFailed(let reason): "the password could not be hashed (\(reason)): see whether memory is free"
        case .passwordRule(let reason): "this can't be a rule for passwords: \(reason)"
        case .keyLength(let found, let needed):
            "a key file holds \(needed) octets, this one has \(found): restore it, or make a new one"
        case .unknownKey(let id):
            "this was sealed with the key \(id), which is not here: give its key file as one of the former keys"
        case .secretTooLong(let limit): "the secret is longer than \(limit) octets: give a shorter one"
        case .sealBroken(let account):
            "the sealed secret of \(account) can't be opened: it was altered or is another account's; "
                + "reset the second factor of \(account)"
        case .totpSecret: "this is not a secret in base32: use the letters A to Z and the digits 2 to 7"
        case .unreadable(let form, let reason):
            "the stored \(form) can't be read (\(reason)): it was altered; restore a backup"
        case .unknownVersion(let form, let found, let supported):
            "the stored \(form) has version \(found), this tsunagi knows version \(supported): "
                + "use the newer tsunagi that wrote it, or restore a backup from before the upgrade"
        }
    }
}
