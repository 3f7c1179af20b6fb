import ArgumentParser
import ControlPlane
import Directory
import Foundation
import Storage

/// Many numbers, on the command line.
struct SelectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The numbers under this contract: N…, Y… or a base contract.", valueName: "contract"),
        completion: .offered(.contracts))
    var contract: String?

    @Option(
        help: ArgumentHelp("The numbers under this voice contract (N…).", valueName: "voice-contract"),
        completion: .offered(.voiceContracts))
    var voiceContract: String?

    @Option(help: "The numbers at this site.", completion: .offered(.sites))
    var site: String?

    @Option(help: "The numbers of this company.", completion: .offered(.companies))
    var company: String?

    @Option(
        help: ArgumentHelp(
            "The numbers in a file, one in each line (what follows a comma counts not); - reads the standard input.",
            valueName: "file"))
    var numbers: String?

    var isGiven: Bool { [contract, voiceContract, site, company, numbers].contains { $0 != nil } }

    func validate() throws {
        if numbers != nil, [contract, voiceContract, site, company].contains(where: { $0 != nil }) {
            throw ValidationError("Give either --numbers or what the numbers stand under.")
        }
        if contract != nil, voiceContract != nil {
            throw ValidationError("Give either --contract or --voice-contract.")
        }
    }

    /// Nil: none is given.
    func selection() throws -> NumberSelection? {
        guard isGiven else { return nil }
        guard let numbers else {
            return .filter(
                NumberFilter(company: company, contract: contract, voiceContract: voiceContract, site: site))
        }
        return .list(try Self.lines(of: numbers), named: numbers == "-" ? "a list of numbers" : numbers)
    }

    /// The first column of each line that says anything.
    private static func lines(of path: String) throws -> [String] {
        let data = try ReadFile.data(path, option: "--numbers")
        // What stands behind a number may be in another encoding.
        let text = String(decoding: data, as: UTF8.self)
        // Some programs put a mark of the encoding before the first line.
        let lines = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        return lines.split(whereSeparator: \.isNewline).compactMap { line in
            let cell = line.prefix { !",;\t".contains($0) }.trimmingCharacters(in: .whitespaces)
            return cell.isEmpty || cell.hasPrefix("#") ? nil : cell
        }
    }
}

/// Which numbers are listed, on the command line.
struct ListedNumbersOptions: ParsableArguments {
    @Option(help: "Only this company's.", completion: .offered(.companies))
    var company: String?

    @Option(help: "Only those under this contract.", completion: .offered(.contracts))
    var contract: String?

    @Option(help: "Only those under this voice contract.", completion: .offered(.voiceContracts))
    var voiceContract: String?

    @Option(help: "Only those at this site.", completion: .offered(.sites))
    var site: String?

    /// Not all of them.
    var isGiven: Bool { [company, contract, voiceContract, site].contains { $0 != nil } }

    var filter: NumberFilter {
        NumberFilter(company: company, contract: contract, voiceContract: voiceContract, site: site)
    }
}

/// How many numbers are changed, on the command line.
struct ManyOptions: ParsableArguments {
    @Flag(help: "Only tell what would be changed, number by number.")
    var preview = false

    @Flag(help: "Change the others even if some can't be changed.")
    var skipRefused = false
}

/// When something that lies over rules ends, on the command line: `18:00` (the next time that the clock shows it), `90m`,
/// `2h`, `3d` from now, or as ``EndArgument``.
struct UntilArgument {
    private enum Form {
        case clock(String)
        case seconds(Int)
        case end(EndArgument)
    }

    private let form: Form

    /// - Throws: `ValidationError` that tells what can be read.
    init(typed text: String) throws {
        let argument = NumberPlan.halfWidth(text)
        if argument.wholeMatch(of: #/([01]\d|2[0-3]):[0-5]\d/#.asciiOnlyDigits()) != nil {
            form = .clock(argument)
        } else if let match = argument.wholeMatch(of: #/(\d{1,4})([mhd])/#), let count = Int(match.1), count > 0 {
            form = .seconds(count * (match.2 == "m" ? 60 : match.2 == "h" ? 3600 : 86_400))
        } else if let end = try? EndArgument(typed: argument) {
            form = .end(end)
        } else {
            throw ValidationError("give it as 18:00, 90m, 2h, 3d, \(WallTimeArgument.forms)")
        }
    }

    /// - Throws: as ``EndArgument/date(in:now:)``.
    func date(in zone: TimeZone, now: Date = Date()) throws -> Date {
        switch form {
        case .seconds(let seconds):
            // To the whole minute that is shown.
            let end = now.timeIntervalSince1970 + TimeInterval(seconds)
            return Date(timeIntervalSince1970: (end / 60).rounded(.up) * 60)
        case .end(let end): return try end.date(in: zone, now: now)
        case .clock(let time):
            // A day on which the clock leaves the hour out has no such time.
            for days in 0...2 {
                let day = LocalTime.text(now + TimeInterval(days) * 86_400, in: zone).prefix(10)
                if let date = LocalTime.readings("\(day)T\(time)", in: zone).first(where: { $0 > now }) { return date }
            }
            throw ValidationError("\(time) does not come soon in \(zone.identifier): give the day too.")
        }
    }
}
