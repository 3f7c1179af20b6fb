/// First in, first out, in pieces of a fixed size: it grows without copying what it holds.
///
/// What is taken stays in memory until its piece is used up, so it is meant for small values that own nothing.
@usableFromInline
struct WaitingLine<Element> {
    @usableFromInline static var pieceSize: Int { 512 }

    /// The oldest elements; the first of them are taken.
    @usableFromInline var front: ContiguousArray<Element> = []
    @usableFromInline var taken = 0
    /// Full pieces between front and back, oldest first.
    @usableFromInline var middle: ContiguousArray<ContiguousArray<Element>> = []
    /// The youngest elements.
    @usableFromInline var back: ContiguousArray<Element> = []
    /// A piece that was used up, to be filled again.
    @usableFromInline var spare: ContiguousArray<Element> = []

    @inlinable
    init() {}

    /// The oldest element.
    @inlinable var first: Element? {
        taken < front.count ? front[taken] : back.first
    }

    @inlinable
    mutating func append(_ element: Element) {
        if back.count == Self.pieceSize { putBackAside() }
        back.append(element)
    }

    /// Drops the oldest element, if there is one.
    @inlinable
    mutating func dropFirst() {
        if taken == front.count { takeNextPiece() }
        guard taken < front.count else { return }
        taken += 1
        if taken == front.count { takeNextPiece() }
    }

    @inlinable
    mutating func putBackAside() {
        spare.reserveCapacity(Self.pieceSize)
        let full = back
        back = spare
        spare = []
        if taken == front.count {
            (front, taken) = (full, 0)
        } else {
            middle.append(full)
        }
    }

    /// The front is used up.
    @inlinable
    mutating func takeNextPiece() {
        // Swapped, because a second owner would make the next change copy the piece.
        swap(&spare, &front)
        spare.removeAll(keepingCapacity: true)
        taken = 0
        if middle.isEmpty {
            front = []
            swap(&front, &back)
            swap(&back, &spare)
        } else {
            front = middle.removeFirst()
        }
    }
}

extension WaitingLine: Sendable where Element: Sendable {}
