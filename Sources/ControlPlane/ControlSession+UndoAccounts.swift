import Directory
import Foundation
import SignIn
import Storage

/// How changes of accounts and groups are taken back. An account that comes back is the same one, but no password and no
/// second factor comes back with it: history has none.
extension ControlSession {
    var portalUserReversal: Reversal<PortalUserState> {
        Reversal(
            subjects: ["user"],
            object: { .user($0.id) },
            current: { try $1.portalUser(id: $0.id).map { PortalUserState($0) } },
            matches: { $0.profile == $1.profile && $0.isSuspended == $1.isSuspended },
            apply: { left, before, transaction in
                let snapshot = transaction.snapshot
                guard let left, let entry = try snapshot.portalUser(id: left.id) else {
                    guard let before else { return }
                    return try addAgain(before, transaction)
                }
                guard let before else {
                    try requireAnotherAdministrator(than: entry, in: snapshot)
                    return try transaction.removeAccount(entry.account.id)
                }
                if before.isSuspended, !left.isSuspended {
                    try requireAnotherAdministrator(than: entry, in: snapshot)
                }
                if before.isSuspended != left.isSuspended {
                    try transaction.setSuspended(before.isSuspended, portalUser: left.id)
                }
                if before.profile != left.profile { try set(before.profile, of: entry, transaction) }
            })
    }

    var userGroupReversal: Reversal<UserGroupState> {
        Reversal(
            subjects: ["group"],
            object: { .group($0.id) },
            current: { try $1.userGroup(id: $0.id).map(UserGroupState.init) },
            matches: { $0.group == $1.group && $0.contracts == $1.contracts && $0.members == $1.members },
            apply: { left, before, transaction in
                guard let before else {
                    if let left { try transaction.removeUserGroup(left.id) }
                    return
                }
                let company = try left.map(\.company) ?? require(company: before.company, in: transaction.snapshot).name
                if left?.group != before.group {
                    guard try transaction.snapshot.userGroup(before.group, of: company) == nil else {
                        throw AccountRefusal.groupExists(before.group, company: company)
                    }
                    if left == nil {
                        try transaction.addUserGroup(before.id, named: before.group, to: company)
                    } else {
                        try transaction.renameUserGroup(before.id, to: before.group)
                    }
                }
                guard let entry = try transaction.snapshot.userGroup(id: before.id) else { return }
                try set(contracts: before.contracts, of: entry, transaction)
                try set(members: before.members, of: entry, transaction)
            })
    }

    var administratorIDReversal: Reversal<AdministratorIDState> {
        Reversal(
            subjects: ["admin"],
            object: { .administratorID($0.id) },
            current: { try $1.administratorID(id: $0.id).map { AdministratorIDState($0) } },
            matches: { $0.smsNumber == $1.smsNumber && $0.language == $1.language },
            apply: { left, before, transaction in
                guard let before else {
                    if let left { try transaction.removeAccount(left.id) }
                    return
                }
                if left == nil {
                    try addAdministratorID(
                        before.administratorID, as: before.id, to: before.contract,
                        createdAt: before.createdAt.milliseconds, transaction)
                }
                try transaction.setSMSNumber(before.smsNumber, of: before.id)
                try transaction.setLanguage(before.language?.rawValue, of: before.id)
            })
    }

    var loginIDReversal: Reversal<LoginIDState> {
        Reversal(
            subjects: ["login"],
            object: { .loginID($0.id) },
            current: { try $1.loginID(id: $0.id).map { LoginIDState($0) } },
            matches: {
                $0.numbers == $1.numbers && $0.smsNumber == $1.smsNumber && $0.language == $1.language
            },
            apply: { left, before, transaction in
                guard let before else {
                    if let left { try transaction.removeAccount(left.id) }
                    return
                }
                if left == nil {
                    guard try transaction.snapshot.loginID(before.loginID) == nil else {
                        throw AccountRefusal.loginIDExists(before.loginID)
                    }
                    let contract = try require(contract: before.contract, in: transaction.snapshot).number
                    try transaction.addLoginID(
                        before.id, named: before.loginID, to: contract, createdAt: before.createdAt.milliseconds)
                }
                if left?.numbers != before.numbers {
                    try give(
                        before.numbers.map { try Self.parsed($0) },
                        to: try require(loginID: before.loginID, in: transaction.snapshot), transaction)
                }
                try transaction.setSMSNumber(before.smsNumber, of: before.id)
                try transaction.setLanguage(before.language?.rawValue, of: before.id)
            })
    }

    private func addAgain(_ state: PortalUserState, _ transaction: ControlTransaction) throws {
        let company = try require(company: state.company, in: transaction.snapshot).name
        guard try transaction.snapshot.portalUser(state.profile.email) == nil else {
            throw try addressTaken(state.profile.email, in: transaction.snapshot)
        }
        try add(
            state.profile, as: state.id, to: company, createdAt: state.createdAt.milliseconds, transaction)
        if state.isSuspended { try transaction.setSuspended(true, portalUser: state.id) }
    }
}
