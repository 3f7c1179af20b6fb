import Directory

/// One call as it lies in a ``CallBatch``: eight words, the texts of its columns, and its detail as it is stored.
@safe struct EncodedCall {
    private static let headerSize = 8 * MemoryLayout<Int64>.size
    /// Stands for no answer; no call is as old as that.
    private static let never = Int64.min

    let startedAt: Int64
    let answeredAt: Int64?
    let endedAt: Int64
    let status: Int64
    let id: UnsafeRawBufferPointer
    let callID: UnsafeRawBufferPointer
    let caller: UnsafeRawBufferPointer
    let callee: UnsafeRawBufferPointer
    let detail: UnsafeRawBufferPointer

    /// Puts a call behind what is there.
    static func write(_ record: CallRecord, to octets: inout [UInt8]) {
        let header: InlineArray<8, Int64> = [
            record.startedAt, record.answeredAt ?? never, record.endedAt, Int64(record.status),
            Int64(record.id.utf8.count), Int64(record.callID.utf8.count), Int64(record.caller.utf8.count),
            Int64(record.callee.utf8.count),
        ]
        unsafe header.span.bytes.withUnsafeBytes { unsafe octets.append(contentsOf: $0) }
        octets.append(contentsOf: record.id.utf8)
        octets.append(contentsOf: record.callID.utf8)
        octets.append(contentsOf: record.caller.utf8)
        octets.append(contentsOf: record.callee.utf8)
        var detail = JSONWriter(capacity: 512)
        CallDetail.write(record, to: &detail)
        unsafe detail.withOctets { unsafe octets.append(contentsOf: $0) }
    }

    /// - Parameter octets: what ``write(_:to:)`` has put there; they stay where they are while this is used.
    @unsafe init(_ octets: UnsafeRawBufferPointer) {
        func word(_ place: Int) -> Int64 {
            unsafe octets.loadUnaligned(fromByteOffset: place * MemoryLayout<Int64>.size, as: Int64.self)
        }
        var start = Self.headerSize
        func next(_ count: Int) -> UnsafeRawBufferPointer {
            defer { start += count }
            return unsafe UnsafeRawBufferPointer(rebasing: octets[start..<(start + count)])
        }
        startedAt = word(0)
        answeredAt = word(1) == Self.never ? nil : word(1)
        endedAt = word(2)
        status = word(3)
        unsafe id = next(Int(word(4)))
        unsafe callID = next(Int(word(5)))
        unsafe caller = next(Int(word(6)))
        unsafe callee = next(Int(word(7)))
        unsafe detail = UnsafeRawBufferPointer(rebasing: octets[start...])
    }
}
