import ControlPlane
import Directory
import Foundation

/// A column of a table: what may stand above it. Its raw value is its place when the table is written, from 0 on.
protocol CSVColumn: CaseIterable, RawRepresentable<Int>, Sendable {
    /// The English name, the Japanese one, and others that are read.
    var names: [String] { get }
}

/// A kind of table: its columns, and what a row of it says. The reader, the writer and the commands are made of it.
protocol CSVTable {
    associatedtype Column: CSVColumn
    associatedtype Row

    /// What a row is about, as it is counted: `number`.
    static var noun: String { get }

    /// - Throws: ``CSVFileError`` for a heading that says too little.
    static func check(_ header: CSVHeader<Column>, file: String) throws(CSVFileError)

    /// - Throws: `BlueprintRefusal` with the column.
    static func row(_ row: CSVRow<Column>) throws -> Row

    /// The field of a row; nil: the row says nothing of it.
    ///
    /// - Parameter zone: in which times are written.
    static func field(_ column: Column, of row: Row, in language: CSVLanguage, _ zone: TimeZone) -> String?
}

/// In which language a table is written. Both are read.
enum CSVLanguage: String, CaseIterable {
    case english = "en"
    case japanese = "ja"

    /// Of names in English and in Japanese.
    func choose(_ names: [String]) -> String { self == .japanese && names.count > 1 ? names[1] : names.first ?? "" }
}

/// Where in a file's rows the columns stand.
struct CSVHeader<Column: CSVColumn> {
    /// By raw values.
    private var places: [Int?] = Array(repeating: nil, count: Column.allCases.count)
    let fieldCount: Int

    /// - Throws: ``CSVFileError`` for a name that no column has, or that is there twice.
    init(_ record: CSVRecord, file: String) throws(CSVFileError) {
        fieldCount = record.fields.count
        for (index, field) in record.fields.enumerated() {
            let name = Self.folded(field)
            // A spreadsheet's empty columns at the end.
            if name.isEmpty { continue }
            guard let column = Column.allCases.first(where: { $0.names.map(Self.folded).contains(name) }) else {
                throw .unknownColumn(
                    file: file, line: record.line, name: field, known: Column.allCases.compactMap(\.names.first))
            }
            guard places[column.rawValue] == nil else {
                throw .columnTwice(file: file, line: record.line, name: field)
            }
            places[column.rawValue] = index
        }
    }

    func has(_ column: Column) -> Bool { places[column.rawValue] != nil }

    func place(of column: Column) -> Int? { places[column.rawValue] }

    /// `Destination_1`, `destination 1` and `ｄｅｓｔｉｎａｔｉｏｎ-１` are the same.
    private static func folded(_ text: String) -> String {
        NumberPlan.halfWidth(text).lowercased().filter { !" -_\u{3000}".contains($0) }
    }
}

/// A row of a table, by its columns.
struct CSVRow<Column: CSVColumn> {
    let header: CSVHeader<Column>
    let record: CSVRecord
    /// In which times without an offset are meant.
    let zone: TimeZone

    /// What stands there, without what keeps it from spreadsheet programs; nil: the table has no such column.
    func text(_ column: Column) -> String? {
        guard let place = header.place(of: column) else { return nil }
        // Spreadsheet programs leave out empty fields at the end.
        guard place < record.fields.count else { return "" }
        return SpreadsheetText.plain(record.fields[place])
    }

    func place(_ column: Column) -> BlueprintPlace {
        BlueprintPlace(line: record.line, path: column.names.first ?? "")
    }

    /// What stands there; nil: the table has no such column, or nothing stands there.
    func stated(_ column: Column) -> Stated<String>? {
        guard let text = text(column), !text.allSatisfy(\.isWhitespace) else { return nil }
        return Stated(text, place(column))
    }

    func refusal(_ column: Column, _ reason: String) -> BlueprintRefusal {
        BlueprintRefusal(place: place(column), reason: reason)
    }
}
