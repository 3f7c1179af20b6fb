import Testing

@testable import Portal

@Suite("QR codes")
struct QRCodeTests {
    @Test("A code has its finder patterns in three corners, and white ground around it")
    func finders() throws {
        let code = try #require(QRCode("otpauth://totp/Tsunagi:taro@example.jp?secret=JBSWY3DPEHPK3PXP"))
        let dark = try modules(of: code)
        let size = code.side - 8
        for (row, column) in [(4, 4), (4, 4 + size - 7), (4 + size - 7, 4)] {
            #expect((0..<7).allSatisfy { dark.contains([row, column + $0]) && dark.contains([row + 6, column + $0]) })
            #expect((2..<5).allSatisfy { dark.contains([row + 3, column + $0]) })
            #expect(!dark.contains([row + 1, column + 1]))
        }
        #expect(dark.allSatisfy { (4..<code.side - 4).contains($0[0]) && (4..<code.side - 4).contains($0[1]) })
        #expect((21...177).contains(size) && (size - 17).isMultiple(of: 4))
    }

    @Test("A text that is too long for any code, or empty, has none")
    func limits() {
        #expect(QRCode(String(repeating: "a", count: 2331))?.side == 177 + 8)
        #expect(QRCode(String(repeating: "a", count: 2332)) == nil)
        #expect(QRCode("") == nil)
    }

    /// The dark modules that the picture's path covers, as row and column.
    private func modules(of code: QRCode) throws -> Set<[Int]> {
        var dark: Set<[Int]> = []
        for run in code.path.matches(of: /M(\d+) (\d+)h(\d+)v1h-\d+z/) {
            let (column, row) = (try #require(Int(run.1)), try #require(Int(run.2)))
            for offset in 0..<(try #require(Int(run.3))) { dark.insert([row, column + offset]) }
        }
        return dark
    }
}
