import ControlPlane
import Directory
import Foundation
import Testing

@testable import Tsunagi

@Suite struct CSVTests {
    /// Reads a text in pieces of so many octets: each record's line and fields, or what is wrong with it.
    private func read(_ octets: [UInt8], by length: Int = 3) throws -> [String] {
        var rest = octets[...]
        var reader = CSVReader {
            defer { rest = rest.dropFirst(length) }
            return Array(rest.prefix(length))
        }
        try reader.skipByteOrderMark()
        var told: [String] = []
        while let (line, record) = try reader.next() {
            switch record {
            case .success(let record): told.append("\(line) " + record.fields.joined(separator: "|"))
            case .failure(let flaw): told.append("\(line) \(flaw)")
            }
        }
        return told
    }

    @Test(
        "records are read as RFC 4180 has them, with any ends of lines",
        arguments: [
            ("a,b\r\nc,d\r\n", ["1 a|b", "2 c|d"]), ("a,b\nc,d", ["1 a|b", "2 c|d"]),
            ("a\rb\r", ["1 a", "2 b"]), ("a,\r\n,\r\n", ["1 a|", "2 |"]), ("\r\n\r\na\n\nb\n", ["3 a", "5 b"]),
            ("\"a,\"\"b\"\"\nc\",d\ne", ["1 a,\"b\"\nc|d", "3 e"]), ("\"\"\na", ["1 ", "2 a"]), ("", []),
            ("電話,番号\n", ["1 電話|番号"]), ("\u{FEFF}a\n", ["1 a"]),
        ])
    func records(text: String, expected: [String]) throws {
        for length in [1, 3, 1_000] { #expect(try read(Array(text.utf8), by: max(length, 3)) == expected) }
    }

    @Test("a flaw is told with the line that its record begins on, and the next one is read")
    func flaws() throws {
        let told = try read(Array("a\"b\n\"c\"d,e\nf\n\"g\nh".utf8))
        #expect(told.count == 4)
        #expect(told[0].hasPrefix("1 there is a quotation mark"))
        #expect(told[1].hasPrefix("2 after the quotation mark"))
        #expect(told[2] == "3 f")
        #expect(told[3].hasPrefix("4 the quotation mark that begins a field has no end"))
        #expect(try read([0x61, 0xFF, 0x0A, 0x62])[0].hasPrefix("1 this is not UTF-8"))
        let long = [UInt8](repeating: 0x61, count: CSVReader.lengthLimit + 1)
        #expect(try read(long, by: 4_096) == ["1 the row is longer than 65536 octets"])
        let wide = [UInt8](repeating: UInt8(ascii: ","), count: 300)
        #expect(try read(wide, by: 100) == ["1 the row has more than 256 fields"])
    }

    @Test("Shift_JIS is read and written wherever a piece ends")
    func shiftJIS() throws {
        let text = "IP電話番号,無応答転送,ソ\r\n"
        let encoder = try #require(try TextEncoding.shiftJIS.encoder())
        let octets = try encoder.convert(Array(text.utf8), isLast: true)
        #expect(String(bytes: octets, encoding: .shiftJIS) == text)
        for length in 1...5 {
            let decoder = try #require(try TextEncoding.shiftJIS.decoder())
            var (rest, decoded) = (octets[...], [UInt8]())
            while !rest.isEmpty {
                decoded += try decoder.convert(Array(rest.prefix(length)), isLast: rest.count <= length)
                rest = rest.dropFirst(length)
            }
            #expect(String(decoding: decoded, as: UTF8.self) == text)
        }
        #expect(throws: TextConversionError.self) { try encoder.convert(Array("🙂".utf8), isLast: true) }
        #expect(throws: TextConversionError.self) {
            try TextEncoding.shiftJIS.decoder()?.convert([0x83], isLast: true)
        }
    }

    @Test(
        "what a spreadsheet program would take for a formula is written as text, and read as it was",
        arguments: [
            "=1+1", "+12125550100", "-1", "@SUM(A1)", "\t=1", "＝1", "'", "0312345678", "sip:a@b.test", "", "'1001",
            "''1001", "'=1", "＇１",
        ])
    func formulas(text: String) {
        let guarded = SpreadsheetText.guarded(text)
        #expect(guarded.first.map { "=+-@\t＝".contains($0) } != true)
        #expect(SpreadsheetText.plain(guarded) == text)
    }

    @Test("a number that a spreadsheet program has spoilt is not taken for another one")
    func spoilt() {
        #expect(SpreadsheetText.flaw(inNumber: "5012345678")?.contains("lost its leading 0") == true)
        #expect(SpreadsheetText.flaw(inNumber: "312345678")?.contains("lost its leading 0") == true)
        #expect(SpreadsheetText.flaw(inNumber: "5.01E+09")?.contains("lost its digits") == true)
        for text in ["5E+09", "1.e9", "1,23E10", "１．２３Ｅ＋１０"] {
            #expect(SpreadsheetText.flaw(inNumber: text)?.contains("lost its digits") == true, "\(text)")
        }
        for text in ["05012345678", "1001", "alice", "+12125550100", "123456789012", "1e3", "2E10"] {
            #expect(SpreadsheetText.flaw(inNumber: text) == nil)
        }
        for text in ["=\"05012345678\"", "'05012345678"] { #expect(SpreadsheetText.plain(text) == "05012345678") }
        #expect(SpreadsheetText.plain("'０５０－１２３４－５６７８") == "０５０－１２３４－５６７８")
        for text in ["'alice", "o'neill"] { #expect(SpreadsheetText.plain(text) == text) }
    }

    @Test("what is exported of a number with a name such as 1e3 is imported again")
    func nameLikeQuantity() throws {
        let tsunagi = TsunagiProcess()
        for number in ["1e3", "05012345678"] { #expect(try tsunagi.run("number", "add", number).exitCode == 0) }
        let exported = try tsunagi.run("number", "export")
        let other = TsunagiProcess()
        let imported = try other.run("number", "import", "-", input: exported.output)
        #expect(imported.exitCode == 0, "\(imported.errors)")
        #expect(try other.run("number", "export").output == exported.output)
    }

    @Test("the bar shows how far it is, and how long it may still take")
    func bar() {
        #expect(
            ProgressBar.line(1.0 / 3, "330,000 rows", after: .seconds(40))
                == "[##########                    ]  33 %  330,000 rows  0:40, about 1:20 left")
        #expect(ProgressBar.line(7, "", after: .zero).hasPrefix("[##############################] 100 %"))
    }

    @Test(
        "numbers are grouped by thousands",
        arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-12_345, "-12,345")])
    func grouped(number: Int, text: String) {
        #expect(number.grouped == text)
    }
}
