import Directory
import Storage
import Testing

@testable import ControlPlane

@Suite struct PermissionTests {
    @Test("every use case has its row in the matrix, and is performed")
    func coversEverything() {
        #expect(Set(PermissionMatrix.rows.keys) == Set(UseCase.allCases))
        #expect(Set(PermissionPerformances.all.keys) == Set(UseCase.allCases))
        for useCase in UseCase.allCases {
            #expect(PermissionMatrix.expected(useCase).map(\.count) == [3, 3, 3, 3, 3], "\(useCase)")
        }
    }

    @Test("each role may do what the matrix says, and nothing else", arguments: UseCase.allCases)
    func holds(useCase: UseCase) throws {
        let world = try PermissionWorld()
        let own = world.places[0]
        let roles: [Role] = [
            .operator, .portalAdministrator(company: own.company),
            .generalUser(company: own.company, contracts: [own.contract]), .administratorID(contract: own.contract),
            .loginID(numbers: [own.number]),
        ]
        for (role, expected) in zip(roles, PermissionMatrix.expected(useCase)) {
            for (place, expected) in zip(world.places, expected) {
                let outcome = try outcome(of: useCase, by: role, at: place, in: world)
                #expect(outcome == expected, "\(useCase) by \(role.kind) at \(place.contract)")
            }
        }
    }

    /// What is said not to be there has to be said in the very words that are said of what never was there.
    private func outcome(of useCase: UseCase, by role: Role, at place: Place, in world: PermissionWorld) throws
        -> PermissionMatrix.Outcome?
    {
        guard let refusal = try refusal(of: useCase, by: role, at: place, in: world) else { return .allowed }
        if case ControlError.notPermitted(useCase) = refusal { return .notPermitted }
        let nowhere = try Place.nowhere()
        let ofNothing = try self.refusal(of: useCase, by: role, at: nowhere, in: world)
        let text = place.told("\(refusal)", of: nowhere)
        #expect(text == ofNothing.map { "\($0)" }, "\(useCase) by \(role.kind) at \(place.contract)")
        return role == .operator ? nil : .absent
    }

    private func refusal(of useCase: UseCase, by role: Role, at place: Place, in world: PermissionWorld) throws
        -> (any Error)?
    {
        let perform = try #require(PermissionPerformances.all[useCase])
        let scene = try world.scene(role, at: place)
        do {
            try perform(scene)
            return nil
        } catch {
            return error
        }
    }
}
