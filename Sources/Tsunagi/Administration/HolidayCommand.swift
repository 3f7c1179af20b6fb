import ArgumentParser
import ControlPlane
import Directory
import Foundation

struct HolidayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holiday", abstract: "National holidays, which the days of a rule may name.",
        subcommands: [List.self, Add.self, Remove.self, Import.self])

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the holidays that are known.",
            discussion: """
                EXAMPLE
                  tsunagi holiday list
                  tsunagi holiday list --year 2026 --json
                """)

        @Option(help: "Only this year's.")
        var year: Int?

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            try output.list(
                workplace.session.holidays(of: year), empty: "No holidays are known.", text: HolidayCommand.line)
        }
    }

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a day, such as one on which the office is closed.",
            discussion: """
                It stays when a new national table is imported.

                EXAMPLE
                  tsunagi holiday add 2026-12-29 "Year-end closure"
                """)

        @Argument(help: "The day, 2026-12-29.")
        var day: String

        @Argument(help: "What it is called.")
        var name: String

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let holiday = try workplace.session.addHoliday(day, named: name)
            try output.show(holiday, text: "added " + HolidayCommand.line(holiday))
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a day: it counts as the weekday that it is.",
            discussion: """
                EXAMPLE
                  tsunagi holiday remove 2026-12-29
                """)

        @Argument(help: "The day, 2026-12-29.")
        var day: String

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let holiday = try workplace.session.removeHoliday(day)
            try output.show(holiday, text: "removed " + HolidayCommand.line(holiday))
        }
    }

    struct Import: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Take up the Cabinet Office's table of national holidays.",
            discussion: """
                The file is the one that the Cabinet Office of Japan publishes (syukujitsu.csv, in Shift_JIS), or the \
                same in UTF-8: a day and a name in each line. For the years that it is about it takes the place of \
                what was known; days that were added by hand stay.

                EXAMPLE
                  tsunagi holiday import syukujitsu.csv
                """)

        @Argument(help: "The file; - reads the standard input.")
        var file: String

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let result = try workplace.session.importHolidays(try ReadFile.data(file))
            let changes = [("added", result.added), ("renamed", result.renamed), ("removed", result.removed)]
            var lines = [
                "\(result.firstYear) to \(result.lastYear): "
                    + changes.map { "\($0.1.count) \($0.0)" }.joined(separator: ", ")
            ]
            for (what, holidays) in changes {
                lines += holidays.map { "  " + what.column(9) + HolidayCommand.line($0) }
            }
            try output.show(result, text: lines.joined(separator: "\n"))
        }
    }

    private static func line(_ holiday: HolidayState) -> String {
        "\(holiday.day) \(holiday.weekday.rawValue)  \(holiday.name)" + (holiday.national ? "" : "  (added here)")
    }
}
