import Replay
import Simulation

/// Plays calls of a simulation by themselves, with the engine in which something was found.
enum ScriptTrial {
    /// The shortest of the scripts that do not end as they must, and what went otherwise. If all do, only a script of a
    /// call that something was found of.
    static func shortest(of scripts: [SimulatedScript]) -> (SimulatedScript?, failure: String?) {
        var found: (script: SimulatedScript, failure: String)?
        for script in scripts where script.text.utf8.count < found?.script.text.utf8.count ?? .max {
            if let failure = failure(of: script) { found = (script, failure) }
        }
        if let found { return (found.script, found.failure) }
        return (scripts.first { $0.isBroken }, nil)
    }

    private static func failure(of script: SimulatedScript) -> String? {
        do {
            return ScriptRunner.run(try Script(script.text, file: script.name)).failures.first
        } catch {
            return error.description
        }
    }
}
