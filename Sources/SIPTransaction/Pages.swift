/// Memory for many elements of one kind, in pages that stay where they are: it grows without copying what it holds, and
/// an element is read and changed where it stands.
///
/// It does not know which of its places hold an element. That is its owner's business, and so is emptying them before
/// the memory goes.
@safe @usableFromInline
final class Pages<Element> {
    /// Places of one page.
    @usableFromInline static var pageSize: UInt32 { 256 }

    /// Pages that are there, and how many the table has room for.
    private var pageCount = 0
    private var tableSize = 0
    // Exclusivity is not checked at run time, because these are asked for at each access and nothing is called while one
    // of them changes.
    @exclusivity(unchecked) @usableFromInline
    var table: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
    /// Places that there is memory for.
    @exclusivity(unchecked) @usableFromInline private(set) var capacity: UInt32 = 0

    @inlinable
    init() {
        unsafe table = .allocate(capacity: 0)
    }

    deinit {
        for page in 0..<pageCount { unsafe table[page].deallocate() }
        unsafe table.deallocate()
    }

    /// Makes room for one page more.
    @usableFromInline
    func addPage() {
        if pageCount == tableSize {
            tableSize = max(64, tableSize * 2)
            let longer = UnsafeMutablePointer<UnsafeMutablePointer<Element>>.allocate(capacity: tableSize)
            unsafe longer.moveInitialize(from: table, count: pageCount)
            unsafe table.deallocate()
            unsafe table = longer
        }
        let page = UnsafeMutablePointer<Element>.allocate(capacity: Int(Self.pageSize))
        unsafe (table + pageCount).initialize(to: page)
        pageCount += 1
        unsafe capacity += Self.pageSize
    }

    /// Where a place lies; it has to be below ``capacity``.
    @inlinable @inline(__always)
    func pointer(_ place: UInt32) -> UnsafeMutablePointer<Element> {
        unsafe table[Int(place / Self.pageSize)] + Int(place % Self.pageSize)
    }
}
