import Testing

@testable import Directory

@Suite("Packed octets")
struct PackedOctetsTests {
    @Test("integers and texts come out as they went in, in as many octets as were told before")
    func roundTrip() {
        let long = [253, 254, 65_533, 65_534, 70_000].map { String(repeating: "x", count: $0) }
        let texts = [nil, "", "é", "電話"] + long
        var writer = PackedWriter(capacity: 3)
        writer.integer(Int64.min)
        for text in texts { writer.text(text) }
        writer.octet(.max)
        writer.integer(UInt32.max - 1)
        writer.integer(UInt16(0x0102))
        writer.integer(-1 as Int64)
        let size = texts.reduce(0) { $0 + PackedWriter.size(of: $1) }
        #expect(writer.octets.count == 8 + size + 1 + 4 + 2 + 8)
        var reader = PackedReader(writer.octets)
        #expect(reader.integer(Int64.self) == .min)
        for text in texts { #expect(reader.text() == text) }
        #expect(reader.octet() == .max && reader.integer(UInt32.self) == .max - 1)
        #expect(reader.octets(2) == [2, 1])
        #expect(reader.integer(Int64.self) == -1)
    }

    @Test("a usual text takes one octet more than it has")
    func sizes() {
        let lengths = [0, 253, 254, 65_533, 65_534]
        #expect(PackedWriter.size(of: nil) == 1)
        #expect(
            lengths.map { PackedWriter.size(of: String(repeating: "x", count: $0)) - $0 } == [1, 1, 3, 3, 7])
    }

    @Test("what is passed over is not read")
    func skips() {
        var writer = PackedWriter()
        writer.text("a")
        writer.text("b")
        var reader = PackedReader(writer.octets)
        reader.skip(PackedWriter.size(of: "a"))
        #expect(reader.text() == "b")
    }
}
