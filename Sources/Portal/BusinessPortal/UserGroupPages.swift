import ControlPlane
import SignIn

/// ユーザーグループ一覧.
struct UserGroupListPage: Page {
    static let template = "portal/groups"

    struct Row: Sendable {
        let path: String
        let name: String
        let members: String
        let contracts: String
    }

    let rows: [Row]
    let isEmpty: Bool

    func title(_ words: Catalogue) -> String { words("group.list.heading") }
}

/// A user group's form.
struct UserGroupPage: Page {
    static let template = "portal/group"

    struct Option: Sendable {
        let value: String
        let text: String
        let isChosen: Bool
    }

    let heading: String
    let action: String
    let saveLabel: String
    /// Nil: it is to be added.
    let removePath: String?
    /// The last change that the page knows of; nil: it is to be added.
    let since: String?
    /// What the form was filled with; nil: it is to be added.
    let shown: String?
    /// What concerns no field. Not `problem`: fields without one would be shown with this.
    let formProblem: String?
    let name: TextField
    let contracts: [Option]
    let hasContracts: Bool
    let members: [Option]
    let hasMembers: Bool

    func title(_ words: Catalogue) -> String { heading }

    init(adding name: String, _ problem: String?, _ words: Catalogue) {
        heading = words("group.add.heading")
        action = "/portal/groups/add"
        saveLabel = words("group.add.save")
        removePath = nil
        (since, shown) = (nil, nil)
        formProblem = nil
        self.name = TextField(
            name: "name", label: words("group.name"), value: name, isRequired: true, problem: problem)
        (contracts, hasContracts, members, hasMembers) = ([], false, [], false)
    }

    /// - Parameters:
    ///   - choice: as it was typed.
    ///   - contracts: that the company has; so too `users`.
    init(
        _ group: UserGroupState, _ choice: UserGroupForm, shown: String, since: Int64, contracts known: [ContractState],
        users: [PortalUserState], _ problem: String?, _ words: Catalogue
    ) {
        heading = group.group
        action = "/portal/groups/\(group.id)"
        saveLabel = words("group.edit.save")
        removePath = "/portal/groups/\(group.id)/remove"
        self.since = "\(since)"
        self.shown = shown
        formProblem = problem
        name = TextField(name: "name", label: words("group.name"), value: choice.name, isRequired: true)
        contracts = Self.options(
            known.map { contract in
                let service = words.language == .japanese ? contract.service.ja : contract.service.en
                return (contract.number, "\(contract.number) \(service)")
            }, and: group.contracts, chosen: choice.contracts)
        hasContracts = !contracts.isEmpty
        members = Self.options(
            users.map { ($0.profile.email, "\($0.profile.name) (\($0.profile.email))") }, and: group.members,
            chosen: choice.members)
        hasMembers = !members.isEmpty
    }

    /// - Parameter present: what the group has now, which is offered in any case: what is not offered would be taken away.
    private static func options(_ offered: [(value: String, text: String)], and present: [String], chosen: [String])
        -> [Option]
    {
        let rest = Set(present).subtracting(offered.map(\.value)).sorted().map { (value: $0, text: $0) }
        return (offered + rest).map { Option(value: $0.value, text: $0.text, isChosen: chosen.contains($0.value)) }
    }
}
