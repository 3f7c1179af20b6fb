import ControlPlane
import Foundation
import Glibc

/// Why a table can't be read at all.
enum CSVFileError: Error, CustomStringConvertible {
    case unreadable(file: String, reason: String)
    case empty(file: String)
    case utf16(file: String)
    case heading(file: String, line: Int, CSVFlaw)
    case unknownColumn(file: String, line: Int, name: String, known: [String])
    case columnTwice(file: String, line: Int, name: String)
    case missingColumns(file: String, [String])
    case conversion(file: String, TextConversionError)

    var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file) can't be read: \(reason)"
        case .empty(let file): "\(file) is empty: its first line names the columns, see --help"
        case .utf16(let file): "\(file) is UTF-16: save it as \"CSV UTF-8\""
        case .heading(let file, let line, let flaw): "\(file), line \(line): \(flaw)"
        case .unknownColumn(let file, let line, let name, let known):
            "\(file), line \(line): there is no column \"\(name)\"; there are \(known.joined(separator: ", "))"
        case .columnTwice(let file, let line, let name): "\(file), line \(line): the column \"\(name)\" is there twice"
        case .missingColumns(let file, let names):
            "\(file): its first line does not name \(names.joined(separator: ", ")): add what is missing"
        case .conversion(let file, let error): "\(file): \(error)"
        }
    }
}

/// A table in a file, which is read as often as it is asked for and never kept.
final class CSVFile<Table: CSVTable>: ImportedRows {
    private static var pieceLength: Int { 262_144 }
    /// Some hundred rows.
    private static var fewLength: UInt64 { 16_384 }

    /// What stands for it in what is told: its path, or `standard input`.
    let name: String
    private let handle: FileHandle
    private let length: UInt64
    private let encoding: TextEncoding
    private let zone: TimeZone
    /// Is told how many octets of how many are read, and how many rows.
    var progress: (_ read: UInt64, _ length: UInt64, _ rows: Int) -> Void = { _, _, _ in }

    /// - Parameters:
    ///   - path: `-` reads the standard input, which is copied into a file without a name first.
    ///   - zone: in which times without an offset are meant.
    init(path: String, encoding: TextEncoding, zone: TimeZone) throws {
        name = path == "-" ? "standard input" : path
        self.encoding = encoding
        self.zone = zone
        if path == "-" {
            handle = try Self.copied(FileHandle.standardInput)
        } else {
            try ReadFile.require(path)
            guard let opened = FileHandle(forReadingAtPath: path) else { throw ReadFile.failure(path) }
            handle = opened
        }
        do {
            length = try handle.seekToEnd()
        } catch {
            throw CSVFileError.unreadable(file: name, reason: "it is no file; give - for the standard input")
        }
    }

    var areFew: Bool { length <= Self.fewLength }

    func each(_ body: (_ line: Int, _ row: Result<Table.Row, BlueprintRefusal>) throws -> Void) throws {
        try handle.seek(toOffset: 0)
        var rows = 0
        var reader = CSVReader(nextPiece: try pieces { [progress, length] in progress($0, length, rows) })
        try reader.skipByteOrderMark()
        guard let (line, first) = try reader.next() else { throw CSVFileError.empty(file: name) }
        let header: CSVHeader<Table.Column>
        do {
            header = try CSVHeader(first.get(), file: name)
        } catch let flaw as CSVFlaw {
            throw CSVFileError.heading(file: name, line: line, flaw)
        }
        try Table.check(header, file: name)
        while let (line, record) = try reader.next() {
            rows += 1
            try body(line, self.row(record, header, line))
        }
        progress(length, length, rows)
    }

    private func row(_ record: Result<CSVRecord, CSVFlaw>, _ header: CSVHeader<Table.Column>, _ line: Int)
        throws -> Result<Table.Row, BlueprintRefusal>
    {
        let place = BlueprintPlace(line: line, path: "")
        switch record {
        case .failure(let flaw): return .failure(BlueprintRefusal(place: place, reason: flaw.description))
        case .success(let record):
            if record.fields.count > header.fieldCount,
                record.fields.dropFirst(header.fieldCount).contains(where: { !$0.isEmpty })
            {
                let reason = "there are \(record.fields.count) fields, and only \(header.fieldCount) columns"
                return .failure(BlueprintRefusal(place: place, reason: reason))
            }
            do {
                return .success(try Table.row(CSVRow(header: header, record: record, zone: zone)))
            } catch let refusal as BlueprintRefusal {
                return .failure(refusal)
            }
        }
    }

    /// The file's text in UTF-8, piece by piece.
    private func pieces(told: @escaping (UInt64) -> Void) throws -> () throws -> [UInt8] {
        var read: UInt64 = 0
        let decoder: TextConverter?
        do {
            decoder = try encoding.decoder()
        } catch let error as TextConversionError {
            throw CSVFileError.conversion(file: name, error)
        }
        return { [handle, name] in
            while true {
                guard let data = try? handle.read(upToCount: Self.pieceLength) ?? Data() else {
                    throw CSVFileError.unreadable(
                        file: name, reason: "reading broke off; see whether its disk is in order")
                }
                let piece = Array(data)
                if read == 0, piece.starts(with: [0xFF, 0xFE]) || piece.starts(with: [0xFE, 0xFF]) {
                    throw CSVFileError.utf16(file: name)
                }
                read += UInt64(piece.count)
                told(read)
                guard let decoder else { return piece }
                do {
                    let text = try decoder.convert(piece, isLast: piece.isEmpty)
                    if !text.isEmpty || piece.isEmpty { return text }
                } catch let error as TextConversionError {
                    throw CSVFileError.conversion(file: name, error)
                }
            }
        }
    }

    private static func copied(_ input: FileHandle) throws -> FileHandle {
        guard let file = unsafe tmpfile() else {
            throw CSVFileError.unreadable(file: "standard input", reason: noRoom)
        }
        let descriptor = dup(unsafe fileno(file))
        unsafe fclose(file)
        let copy = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        while true {
            guard let piece = try? input.read(upToCount: pieceLength) ?? Data() else { throw ReadFile.failure("-") }
            guard !piece.isEmpty else { return copy }
            do {
                try copy.write(contentsOf: piece)
            } catch {
                throw CSVFileError.unreadable(file: "standard input", reason: noRoom)
            }
        }
    }

    private static var noRoom: String { "there is no room for a copy of it; give a file" }
}
