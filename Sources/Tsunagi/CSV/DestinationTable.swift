import ControlPlane
import Foundation

/// The five saved destinations of numbers.
enum DestinationTable: CSVTable {
    enum Column: Int, CSVColumn {
        case number, destination1, destination2, destination3, destination4, destination5

        /// The same as in a table of numbers.
        fileprivate var twin: NumberTable.Column {
            switch self {
            case .number: .number
            case .destination1: .destination1
            case .destination2: .destination2
            case .destination3: .destination3
            case .destination4: .destination4
            case .destination5: .destination5
            }
        }

        var names: [String] { twin.names }
    }

    static let noun = "number"

    static func check(_ header: CSVHeader<Column>, file: String) throws(CSVFileError) {
        let missing = Column.allCases.filter { !header.has($0) }
        guard missing.isEmpty else { throw .missingColumns(file: file, missing.compactMap(\.names.first)) }
    }

    static func row(_ row: CSVRow<Column>) throws -> Blueprint.Number {
        var number = Blueprint.Number(number: try NumberTable.number(row, .number))
        number.forwarding.destinations = [:]
        number.forwarding.rulesFollow = true
        for column in Column.allCases.dropFirst() {
            number.forwarding.destinations?[column.rawValue] = try NumberTable.destination(column, of: row)
        }
        return number
    }

    static func field(_ column: Column, of number: Blueprint.Number, in language: CSVLanguage, _ zone: TimeZone)
        -> String?
    {
        NumberTable.field(column.twin, of: number, in: language, zone)
    }
}
