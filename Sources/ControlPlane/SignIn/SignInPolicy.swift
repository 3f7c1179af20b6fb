import Directory
package import SignIn
package import Storage

/// How strict signing in is: settings of the data directory, which hold from the next try on.
package struct SignInPolicy: Codable, Sendable, Equatable {
    /// Consecutive wrong passwords that lock an account, 1 to 100.
    package var lockoutFailures: Int
    /// 1 to 1,440.
    package var lockoutMinutes: Int
    /// Sign-ins that one address may try at once, 1 to 10,000.
    package var throttleBurst: Int
    /// Seconds until it may try one more, 1 to 3,600.
    package var throttleSeconds: Int
    /// Until a session that nobody uses is over, 1 to 1,440.
    package var sessionIdleMinutes: Int
    /// Until every session is over, 1 to 10,080.
    package var sessionMinutes: Int
    package var passwordMinimum: Int
    package var passwordMaximum: Int
    /// Kinds of characters that a password has to have.
    package var passwordClasses: [String]
    /// 事前登録期間: the days on which an administrator ID that has no mobile number yet signs in with its password alone,
    /// to register the numbers at the site beforehand. On every other day the sign-in asks it for its first number. Nil:
    /// there are no such days.
    package var preRegistration: PreRegistration?

    /// Days, the first and the last one included, by the service's clock.
    package struct PreRegistration: Codable, Sendable, Equatable {
        package let first: String
        package let last: String

        /// - Throws: ``SignInPolicyRefusal/preRegistration(_:)``.
        package init(_ text: String) throws {
            let days = NumberPlan.halfWidth(text).replacing("..", with: " ").split(separator: " ").map { CivilDay($0) }
            guard days.count == 2, let first = days[0], let last = days[1], first <= last else {
                throw SignInPolicyRefusal.preRegistration(text)
            }
            (self.first, self.last) = (first.description, last.description)
        }

        package var text: String { "\(first)..\(last)" }

        func holds(at now: Timestamp, by clock: LocalClock) -> Bool {
            let today = clock.moment(at: now.milliseconds).day
            guard let first = CivilDay(first), let last = CivilDay(last) else { return false }
            return first <= today && today <= last
        }
    }

    /// Its settings that are whole numbers.
    package static var counts: [(setting: Setting, field: WritableKeyPath<SignInPolicy, Int>)] {
        [
            (.lockoutFailures, \.lockoutFailures), (.lockoutMinutes, \.lockoutMinutes),
            (.throttleBurst, \.throttleBurst), (.throttleSeconds, \.throttleSeconds),
            (.sessionIdleMinutes, \.sessionIdleMinutes), (.sessionMinutes, \.sessionMinutes),
            (.passwordMinimum, \.passwordMinimum), (.passwordMaximum, \.passwordMaximum),
        ]
    }

    /// - Throws: ``SignInPolicyRefusal`` when a setting was altered to what can't be.
    init(_ snapshot: ControlSnapshot) throws {
        func number(_ setting: Setting) throws -> Int {
            let text = try snapshot.setting(setting)
            guard let number = Int(text) else { throw SignInPolicyRefusal.unreadable(setting, text) }
            return number
        }
        lockoutFailures = try number(.lockoutFailures)
        lockoutMinutes = try number(.lockoutMinutes)
        throttleBurst = try number(.throttleBurst)
        throttleSeconds = try number(.throttleSeconds)
        sessionIdleMinutes = try number(.sessionIdleMinutes)
        sessionMinutes = try number(.sessionMinutes)
        passwordMinimum = try number(.passwordMinimum)
        passwordMaximum = try number(.passwordMaximum)
        let classes = try snapshot.setting(.passwordClasses)
        passwordClasses = classes == "none" ? [] : classes.split(separator: ",").map(String.init)
        let days = try snapshot.setting(.preRegistration)
        preRegistration = days == "off" ? nil : try PreRegistration(days)
        try judge()
    }

    /// - Throws: ``SignInPolicyRefusal``.
    func judge() throws {
        for (setting, value, range) in [
            (Setting.lockoutFailures, lockoutFailures, 1...100), (.lockoutMinutes, lockoutMinutes, 1...1440),
            (.throttleBurst, throttleBurst, 1...10_000), (.throttleSeconds, throttleSeconds, 1...3600),
            (.sessionIdleMinutes, sessionIdleMinutes, 1...1440), (.sessionMinutes, sessionMinutes, 1...10_080),
        ] where !range.contains(value) { throw SignInPolicyRefusal.outside(setting, value, range) }
        _ = try passwordRule()
    }

    /// As the settings keep it.
    var settings: [(Setting, String)] {
        [
            (.lockoutFailures, "\(lockoutFailures)"), (.lockoutMinutes, "\(lockoutMinutes)"),
            (.throttleBurst, "\(throttleBurst)"), (.throttleSeconds, "\(throttleSeconds)"),
            (.sessionIdleMinutes, "\(sessionIdleMinutes)"), (.sessionMinutes, "\(sessionMinutes)"),
            (.passwordMinimum, "\(passwordMinimum)"), (.passwordMaximum, "\(passwordMaximum)"),
            (.passwordClasses, passwordClasses.isEmpty ? "none" : passwordClasses.joined(separator: ",")),
            (.preRegistration, preRegistration?.text ?? "off"),
        ]
    }

    var lockout: LockoutPolicy { LockoutPolicy(failures: lockoutFailures, duration: .seconds(lockoutMinutes * 60)) }

    var throttle: ThrottleRate { ThrottleRate(burst: throttleBurst, interval: .seconds(throttleSeconds)) }

    var sessions: SessionLifetime {
        SessionLifetime(idle: .seconds(sessionIdleMinutes * 60), absolute: .seconds(sessionMinutes * 60))
    }

    func passwordRule() throws -> PasswordRule {
        let classes = try passwordClasses.map { name in
            guard let kind = PasswordRule.CharacterClass(rawValue: name) else {
                throw SignInPolicyRefusal.unreadable(.passwordClasses, name)
            }
            return kind
        }
        return try PasswordRule(minimum: passwordMinimum, maximum: passwordMaximum, classes: Set(classes))
    }
}

/// Why signing in can't be like that.
package enum SignInPolicyRefusal: Error, Equatable, CustomStringConvertible {
    case outside(Setting, Int, ClosedRange<Int>)
    case unreadable(Setting, String)
    case preRegistration(String)
    case rule(SignInError)
    case termsExist(version: String)
    case termsVersion(String)
    /// In octets.
    case termsText(limit: Int)

    package var description: String {
        switch self {
        case .outside(let setting, let value, let range):
            "\(setting.rawValue) is \(range.lowerBound) to \(range.upperBound), not \(value)"
        case .unreadable(.passwordClasses, let name):
            "\"\(name)\" is no kind of character: give digit, upperCase, lowerCase or symbol"
        case .unreadable(let setting, let text):
            "the setting \(setting.rawValue) is \"\(text)\", which is no number: set it anew"
        case .preRegistration(let text):
            "\"\(text)\" is no period: give its first and its last day, such as 2026-11-01..2026-12-31"
        case .rule(let error): error.description
        case .termsExist(let version):
            "there are terms of version \(version) already, which people have accepted: give these another version"
        case .termsVersion(let text):
            "\"\(text)\" can't be a version: give 1 to 64 letters, digits, dots and hyphens, such as 2026-04"
        case .termsText(let limit): "the terms are empty or longer than \(limit) characters: give another text"
        }
    }
}
