package import Foundation
package import SignIn
import Storage

/// What an administrator of the portal sets of a user.
package struct PortalUserProfile: Codable, Sendable, Equatable {
    package enum Role: String, Codable, Sendable, CaseIterable {
        /// 一般ユーザー.
        case general
        /// ポータル管理者.
        case administrator
    }

    /// 第2認証.
    package enum SecondFactor: String, Codable, Sendable, CaseIterable {
        case totp, mail
        /// SKIP: the password is enough.
        case none
        /// The user chooses between TOTP and mail at the first sign-in.
        case open
    }

    package var email: String
    package var name: String
    package var telephone: String
    package var language: Language
    package var secondFactor: SecondFactor
    package var role: Role
    package var title: String
    package var mobileNumber: String
    package var timeZone: String
    /// By their names.
    package var groups: [String]
    package var comment: String
    /// 通知設定: whether the user is mailed what only tells of a change, such as of another password. What is needed to
    /// sign in is mailed in any case.
    package var wantsNotifications: Bool

    package init(
        email: String, name: String, telephone: String, language: Language = .japanese,
        secondFactor: SecondFactor = .open, role: Role = .general, title: String = "", mobileNumber: String = "",
        timeZone: String = "Asia/Tokyo", groups: [String] = [], comment: String = "", wantsNotifications: Bool = true
    ) {
        self.email = email
        self.name = name
        self.telephone = telephone
        self.language = language
        self.secondFactor = secondFactor
        self.role = role
        self.title = title
        self.mobileNumber = mobileNumber
        self.timeZone = timeZone
        self.groups = groups
        self.comment = comment
        self.wantsNotifications = wantsNotifications
    }

    /// All that is wrong with what was typed, for a form: ``judged()`` throws the first of it.
    package func flaws() -> [ControlError] {
        let parts: [() throws -> Void] = [
            { _ = try AccountText.email(email) }, { _ = try ContractText.name(name) },
            { _ = try AccountText.telephone(telephone, isRequired: true) },
            { _ = try AccountText.note(title, as: "title", limit: 100) },
            { _ = try AccountText.telephone(mobileNumber, isRequired: false) },
            { _ = try AccountText.timeZone(timeZone) },
            { _ = try AccountText.note(comment, as: "comment", limit: 1000, hasLines: true) },
        ]
        return parts.compactMap { part in
            do {
                try part()
                return nil
            } catch let refusal as AccountRefusal {
                return .account(refusal)
            } catch let refusal as ContractRefusal {
                return .contract(refusal)
            } catch {
                return error as? ControlError
            }
        }
    }

    /// As it is stored: what was typed, judged.
    func judged() throws -> PortalUserProfile {
        var profile = self
        profile.email = try AccountText.email(email)
        profile.name = try ContractText.name(name)
        profile.telephone = try AccountText.telephone(telephone, isRequired: true)
        profile.title = try AccountText.note(title, as: "title", limit: 100)
        profile.mobileNumber = try AccountText.telephone(mobileNumber, isRequired: false)
        profile.timeZone = try AccountText.timeZone(timeZone)
        profile.groups = try Set(groups.map { try ContractText.knownName($0) }).sorted()
        profile.comment = try AccountText.note(comment, as: "comment", limit: 1000, hasLines: true)
        return profile
    }
}

/// ステータス.
package enum PortalUserStatus: String, Codable, Sendable, CaseIterable {
    /// No password was set yet.
    case invited
    case active
    case suspended
    /// After too many wrong passwords, for a while.
    case locked
}

/// A portal user, for showing and for history. No password and no secret is in it.
package struct PortalUserState: Codable, Sendable, Equatable {
    package let id: String
    package let company: String
    package let profile: PortalUserProfile
    package let isSuspended: Bool
    package let createdAt: Date
    /// Nil in history, as all that follows: nobody sets it.
    package let status: PortalUserStatus?
    package let termsVersion: String?
    package let standing: AccountStanding?

    /// As history keeps it.
    init(_ entry: PortalUserEntry) {
        self.init(entry, standing: nil)
    }

    /// As it is shown.
    init(_ entry: PortalUserEntry, at now: Int64) throws {
        self.init(entry, standing: try AccountStanding(entry.account, at: now))
    }

    private init(_ entry: PortalUserEntry, standing: AccountStanding?) {
        id = entry.account.id
        company = entry.company
        profile = PortalUserProfile(entry)
        isSuspended = entry.isSuspended
        createdAt = Date(milliseconds: entry.account.createdAt)
        status = standing.map { standing in
            if entry.isSuspended { return .suspended }
            if !standing.hasPassword { return .invited }
            return standing.lockedUntil == nil ? .active : .locked
        }
        termsVersion = standing == nil ? nil : entry.termsVersion
        self.standing = standing
    }

    private enum CodingKeys: String, CodingKey {
        case id, company, isSuspended, createdAt, status, termsVersion, standing
    }

    /// The profile's fields stand beside the others, so that history tells each by itself.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        company = try container.decode(String.self, forKey: .company)
        profile = try PortalUserProfile(from: decoder)
        isSuspended = try container.decode(Bool.self, forKey: .isSuspended)
        createdAt = try container.decode(Date.self, forKey: .createdAt)
        status = try container.decodeIfPresent(PortalUserStatus.self, forKey: .status)
        termsVersion = try container.decodeIfPresent(String.self, forKey: .termsVersion)
        standing = try container.decodeIfPresent(AccountStanding.self, forKey: .standing)
    }

    package func encode(to encoder: any Encoder) throws {
        try profile.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(company, forKey: .company)
        try container.encode(isSuspended, forKey: .isSuspended)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encodeIfPresent(status, forKey: .status)
        try container.encodeIfPresent(termsVersion, forKey: .termsVersion)
        try container.encodeIfPresent(standing, forKey: .standing)
    }
}

extension PortalUserProfile {
    init(_ entry: PortalUserEntry) {
        let details = entry.details
        self.init(
            email: entry.account.name, name: details.name, telephone: details.telephone,
            language: Language(rawValue: details.language) ?? .japanese,
            secondFactor: SecondFactor(rawValue: details.secondFactor) ?? .open,
            role: Role(rawValue: details.role) ?? .general, title: details.title, mobileNumber: details.mobileNumber,
            timeZone: details.timeZone, groups: entry.groups, comment: details.comment,
            wantsNotifications: details.wantsNotifications)
    }

    var details: PortalUserDetails {
        PortalUserDetails(
            name: name, telephone: telephone, language: language.rawValue, secondFactor: secondFactor.rawValue,
            role: role.rawValue, title: title, mobileNumber: mobileNumber, timeZone: timeZone, comment: comment,
            wantsNotifications: wantsNotifications)
    }
}
