/// First in, first out, in pieces of a fixed size: it grows without copying what it holds.
///
/// What is taken stays in memory until its piece is used up, so it is meant for small values that own nothing.
@usableFromInline
struct WaitingLine<Element> {
    @usableFromInline static var pieceSize: Int { 512 }

    /// Never empty. All but the last are full.
    @usableFromInline var pieces: ContiguousArray<ContiguousArray<Element>> = [[]]
    /// How many of the first piece are taken.
    @usableFromInline var taken = 0
    /// A piece that was used up, to be filled again.
    @usableFromInline var spare: ContiguousArray<Element> = []

    @inlinable
    init() {}

    /// The oldest element.
    @inlinable var first: Element? {
        taken < pieces[0].count ? pieces[0][taken] : nil
    }

    @inlinable
    mutating func append(_ element: Element) {
        var last = pieces.count - 1
        if pieces[last].count == Self.pieceSize {
            addPiece()
            last += 1
        }
        pieces[last].append(element)
    }

    /// Drops the oldest element, if there is one.
    @inlinable
    mutating func dropFirst() {
        guard taken < pieces[0].count else { return }
        taken += 1
        if taken == pieces[0].count { dropPiece() }
    }

    @inlinable
    mutating func addPiece() {
        spare.reserveCapacity(Self.pieceSize)
        pieces.append(spare)
        spare = []
    }

    @inlinable
    mutating func dropPiece() {
        taken = 0
        if pieces.count == 1 {
            pieces[0].removeAll(keepingCapacity: true)
        } else {
            spare = pieces.removeFirst()
            spare.removeAll(keepingCapacity: true)
        }
    }
}

extension WaitingLine: Sendable where Element: Sendable {}
