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

    /// - Parameter range: octets of the message as it came; edits before do not shift it. An empty one inserts.
    package mutating func replace(_ range: Range<Int>, with text: String) {
        let start = patches.count
        patches.append(contentsOf: text.utf8)
        add(range, start)
    }

    /// Likewise with octets, which need not be UTF-8.
    package mutating func replace(_ range: Range<Int>, with bytes: [UInt8]) {
        let start = patches.count
        patches.append(contentsOf: bytes)
        add(range, start)
    }

    /// Likewise with a part of another message, without a copy of it between.
    package mutating func replace(_ range: Range<Int>, with bytes: ArraySlice<UInt8>) {
        let start = patches.count
        patches.append(contentsOf: bytes)
        add(range, start)
    }

    /// Likewise with a number in decimal.
    package mutating func replace(_ range: Range<Int>, withNumber number: Int) {
        let start = patches.count
        patches.append(decimal: number)
        add(range, start)
    }

    /// - Parameter position: in the message as it came; before the octet that stands there.
    package mutating func insert(_ text: String, at position: Int) {
        replace(position..<position, with: text)
    }

    /// Likewise with octets.
    package mutating func insert(_ bytes: [UInt8], at position: Int) {
        replace(position..<position, with: bytes)
    }

    /// Takes octets out; a comma or CRLF that only they needed has to be among them.
    package mutating func remove(_ range: Range<Int>) {
        add(range, patches.count)
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

    /// - Parameter start: where among the patches what was written for this edit begins.
    private mutating func add(_ range: Range<Int>, _ start: Int) {
        let edit = Edit(start: range.lowerBound, end: range.upperBound, patch: start..<patches.count)
        guard let last = edits.last, last.start > edit.start else { return edits.append(edit) }
        // Few edits, mostly in order: a sorted insertion from the back keeps equal positions in order.
        var place = edits.count
        while place > 0, edits[place - 1].start > edit.start { place -= 1 }
        edits.insert(edit, at: place)
    }

    /// The changed message. Insertions are never lost. Where two other edits overlap, what either of them covers goes,
    /// and the text of the one that begins first takes its place.
    package func apply(to message: SIPMessage) -> [UInt8] { apply(to: message.bytes) }

    /// The same on the octets of the message.
    package func apply(to bytes: [UInt8]) -> [UInt8] {
        // Reserved and appended, because an array that is made of uninitialised room asks for its type at run time.
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + patches.count)
        unsafe bytes.withUnsafeBufferPointer { original in
            unsafe patches.withUnsafeBufferPointer { written in
                var copied = 0
                for edit in edits {
                    let overlaps = edit.start < copied
                    if !overlaps {
                        unsafe result.append(contentsOf: UnsafeBufferPointer(rebasing: original[copied..<edit.start]))
                    }
                    if !overlaps || edit.start == edit.end {
                        unsafe result.append(contentsOf: UnsafeBufferPointer(rebasing: written[edit.patch]))
                    }
                    copied = max(copied, edit.end)
                }
                unsafe result.append(contentsOf: UnsafeBufferPointer(rebasing: original[copied...]))
            }
        }
        return result
    }
}
