/// Changes a message by splicing: what is not named stays as it came, byte for byte.
///
/// Edits may be given in any order; insertions at the same place come out in the order in which they were made.
package struct MessageEditor: Sendable {
    private struct Edit {
        var start: Int
        var end: Int
        var patch: Range<Int>
    }

    private var edits: [Edit] = []
    private var patches: [UInt8] = []

    package init() {}

    /// Makes it ready for another message and keeps its memory.
    package mutating func reset() {
        edits.removeAll(keepingCapacity: true)
        patches.removeAll(keepingCapacity: true)
    }

    package mutating func replace(_ range: Range<Int>, with text: String) {
        add(range) { $0.append(contentsOf: text.utf8) }
    }

    package mutating func replace(_ range: Range<Int>, with bytes: some Sequence<UInt8>) {
        add(range) { $0.append(contentsOf: bytes) }
    }

    package mutating func replace(_ range: Range<Int>, with bytes: [UInt8]) {
        add(range) { $0.append(contentsOf: bytes) }
    }

    package mutating func insert(_ bytes: [UInt8], at position: Int) {
        add(position..<position) { $0.append(contentsOf: bytes) }
    }

    package mutating func insert(_ text: String, at position: Int) {
        add(position..<position) { $0.append(contentsOf: text.utf8) }
    }

    package mutating func insert(_ bytes: some Sequence<UInt8>, at position: Int) {
        add(position..<position) { $0.append(contentsOf: bytes) }
    }

    package mutating func remove(_ range: Range<Int>) {
        add(range) { _ in }
    }

    /// Removes several elements of list headers, with the commas that only they needed; a line of which nothing is
    /// left goes as a whole. One element alone goes by its ``HeaderElement/removal``.
    package mutating func remove(_ elements: some Collection<HeaderElement>, of message: SIPMessage) {
        let removed = Set(elements.map(\.range.lowerBound))
        let lines = Set(elements.map(\.field.lineStart))
        for field in message.fields where lines.contains(field.lineStart) {
            var line: [HeaderElement] = []
            message.append(field, to: &line)
            guard let first = line.first(where: { !removed.contains($0.range.lowerBound) }) else {
                remove(field.line)
                continue
            }
            if first.index > 0 { remove(field.value.lowerBound..<first.range.lowerBound) }
            for element in line[first.index...] where removed.contains(element.range.lowerBound) {
                remove(element.removal)
            }
        }
    }

    @inline(__always)
    private mutating func add(_ range: Range<Int>, _ write: (inout [UInt8]) -> Void) {
        let start = patches.count
        write(&patches)
        let edit = Edit(start: range.lowerBound, end: range.upperBound, patch: start..<patches.count)
        // Few edits, mostly in order: a sorted insertion from the back keeps equal positions in order.
        var place = edits.count
        while place > 0, edits[place - 1].start > edit.start { place -= 1 }
        edits.insert(edit, at: place)
    }

    /// The changed message. Insertions are never lost. Where two other edits overlap, what either of them covers goes,
    /// and the text of the one that begins first takes its place.
    package func apply(to message: SIPMessage) -> [UInt8] { apply(to: message.bytes) }

    package func apply(to bytes: [UInt8]) -> [UInt8] {
        let room = bytes.count + patches.count
        return unsafe bytes.withUnsafeBufferPointer { source in
            unsafe patches.withUnsafeBufferPointer { patches in
                unsafe [UInt8](unsafeUninitializedCapacity: room) { result, count in
                    func append(_ piece: Slice<UnsafeBufferPointer<UInt8>>) {
                        let end = unsafe count + piece.count
                        _ = unsafe result[count..<end].initialize(fromContentsOf: piece)
                        count = end
                    }
                    var copied = 0
                    for edit in edits {
                        let overlaps = edit.start < copied
                        if !overlaps { unsafe append(source[copied..<edit.start]) }
                        if !overlaps || edit.start == edit.end { unsafe append(patches[edit.patch]) }
                        copied = max(copied, edit.end)
                    }
                    unsafe append(source[copied...])
                }
            }
        }
    }
}
