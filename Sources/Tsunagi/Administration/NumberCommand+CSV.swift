import ArgumentParser
import ControlPlane

extension NumberCommand {
    struct Import: CSVImportCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Add and set numbers as a CSV file says: all of it, or nothing.",
            discussion: """
                The first line names the columns, in English or in Japanese: number (IP電話番号), contract (契約番号: a \
                contract, or a voice contract N…), kind (番号種別), withheld-options (対象外オプション), ring-seconds \
                (呼出時間), always (無条件転送), busy (着信中転送), no-answer (無応答転送), unreachable (不通時転送), \
                anonymous-rejected (番号非通知拒否), destination-1 to destination-5 (リスト1…). Only number has to be there; \
                the four rules come together, and so do the five destinations. What has no column stays as it is; an \
                empty field switches off or takes away, but for ring-seconds and kind, which stay.

                Each rule, and anonymous-rejected, may have a schedule: always-hours (無条件転送の時間帯, such as \
                18:00-09:00), always-days (無条件転送の曜日: mon-fri,holidays) and always-ends (無条件転送の終了日時: \
                2026-12-28T09:00), and likewise for the others. Those of the four rules come together; where they have \
                no columns, a rule that stays on keeps its schedule.

                Numbers that are not in the file stay. Each row that is refused \
                is told with its line and the reason. Fields that a spreadsheet program would take for a formula may \
                have an apostrophe in front, as "tsunagi number export" writes them, and so may numbers, which keep their \
                leading zero by it.

                EXAMPLE
                  tsunagi number import numbers.csv --preview
                  tsunagi number import numbers.csv
                  tsunagi number import excel.csv --encoding shift_jis
                """)

        typealias Table = NumberTable

        @OptionGroup var options: CSVImportOptions
        @OptionGroup var common: ChangingOptions

        static func take(_ rows: CSVFile<NumberTable>, commits: Bool, in session: ControlSession) throws
            -> ImportOutcome
        {
            try session.importNumbers(from: rows, commits: commits)
        }
    }

    struct Export: CSVExportCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write numbers with what is set for them as CSV.",
            discussion: """
                "tsunagi number import" takes it up again; --help there tells of the columns. Passwords and block \
                lists are not in it.

                EXAMPLE
                  tsunagi number export numbers.csv --company "Example Trading"
                  tsunagi number export excel.csv --encoding shift_jis --language ja
                """)

        typealias Table = NumberTable

        @OptionGroup var options: CSVExportOptions
        @OptionGroup var common: ReadingOptions

        static func tell(
            _ scope: ExportScope, of session: ControlSession, to append: (Blueprint.Number) throws -> Void
        ) throws {
            _ = try session.export(scope) { part in
                if case .number(let number) = part { try append(number) }
            }
        }
    }
}
