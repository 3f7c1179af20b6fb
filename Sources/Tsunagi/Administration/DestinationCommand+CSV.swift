import ArgumentParser
import ControlPlane

extension DestinationCommand {
    struct Import: CSVImportCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Save the destinations of many numbers as a CSV file says: all of it, or nothing.",
            discussion: """
                The first line names the columns: number (IP電話番号), destination-1 to destination-5 (リスト1…). The five \
                destinations of a row are the whole list of its number; a rule that uses one follows what takes its \
                place. Each row that is refused is told with its line and the reason.

                EXAMPLE
                  tsunagi destination import destinations.csv --preview
                  tsunagi destination import destinations.csv
                """)

        typealias Table = DestinationTable

        @OptionGroup var options: CSVImportOptions
        @OptionGroup var common: ChangingOptions

        static func take(_ rows: CSVFile<DestinationTable>, commits: Bool, in session: ControlSession) throws
            -> ImportOutcome
        {
            try session.importDestinations(from: rows, commits: commits)
        }
    }

    struct Export: CSVExportCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write the saved destinations of all numbers as CSV.",
            discussion: """
                "tsunagi destination import" takes it up again. Numbers without saved destinations are in it too.

                EXAMPLE
                  tsunagi destination export destinations.csv
                  tsunagi destination export saved.csv --encoding shift_jis --language ja
                """)

        typealias Table = DestinationTable

        @OptionGroup var options: CSVExportOptions
        @OptionGroup var common: ReadingOptions

        static func tell(
            _ scope: ExportScope, of session: ControlSession, to append: (Blueprint.Number) throws -> Void
        ) throws {
            try NumberCommand.Export.tell(scope, of: session, to: append)
        }
    }
}
