import Storage

/// Whether the principal may: judged in the transaction that the work is done in, on the rows that it is done to.
extension ControlSession {
    /// What lists are cut to.
    var reach: Reach { principal.reach }

    /// - Throws: ``ControlError``: what does not exist for the principal is said not to, whether or not it does; what
    ///   exists but is not theirs to do is ``ControlError/notPermitted(_:)``.
    func judge(_ useCase: UseCase, on matter: Matter, in snapshot: ControlSnapshot) throws {
        try requireUnchanged(in: snapshot)
        try requireReached(matter, in: snapshot)
        if let scope = principal.scope, !scope.allows(useCase) { throw ControlError.outsideScope(useCase, scope) }
        for role in principal.roles {
            switch (Permission.extent(of: useCase, for: role.kind), matter) {
            case (.everything, _): continue
            case (.nothing, _), (.own, .service): throw ControlError.notPermitted(useCase)
            case (.own, _): continue
            }
        }
    }

    /// The rights that the principal was made with have to be the account's still: a suspension that came in between
    /// holds.
    private func requireUnchanged(in snapshot: ControlSnapshot) throws {
        for (id, role) in principal.accounts where try Principal.role(ofAccount: id, in: snapshot).1 != role {
            throw ControlError.account(.rightsChanged)
        }
    }

    /// For what a use case names beside the matter that it is judged by.
    func requireReached(_ matter: Matter, in snapshot: ControlSnapshot) throws {
        guard !reach.isEverything, let object = matter.object, let absence = matter.absence else { return }
        guard try snapshot.has(object, within: reach) else { throw absence }
    }
}
