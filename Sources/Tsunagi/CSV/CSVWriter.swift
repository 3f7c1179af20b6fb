import Foundation

/// Writes a table as RFC 4180 has it.
struct CSVWriter<Table: CSVTable> {
    private static var pieceLength: Int { 65_536 }

    private let encoder: TextConverter?
    private let language: CSVLanguage
    private let zone: TimeZone
    private let write: ([UInt8]) throws -> Void
    private var buffer: [UInt8] = []

    /// - Parameters:
    ///   - zone: in which times are written.
    ///   - write: takes the next octets of the file.
    init(_ encoding: TextEncoding, _ language: CSVLanguage, _ zone: TimeZone, write: @escaping ([UInt8]) throws -> Void)
        throws
    {
        encoder = try encoding.encoder()
        self.language = language
        self.zone = zone
        self.write = write
        if encoding == .markedUTF8 { buffer = [0xEF, 0xBB, 0xBF] }
        append(Table.Column.allCases.map { language.choose($0.names) })
    }

    mutating func append(_ row: Table.Row) throws {
        append(Table.Column.allCases.map { Table.field($0, of: row, in: language, zone) ?? "" })
        if buffer.count >= Self.pieceLength { try flush() }
    }

    mutating func finish() throws { try flush() }

    private mutating func append(_ fields: [String]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            append(SpreadsheetText.guarded(field))
        }
        buffer += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }

    private mutating func append(_ field: String) {
        let quote = UInt8(ascii: "\"")
        guard field.utf8.contains(where: { [quote, UInt8(ascii: ","), 13, 10].contains($0) }) else {
            buffer += field.utf8
            return
        }
        buffer.append(quote)
        for octet in field.utf8 { buffer += octet == quote ? [quote, quote] : [octet] }
        buffer.append(quote)
    }

    /// At the end of a row, so no character is cut.
    private mutating func flush() throws {
        try write(encoder?.convert(buffer, isLast: true) ?? buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
