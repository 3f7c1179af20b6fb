/// A record of a CSV file: a row, as far as its form goes.
struct CSVRecord: Equatable {
    /// The line of the file on which it begins, from 1 on.
    let line: Int
    var fields: [String]
}

/// Why a record can't be read. The next one can.
enum CSVFlaw: Error, Equatable, CustomStringConvertible {
    case quoteInField
    case textAfterQuote
    case openQuote
    case notUTF8
    case tooLong(limit: Int)
    case tooManyFields(limit: Int)

    var description: String {
        switch self {
        case .quoteInField:
            "there is a quotation mark in a field that does not begin with one: put the field between quotation "
                + "marks, and double those in it"
        case .textAfterQuote:
            "after the quotation mark that ends a field there is more than a comma: double the quotation marks "
                + "within fields"
        case .openQuote: "the quotation mark that begins a field has no end"
        case .notUTF8: "this is not UTF-8: give --encoding shift_jis if the file is from Excel"
        case .tooLong(let limit): "the row is longer than \(limit) octets"
        case .tooManyFields(let limit): "the row has more than \(limit) fields"
        }
    }
}

/// Reads the records of RFC 4180 from UTF-8 that comes in pieces. Lines may end with CRLF, LF or CR; those with nothing
/// in them are no records.
struct CSVReader {
    static let lengthLimit = 65_536
    static let fieldLimit = 256

    private let nextPiece: () throws -> [UInt8]
    private var piece: [UInt8] = []
    private var place = 0
    private var line = 1
    private var isAtEnd = false
    /// After a CR, an LF belongs to the same end of line.
    private var skipsLineFeed = false

    /// - Parameter nextPiece: gives the next octets; none at the end.
    init(nextPiece: @escaping () throws -> [UInt8]) { self.nextPiece = nextPiece }

    /// A byte order mark of UTF-8 at the beginning is not part of the first field.
    mutating func skipByteOrderMark() throws {
        guard try peek() == 0xEF else { return }
        if piece.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    /// The next record, or what is wrong with it; nil: there are no more.
    mutating func next() throws -> (line: Int, record: Result<CSVRecord, CSVFlaw>)? {
        while try peek() != nil {
            let start = line
            var builder = Builder()
            try readRecord(&builder)
            if builder.isEmpty { continue }
            if let flaw = builder.flaw { return (start, .failure(flaw)) }
            return (start, .success(CSVRecord(line: start, fields: builder.fields)))
        }
        return nil
    }

    private mutating func readRecord(_ builder: inout Builder) throws {
        var isQuoted = false
        var isClosed = false
        while let octet = try take() {
            if isQuoted {
                if octet != UInt8(ascii: "\"") {
                    builder.append(octet)
                } else if try peek() == UInt8(ascii: "\"") {
                    place += 1
                    builder.append(octet)
                } else {
                    (isQuoted, isClosed) = (false, true)
                }
                continue
            }
            switch octet {
            case UInt8(ascii: ","):
                builder.endField(isQuoted: isClosed)
                isClosed = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                builder.endField(isQuoted: isClosed)
                return
            case UInt8(ascii: "\""):
                if builder.isInField || isClosed {
                    builder.flaw = builder.flaw ?? (isClosed ? .textAfterQuote : .quoteInField)
                } else {
                    isQuoted = true
                }
            default:
                if isClosed { builder.flaw = builder.flaw ?? .textAfterQuote }
                builder.append(octet)
            }
        }
        if isQuoted { builder.flaw = builder.flaw ?? .openQuote }
        builder.endField(isQuoted: isClosed || isQuoted)
    }

    private mutating func peek() throws -> UInt8? {
        if place == piece.count {
            if isAtEnd { return nil }
            piece = try nextPiece()
            place = 0
            isAtEnd = piece.isEmpty
            if isAtEnd { return nil }
        }
        return piece[place]
    }

    /// The next octet, of each end of line only one.
    private mutating func take() throws -> UInt8? {
        guard var octet = try peek() else { return nil }
        if skipsLineFeed, octet == UInt8(ascii: "\n") {
            place += 1
            skipsLineFeed = false
            guard let following = try peek() else { return nil }
            octet = following
        }
        place += 1
        skipsLineFeed = octet == UInt8(ascii: "\r")
        if octet == UInt8(ascii: "\n") || skipsLineFeed { line += 1 }
        return octet
    }

    /// A record on its way.
    private struct Builder {
        var fields: [String] = []
        var flaw: CSVFlaw?
        private var field: [UInt8] = []
        private var length = 0
        private var hasQuotes = false

        init() {
            fields.reserveCapacity(16)
            field.reserveCapacity(32)
        }

        var isInField: Bool { !field.isEmpty }

        /// A line with nothing in it.
        var isEmpty: Bool { fields.count == 1 && fields[0].isEmpty && !hasQuotes && flaw == nil }

        mutating func append(_ octet: UInt8) {
            length += 1
            guard length <= CSVReader.lengthLimit else {
                flaw = flaw ?? .tooLong(limit: CSVReader.lengthLimit)
                return
            }
            field.append(octet)
        }

        mutating func endField(isQuoted: Bool) {
            hasQuotes = hasQuotes || isQuoted
            if fields.count == CSVReader.fieldLimit {
                flaw = flaw ?? .tooManyFields(limit: CSVReader.fieldLimit)
            } else if let text = String(validating: field, as: UTF8.self) {
                fields.append(text)
            } else {
                flaw = flaw ?? .notUTF8
                fields.append("")
            }
            field.removeAll(keepingCapacity: true)
        }
    }
}
