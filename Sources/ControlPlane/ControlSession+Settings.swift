package import Directory
import Foundation
package import Storage

extension ControlSession {
    package func realm() throws -> String {
        try read(.showRealm, on: .service) { try $0.setting(.realm) }
    }

    /// Changes the realm that passwords are hashed for.
    ///
    /// - Parameter discardsPasswords: takes all passwords away, since they belong to the former realm.
    /// - Throws: ``ControlError/realmInUse(_:wanted:passwords:)`` when there are passwords and they are not to be discarded.
    package func setRealm(_ realm: String, discardsPasswords: Bool = false) throws {
        let isPrintable = !realm.unicodeScalars.contains(where: \.isControl)
        guard (1...64).contains(realm.count), isPrintable, !realm.contains("\""), !realm.contains("\\") else {
            throw ControlError.invalidRealm(realm)
        }
        try write(.setRealm, on: .service) { transaction in
            let before = try transaction.snapshot.setting(.realm)
            guard before != realm else { return }
            let passwords = try transaction.snapshot.credentialCount()
            guard passwords == 0 || discardsPasswords else {
                throw ControlError.realmInUse(before, wanted: realm, passwords: passwords)
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

    /// Holds for rules that are set from now on, those that exist stay; and for what phones send on, at once.
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

    /// The clock by which rules with a schedule are judged, and by which their times are meant.
    package func localClock() throws -> LocalClock {
        try read(.showTimeZone, on: .service) { try $0.clock() }
    }

    /// The name of the zone that ``localClock()`` is in.
    package func timeZone() throws -> String {
        try read(.showTimeZone, on: .service) { try $0.setting(.timeZone) }
    }

    /// What the clock on the wall shows changes; ends of rules stay the same points in time.
    ///
    /// - Parameter name: as the tz database has it, `Asia/Tokyo`.
    package func setTimeZone(_ name: String) throws {
        // Abbreviations such as EST are taken by some systems and mean different zones to different people.
        guard name.count <= 64, name == "UTC" || name.contains("/"), TimeZone(identifier: name) != nil else {
            throw ControlError.unknownTimeZone(name)
        }
        try write(.setTimeZone, on: .service) { transaction in
            let before = try transaction.snapshot.setting(.timeZone)
            try transaction.set(.timeZone, to: name)
            try record("settings time-zone", of: .setting(.timeZone), from: before, to: name, in: transaction)
        }
    }

    static func forbiddenDestinations(in snapshot: ControlSnapshot) throws -> Set<DestinationClass> {
        DestinationClass.classes(stored: try snapshot.setting(.forbiddenDestinations))
    }
}
