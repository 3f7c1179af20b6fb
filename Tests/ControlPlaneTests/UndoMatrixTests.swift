import Storage
import Testing

@testable import ControlPlane

@Suite struct UndoMatrixTests {
    @Test("every use case has its row")
    func coversEverything() {
        #expect(UndoMatrix.silent.union(UndoMatrix.rows.keys) == Set(UseCase.allCases))
        #expect(UndoMatrix.silent.isDisjoint(with: UndoMatrix.rows.keys))
    }

    @Test(
        "each change is taken back, or refused with a reason that names it and what helps", arguments: UseCase.allCases)
    func holds(useCase: UseCase) throws {
        let world = try PermissionWorld()
        let place = world.places[0]
        // Only an administrator ID opens somebody's screen.
        let role: Role = useCase == .representLoginID ? .administratorID(contract: place.contract) : .operator
        let scene = try world.scene(role, at: place)
        let newest = try scene.preparer.history(limit: 1)[0].id
        let perform = try #require(PermissionPerformances.all[useCase])
        try perform(scene)
        let changes = try scene.preparer.history(limit: 99).filter { $0.id > newest && $0.actor != "preparer" }
        let outcomes = try changes.map { try outcome(of: $0, scene) }
        #expect(outcomes == UndoMatrix.rows[useCase, default: []])
    }

    private func outcome(of entry: HistoryEntry, _ scene: PermissionScene) throws -> String {
        do {
            let undone = try scene.preparer.undo(entry.id)
            #expect(undone.action.hasSuffix(" undo"))
            return entry.action
        } catch ControlError.cannotUndo(entry.id, let obstacle) {
            guard case .irreversible = obstacle else { return "?" + entry.action }
            #expect(Irreversible(entry) != nil && !scene.preparer.mayUndo(entry))
            return "!" + entry.action
        }
    }
}
