import Storage

/// Why a change can't be taken back, apart from what forbids the state that was before.
package enum UndoObstacle: Sendable, Equatable, CustomStringConvertible {
    case changedNothing
    /// It never can: what is said of it goes on after `"user password" can't be taken back: `.
    case irreversible(action: String, reason: String)
    /// What it was about is gone, and another has its name.
    case nameGiven(String, change: Int64, action: String)
    /// What it left behind is no longer so, and no later change says why.
    case overwritten
    case laterChange(Int64, action: String, actor: String, Remedy)

    /// What helps against a later change.
    package enum Remedy: Sendable, Equatable {
        case undoItFirst
        /// The later change would be lost with what this kind of object is.
        case remove(object: String)
        case setAnew
    }

    package var description: String {
        switch self {
        case .changedNothing: return "it changed nothing"
        case .irreversible(let action, let reason): return "\"\(action)\" can't be taken back: \(reason)"
        case .nameGiven(let name, let change, let action):
            return "the name \(name) was given to another since (change \(change), \(action)): add it again by hand"
        case .overwritten:
            return "what it changed is no longer as it left it: set it to what it should be instead"
        case .laterChange(let id, let action, let actor, let remedy):
            let obstacle = "the later change \(id) of the same (\(action), by \(actor)) stands in the way"
            return switch remedy {
            case .undoItFirst: obstacle + ": undo that one first"
            case .remove(let object): obstacle + " and would be lost: if that is wanted, remove the \(object) instead"
            case .setAnew: obstacle + ", which can't be followed back: set it to what it should be instead"
            }
        }
    }
}
