package import Directory

/// Something in a data directory that is not as it should be, with what to do about it.
package struct CheckFinding: Encodable, Sendable, Equatable {
    /// How much it matters.
    package enum Severity: String, Encodable, Sendable, CaseIterable {
        /// Something does not work, or is in danger.
        case fault
        /// Somebody should look at it.
        case warning
        /// Good to know; nothing has to be done.
        case notice
    }

    /// In the order in which they are told.
    package enum Kind: String, Encodable, Sendable, CaseIterable {
        /// A database file that is not whole or not there, or a history that was altered.
        case damaged
        /// A file that others may read or write.
        case exposed
        /// A key without which something that is kept can't be read.
        case key
        /// Rules that form a circle.
        case loop
        /// A rule that leads to an emergency number.
        case emergency
        /// A rule whose destination is not there.
        case nowhere
        /// A rule to a voice mail that the configuration does not name.
        case voicemail
        /// Something is set for an option that the number has not.
        case option
        /// A caller on a block list who never calls.
        case blockList = "block-list"
        /// A number of ours, or a saved destination, that is an emergency number.
        case emergencyNumber = "emergency-number"
        /// A number that no phone can register.
        case unregistrable
        /// A certificate of the web sites that is of no use, or soon will be.
        case certificate
        /// An account or a group that nobody can do anything with.
        case idle
        /// A message that has failed.
        case undelivered
        /// The table of national holidays does not go far enough.
        case holidays
        /// A rule whose end has passed.
        case ended
        /// What is forwarded for a time.
        case temporary

        package var severity: Severity {
            switch self {
            case .damaged, .exposed, .key, .loop, .emergency, .nowhere, .voicemail: .fault
            case .option, .blockList, .emergencyNumber, .unregistrable, .certificate, .idle, .undelivered, .holidays:
                .warning
            case .ended, .temporary: .notice
            }
        }
    }

    package let kind: Kind
    package let severity: Severity
    /// A file, a number, or the name of an account or group.
    package let thing: String
    package let text: String
    package let remedy: String

    package init(_ kind: Kind, _ thing: String, _ text: String, remedy: String) {
        self.kind = kind
        severity = kind.severity
        self.thing = thing
        self.text = text
        self.remedy = remedy
    }
}

/// What a check has to know beside what is in the data directory.
package struct CheckSurroundings {
    /// Whether the configuration names a voice mail.
    package let hasVoicemail: Bool
    /// Whether there are networks from which phones may register without a password.
    package let hasTrustedNetworks: Bool
    /// Those that the configuration has, whichever are refused when a destination is set: commands that set one work
    /// without the configuration.
    package let emergencyNumbers: Set<PhoneNumber>
    /// The number of ours that a URI is an address of; nil: it leads elsewhere.
    package let ownNumber: (String) -> PhoneNumber?

    package init(
        hasVoicemail: Bool, hasTrustedNetworks: Bool, emergencyNumbers: Set<PhoneNumber> = [],
        ownNumber: @escaping (String) -> PhoneNumber?
    ) {
        self.hasVoicemail = hasVoicemail
        self.hasTrustedNetworks = hasTrustedNetworks
        self.emergencyNumbers = emergencyNumbers
        self.ownNumber = ownNumber
    }
}
