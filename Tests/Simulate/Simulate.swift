import CAllocation
import Foundation
import Replay
import Simulation

/// Runs one simulation after another, each from a seed of its own, until the time is over. What it finds it tells with
/// the ladder of the call, and writes as a script.
///
///     simulate [--seconds N] [--seed S] [--calls N] [--once] [--scripts FOLDER]
@main struct Simulate {
    static func main() {
        var options = Options()
        guard options.read(CommandLine.arguments.dropFirst()) else {
            print("usage: simulate [--seconds N] [--seed S] [--calls N] [--once] [--scripts FOLDER]")
            exit(2)
        }
        let clock = ContinuousClock()
        var total = SimulationReport()
        var seed = options.seed
        // Time that the process did not run, because somebody has stopped it, does not count.
        var spent = Duration.zero
        repeat {
            let begin = clock.now
            let report = Simulation(seed: seed, calls: options.calls) { allocated_octets() }.run()
            spent += min(begin.duration(to: clock.now), .seconds(10))
            total += report
            if !report.broken.isEmpty {
                tell(report, seed, options)
                exit(1)
            }
            seed += 1
        } while !options.isOnce && spent < .seconds(options.seconds)
        print(total.text)
        let seconds = Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18
        print(
            "All that must always hold held, in \(Int(seconds)) s: \(Int(Double(total.calls) / seconds)) calls a second."
        )
    }

    private static func tell(_ report: SimulationReport, _ seed: UInt64, _ options: Options) {
        print("seed \(seed): what must always hold does not")
        for text in report.broken.prefix(3) { print(text) }
        print("again: tools/simulate --once --calls \(options.calls) --seed \(seed)")
        let (shown, told) = ScriptTrial.shortest(of: report.scripts)
        guard let shown else { return print("No call by itself shows it: it takes those around it.") }
        do {
            let path = "\(options.scripts)/\(shown.name).script"
            try FileManager.default.createDirectory(atPath: options.scripts, withIntermediateDirectories: true)
            try Data(shown.text.utf8).write(to: URL(filePath: path))
            print("as a script: \(path)")
            print(told ?? "By itself the call goes as it must: it takes those around it.")
        } catch {
            print("The script could not be written: \(error.localizedDescription)")
        }
    }

    struct Options {
        var seconds = 10
        var seed: UInt64 = 1
        var calls = 200
        var isOnce = false
        var scripts = "Fixtures/simulated"

        mutating func read(_ arguments: ArraySlice<String>) -> Bool {
            var rest = arguments
            while let name = rest.popFirst() {
                switch name {
                case "--once": isOnce = true
                case "--scripts":
                    guard let folder = rest.popFirst() else { return false }
                    scripts = folder
                case "--seconds", "--seed", "--calls":
                    guard let number = rest.popFirst().flatMap({ UInt64($0) }) else { return false }
                    if name == "--seed" { seed = number }
                    if name == "--seconds" { seconds = Int(clamping: number) }
                    if name == "--calls" { calls = Int(clamping: number) }
                default: return false
                }
            }
            return true
        }
    }
}
