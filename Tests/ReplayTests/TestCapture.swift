import Foundation
import Replay

/// A capture file written by hand, octet by octet, so that the reader is not tested against a writer that shares its
/// mistakes.
struct TestCapture {
    enum Format {
        case pcap
        case pcapNanoseconds
        case pcapBigEndian
        case pcapng
    }

    /// LINKTYPE_ values of the file formats.
    enum Link: UInt32 {
        case null = 0
        case ethernet = 1
        case ieee80211 = 105
        case raw = 101
        case loop = 108
        case cooked = 113
        case ipv4 = 228
        case ipv6 = 229
        case cooked2 = 276
    }

    static let second: UInt64 = 1_000_000_000
    /// 2026-01-01 00:00 UTC.
    static let start: UInt64 = 1_767_225_600 * second

    var link = Link.ethernet
    var format = Format.pcap
    private(set) var frames: [(timestamp: UInt64, bytes: [UInt8], length: Int)] = []

    /// - Parameters:
    ///   - offset: nanoseconds after `start`; a millisecond after the frame before if none is given.
    ///   - snapshot: how many octets of the frame the capture keeps.
    mutating func add(_ frame: [UInt8], at offset: UInt64? = nil, snapshot: Int = .max) {
        let timestamp = offset.map { Self.start + $0 } ?? (frames.last?.timestamp ?? Self.start) + 1_000_000
        frames.append((timestamp, Array(frame.prefix(snapshot)), frame.count))
    }

    var bytes: [UInt8] {
        switch format {
        case .pcap: pcap(magic: 0xa1b2_c3d4, ticks: 1000)
        case .pcapNanoseconds: pcap(magic: 0xa1b2_3c4d, ticks: 1)
        case .pcapBigEndian: pcap(magic: 0xa1b2_c3d4, ticks: 1000, isBigEndian: true)
        case .pcapng: pcapng()
        }
    }

    private func pcap(magic: UInt32, ticks: UInt64, isBigEndian: Bool = false) -> [UInt8] {
        func word(_ value: UInt32) -> [UInt8] {
            isBigEndian ? Wire.u32(value) : Wire.u32(value.byteSwapped)
        }
        let version: [UInt8] = isBigEndian ? [0, 2, 0, 4] : [2, 0, 4, 0]
        var file = word(magic) + version + word(0) + word(0) + word(262_144) + word(link.rawValue)
        for frame in frames {
            file += word(UInt32(frame.timestamp / Self.second))
            file += word(UInt32(frame.timestamp % Self.second / ticks))
            file += word(UInt32(frame.bytes.count)) + word(UInt32(frame.length)) + frame.bytes
        }
        return file
    }

    /// One section, one interface, an unknown block, and the frames.
    private func pcapng() -> [UInt8] {
        func word(_ value: UInt32) -> [UInt8] { Wire.u32(value.byteSwapped) }
        var file = Self.block(0x0a0d_0d0a, word(0x1a2b_3c4d) + [1, 0, 0, 0] + [UInt8](repeating: 0xff, count: 8))
        file += Self.interface(link)
        file += Self.block(0x0bad, [1, 2, 3])
        for frame in frames {
            file += Self.block(
                6,
                word(0) + word(UInt32(frame.timestamp >> 32)) + word(UInt32(truncatingIfNeeded: frame.timestamp))
                    + word(UInt32(frame.bytes.count)) + word(UInt32(frame.length)) + frame.bytes)
        }
        return file
    }

    /// The description of an interface of pcapng, with timestamps in nanoseconds.
    static func interface(_ link: Link, snapshot: UInt32 = 262_144) -> [UInt8] {
        let resolution: [UInt8] = [9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]
        return block(1, Wire.u32(link.rawValue.byteSwapped) + Wire.u32(snapshot.byteSwapped) + resolution)
    }

    private static func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
        let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
        let length = Wire.u32(UInt32(padded.count + 12).byteSwapped)
        return Wire.u32(type.byteSwapped) + length + padded + length
    }

    /// Writes the file into a folder of its own and reads it back; `cut` octets of its end are left out.
    func read(cut: Int = 0, limits: CaptureLimits = CaptureLimits()) throws -> Capture {
        try Self.withFile(Array(bytes.dropLast(cut))) { try CaptureReader.read(path: $0, limits: limits) }
    }

    static func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "replay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "test.pcap")
        try Data(bytes).write(to: file)
        return try body(file.path)
    }
}
