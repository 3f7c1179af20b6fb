import Glibc
import Simulation

/// Runs one simulation after another, each from a seed of its own, until the time is over.
///
///     simulate [--seconds N] [--seed S] [--calls N] [--once]
@main struct Simulate {
    static func main() {
        var options = Options()
        guard options.read(CommandLine.arguments.dropFirst()) else {
            print("usage: simulate [--seconds N] [--seed S] [--calls N] [--once]")
            exit(2)
        }
        let clock = ContinuousClock()
        let begin = clock.now
        var total = SimulationReport()
        var seed = options.seed
        repeat {
            let report = Simulation(seed: seed, calls: options.calls).run()
            total += report
            if !report.broken.isEmpty {
                print("seed \(seed): what must always hold does not")
                for text in report.broken.prefix(3) { print(text) }
                print("again: tools/simulate --once --calls \(options.calls) --seed \(seed)")
                exit(1)
            }
            seed += 1
        } while !options.isOnce && begin.duration(to: clock.now) < .seconds(options.seconds)
        print(total.text)
        print("All that must always hold held, in \(begin.duration(to: clock.now).components.seconds) s.")
    }

    struct Options {
        var seconds = 10
        var seed: UInt64 = 1
        var calls = 200
        var isOnce = false

        mutating func read(_ arguments: ArraySlice<String>) -> Bool {
            var rest = arguments
            while let name = rest.popFirst() {
                switch name {
                case "--once": isOnce = true
                case "--seconds", "--seed", "--calls":
                    guard let number = rest.popFirst().flatMap({ UInt64($0) }) else { return false }
                    if name == "--seed" { seed = number }
                    if name == "--seconds" { seconds = Int(number) }
                    if name == "--calls" { calls = Int(number) }
                default: return false
                }
            }
            return true
        }
    }
}
