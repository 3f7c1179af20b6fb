package import SignIn
import Storage

extension ControlSession {
    /// Looks for accounts and groups that nobody can do anything with.
    ///
    /// - Parameter found: is told each finding.
    package func checkAccounts(found: (CheckFinding) throws -> Void) throws {
        try read(.checkRules, on: .service) { snapshot in
            try checkUsers(snapshot, found)
            for group in try snapshot.userGroups(limit: .max) where group.contracts.isEmpty {
                try found(
                    CheckFinding(
                        .idle, group.name, "the group of \(group.company) gives its members no contract",
                        remedy: "give it some with \"tsunagi group contracts '\(group.name)' CONTRACT --company "
                            + "'\(group.company)'\", or remove it"))
            }
            try checkLoginIDs(snapshot, found)
        }
    }

    /// Looks for authenticator apps whose secrets can't be opened.
    ///
    /// - Parameter keys: those that there are; nil: none.
    package func checkSecrets(openedBy keys: KeyRing?, found: (CheckFinding) throws -> Void) throws {
        try read(.checkRules, on: .service) { snapshot in
            try snapshot.eachSealedSecret { account, secret in
                let id = try? SealedSecret(stored: secret).keyID
                if let id, let keys, keys.has(id: id) { return }
                try found(
                    CheckFinding(
                        .key, account,
                        "the authenticator app can't be used: its secret was sealed with a key that is not here",
                        remedy:
                            "put \(SignInDesk.keyName) back from a backup, or have the app set up anew with \"tsunagi "
                            + "user reset-totp \(account)\""))
            }
        }
    }

    private func checkUsers(_ snapshot: ControlSnapshot, _ found: (CheckFinding) throws -> Void) throws {
        var offset = 0
        while case let page = try snapshot.portalUsers(offset: offset, limit: Self.pageSize), !page.isEmpty {
            for user in page where PortalUserProfile(user).role == .general && user.groups.isEmpty {
                try found(
                    CheckFinding(
                        .idle, user.account.name,
                        "the general user of \(user.company) is in no group, so can do nothing",
                        remedy: "put the user into one with \"tsunagi user edit \(user.account.name) --group …\""))
            }
            offset += page.count
        }
    }

    private func checkLoginIDs(_ snapshot: ControlSnapshot, _ found: (CheckFinding) throws -> Void) throws {
        var last: String?
        while case let page = try snapshot.loginIDs(after: last, limit: Self.pageSize), let end = page.last {
            for login in page where login.numbers.isEmpty {
                try found(
                    CheckFinding(
                        .idle, login.account.name,
                        "the login ID under contract \(login.contract) has lost its numbers, so nothing can be set with it",
                        remedy: "give it some with \"tsunagi login assign \(login.account.name) NUMBER\", or remove it")
                )
            }
            last = end.account.name
        }
    }
}
