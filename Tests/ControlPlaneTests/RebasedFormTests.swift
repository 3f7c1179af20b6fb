import ControlPlane
import Testing

@Suite("A form that somebody else has overtaken")
struct RebasedFormTests {
    @Test("what was ticked and unticked is brought onto what the other one has made of the group")
    func group() {
        let shown = UserGroupForm(name: "Sales", contracts: ["C-1001", "Y0001234"], members: ["a@example.jp"])
        let current = UserGroupForm(name: "Sales", contracts: ["C-1001"], members: ["a@example.jp", "b@example.jp"])
        let typed = UserGroupForm(
            name: "Sales", contracts: ["C-1001", "Y0001234"], members: ["a@example.jp", "c@example.jp"])
        #expect(
            typed.rebased(from: shown, onto: current)
                == UserGroupForm(
                    name: "Sales", contracts: ["C-1001"], members: ["a@example.jp", "b@example.jp", "c@example.jp"]))
        let emptied = UserGroupForm(name: "Support", contracts: [], members: [])
        #expect(
            emptied.rebased(from: shown, onto: current)
                == UserGroupForm(name: "Support", contracts: [], members: ["b@example.jp"]))
    }

    @Test("fields that were left alone are as the other one has made them")
    func user() {
        let shown = PortalUserProfile(email: "a@example.jp", name: "Taro", telephone: "03-1111-2222", groups: ["Sales"])
        var current = shown
        (current.telephone, current.role, current.groups) = ("03-3333-4444", .administrator, ["Sales", "Support"])
        var typed = shown
        (typed.comment, typed.groups) = ("new", [])
        var expected = current
        (expected.comment, expected.groups) = ("new", ["Support"])
        #expect(typed.rebased(from: shown, onto: current) == expected)
    }
}
