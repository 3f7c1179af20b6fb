/// Two people may have the same form before them. Who saves it last has changed some of what was shown, and has not seen
/// what the other one has made of the rest.
extension PortalUserProfile {
    /// What is there now with what was changed in a form.
    ///
    /// - Parameters:
    ///   - shown: what the form was filled with.
    ///   - current: what others have made of that since.
    package func rebased(from shown: PortalUserProfile, onto current: PortalUserProfile) -> PortalUserProfile {
        var rebased = current
        func take<Value: Equatable>(_ field: WritableKeyPath<PortalUserProfile, Value>) {
            if self[keyPath: field] != shown[keyPath: field] { rebased[keyPath: field] = self[keyPath: field] }
        }
        take(\.email)
        take(\.name)
        take(\.telephone)
        take(\.language)
        take(\.secondFactor)
        take(\.role)
        take(\.title)
        take(\.mobileNumber)
        take(\.timeZone)
        take(\.comment)
        take(\.wantsNotifications)
        rebased.groups = groups.rebased(from: shown.groups, onto: current.groups)
        return rebased
    }
}

extension UserGroupForm {
    /// What is there now with what was changed in a form: see ``PortalUserProfile/rebased(from:onto:)``.
    package func rebased(from shown: UserGroupForm, onto current: UserGroupForm) -> UserGroupForm {
        UserGroupForm(
            name: name == shown.name ? current.name : name,
            contracts: contracts.rebased(from: shown.contracts, onto: current.contracts),
            members: members.rebased(from: shown.members, onto: current.members))
    }
}

extension [String] {
    /// As a set: what was ticked is there, what was unticked is not, and all else is as others have made it.
    fileprivate func rebased(from shown: [String], onto current: [String]) -> [String] {
        let unticked = Set(shown).subtracting(self)
        return current.filter { !unticked.contains($0) }
            + filter { !shown.contains($0) && !current.contains($0) }
    }
}
