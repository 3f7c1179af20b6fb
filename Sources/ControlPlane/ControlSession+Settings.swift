import Directory
import Storage

extension ControlSession {
    package func realm() throws -> String {
        try read(.showRealm, on: .service) { try $0.setting(.realm) }
    }

    /// Changes the realm that passwords are hashed for.
    ///
    /// - Parameter discardsPasswords: takes all passwords away, since they belong to the former realm.
    /// - Throws: ``ControlError/realmInUse(_:passwords:)`` when there are passwords and they are not to be discarded.
    package func setRealm(_ realm: String, discardsPasswords: Bool = false) throws {
        let isPrintable = realm.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        guard (1...64).contains(realm.count), isPrintable, !realm.contains("\""), !realm.contains("\\") else {
            throw ControlError.invalidRealm(realm)
        }
        try write(.setRealm, on: .service) { transaction in
            let before = try transaction.snapshot.setting(.realm)
            guard before != realm else { return }
            let passwords = try transaction.snapshot.credentialCount()
            guard passwords == 0 || discardsPasswords else {
                throw ControlError.realmInUse(before, passwords: passwords)
            }
            try transaction.removeAllCredentials()
            try transaction.set(.realm, to: realm)
            try record(
                "settings realm", of: .setting(.realm), from: before, to: realm, in: transaction)
        }
    }

    /// The classes of numbers that calls are not forwarded to.
    package func forbiddenDestinations() throws -> [DestinationClass] {
        try read(.showForbiddenDestinations, on: .service) { snapshot in
            let forbidden = try Self.forbiddenDestinations(in: snapshot)
            return DestinationClass.allCases.filter(forbidden.contains)
        }
    }

    /// Holds for rules that are set from now on; those that exist stay.
    package func setForbiddenDestinations(_ classes: [DestinationClass]) throws {
        try write(.setForbiddenDestinations, on: .service) { transaction in
            let before = try Self.forbiddenDestinations(in: transaction.snapshot)
            let after = DestinationClass.allCases.filter(classes.contains).map(\.rawValue)
            try transaction.set(.forbiddenDestinations, to: after.isEmpty ? "none" : after.joined(separator: ","))
            try record(
                "settings forbidden-destinations", of: .setting(.forbiddenDestinations),
                from: DestinationClass.allCases.filter(before.contains).map(\.rawValue), to: after, in: transaction)
        }
    }

    static func forbiddenDestinations(in snapshot: ControlSnapshot) throws -> Set<DestinationClass> {
        let stored = try snapshot.setting(.forbiddenDestinations)
        if stored == "all" { return Set(DestinationClass.allCases) }
        return Set(stored.split(separator: ",").compactMap { DestinationClass(rawValue: String($0)) })
    }
}
