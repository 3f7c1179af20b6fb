import Foundation

/// What a password is before it is hashed: RFC 8265 §4.2 (the OpaqueString profile of PRECIS).
///
/// The same password has to be the same octets whatever it is typed on. One keyboard gives が as one code point,
/// another as か with a sonant mark: NFC makes them one. A Japanese input method gives the ideographic blank where
/// others give the ASCII one: every blank becomes the ASCII one. Width and case stay, as the profile says.
enum OpaqueString {
    static func prepared(_ typed: String) -> String {
        var mapped = String.UnicodeScalarView()
        for scalar in typed.unicodeScalars {
            mapped.append(scalar.properties.generalCategory == .spaceSeparator ? " " : scalar)
        }
        return String(mapped).precomposedStringWithCanonicalMapping
    }
}
