import ArgumentParser
import ControlPlane

extension LoginCommand {
    struct Import: CSVImportCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Add and set login IDs as a CSV file says: all of it, or nothing.",
            discussion: """
                The first line names the columns: login-id (ログインID), contract (契約番号), numbers (利用者番号, with \
                blanks between them), sms-number (SMS認証番号) and language (言語, ja or en). A login ID that is added needs \
                a contract and numbers, and has no password yet. What has no column stays as it is, and so do login IDs that are not in the file. \
                Each row that is refused is told with its line and the reason.

                EXAMPLE
                  tsunagi login import logins.csv --preview
                  tsunagi login import logins.csv
                """)

        typealias Table = LoginTable

        @OptionGroup var options: CSVImportOptions
        @OptionGroup var common: ChangingOptions

        static func take(_ rows: CSVFile<LoginTable>, commits: Bool, in session: ControlSession) throws
            -> ImportOutcome
        {
            try session.importLoginIDs(from: rows, commits: commits)
        }
    }

    struct Export: CSVExportCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write login IDs with their numbers as CSV.",
            discussion: """
                "tsunagi login import" takes it up again. Passwords are not in it.

                EXAMPLE
                  tsunagi login export logins.csv --contract C-1001
                """)

        typealias Table = LoginTable

        @OptionGroup var options: CSVExportOptions
        @OptionGroup var common: ReadingOptions

        private static let pageSize = 1_000

        static func tell(_ scope: ExportScope, of session: ControlSession, to append: (LoginRow) throws -> Void) throws
        {
            switch scope {
            case .everything: try tell(of: nil, session, append)
            case .contract(let contract): try tell(of: contract, session, append)
            case .company(let company):
                var last: String?
                while case let page = try session.contracts(after: last, of: company, limit: pageSize),
                    let end = page.last
                {
                    for contract in page { try tell(of: contract.number, session, append) }
                    last = end.number
                }
            }
        }

        private static func tell(
            of contract: String?, _ session: ControlSession, _ append: (LoginRow) throws -> Void
        ) throws {
            var last: String?
            while case let page = try session.loginIDs(after: last, of: contract, limit: pageSize), let end = page.last
            {
                for state in page { try append(LoginRow(state)) }
                last = end.loginID
            }
        }
    }
}
