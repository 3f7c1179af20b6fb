/// Names an element of a ``Slab``. A place is used again, but never under the same generation, so a name that has
/// outlived its element finds nothing.
@usableFromInline
package struct SlotID: Hashable, Sendable {
    @usableFromInline package let index: UInt32
    @usableFromInline package let generation: UInt32

    @inlinable
    package init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }

    /// Names nothing.
    @inlinable static var nothing: SlotID { SlotID(index: 0, generation: 0) }
}

/// A table whose elements keep their place in memory: it grows without moving them, and they are read and changed
/// where they stand.
///
/// A class, because there is one of each kind and nobody wants a copy. Inlinable, because another module's element would
/// otherwise be moved through witness tables at each access.
@usableFromInline
package final class Slab<Element> {
    @usableFromInline static var none: UInt32 { .max }

    @usableFromInline let places = Pages<SlabPlace>()
    @usableFromInline let elements = Pages<Element>()
    // Exclusivity is not checked at run time, because these are asked for at each access and nothing is called while one
    // of them changes.
    /// Places that have ever been used: all below this one.
    @exclusivity(unchecked) @usableFromInline var used: UInt32 = 0
    @exclusivity(unchecked) @usableFromInline var firstEmpty: UInt32 = .max
    @exclusivity(unchecked) @usableFromInline var living = 0

    package init() {}

    deinit {
        for index in unsafe 0..<used where unsafe places.pointer(index).pointee.generation & 1 == 1 {
            unsafe elements.pointer(index).deinitialize(count: 1)
        }
    }

    /// Elements that are there.
    @inlinable package var count: Int { unsafe living }

    /// - Returns: the name that finds it, in constant time; it is never given again to another element until a place
    ///   was used two thousand million times.
    @inlinable
    package func insert(_ element: consuming Element) -> SlotID {
        unsafe living += 1
        var index = unsafe firstEmpty
        if index == Self.none {
            index = addPlace()
        } else {
            unsafe firstEmpty = places.pointer(index).pointee.nextEmpty
        }
        let place = unsafe places.pointer(index)
        unsafe place.pointee.generation &+= 1
        unsafe elements.pointer(index).initialize(to: element)
        return SlotID(index: index, generation: unsafe place.pointee.generation)
    }

    @inlinable
    func addPlace() -> UInt32 {
        let index = unsafe used
        if unsafe index == places.capacity {
            places.addPage()
            elements.addPage()
        }
        unsafe places.pointer(index).initialize(to: SlabPlace(generation: 0, nextEmpty: Self.none))
        unsafe used += 1
        return index
    }

    /// Whether the element of this name is still there, and not another one in its place.
    @inlinable
    package func contains(_ id: SlotID) -> Bool {
        unsafe id.index < used && id.generation & 1 == 1
            && places.pointer(id.index).pointee.generation == id.generation
    }

    /// The name of the element that has this place, nil if none has.
    @inlinable
    func id(at index: UInt32) -> SlotID? {
        guard unsafe index < used else { return nil }
        let generation = unsafe places.pointer(index).pointee.generation
        return generation & 1 == 1 ? SlotID(index: index, generation: generation) : nil
    }

    /// The element, nil if it is gone. Setting one that is gone does nothing; setting one to nil removes it.
    ///
    /// While it is changed here it is not in its place: nothing else may ask for it until that is done.
    @inlinable
    package subscript(id: SlotID) -> Element? {
        get { contains(id) ? unsafe elements.pointer(id.index).pointee : nil }
        _modify {
            guard contains(id) else {
                var nothing: Element?
                yield &nothing
                return
            }
            let place = unsafe elements.pointer(id.index)
            var element: Element? = unsafe place.move()
            defer {
                if let element {
                    unsafe place.initialize(to: element)
                } else {
                    retire(id.index)
                }
            }
            yield &element
        }
    }

    /// An element that is known to be there (see ``contains(_:)``), read and changed where it stands.
    ///
    /// Two changes of one element may not overlap, and it may not be removed meanwhile: nothing checks that.
    @inlinable
    package subscript(at id: SlotID) -> Element {
        @inline(__always) _read {
            precondition(contains(id))
            yield unsafe elements.pointer(id.index).pointee
        }
        @inline(__always) _modify {
            precondition(contains(id))
            yield unsafe &elements.pointer(id.index).pointee
        }
    }

    /// Removes an element.
    ///
    /// - Returns: it; nil if it was gone.
    @inlinable
    @discardableResult
    package func remove(_ id: SlotID) -> Element? {
        guard contains(id) else { return nil }
        let element = unsafe elements.pointer(id.index).move()
        retire(id.index)
        return element
    }

    /// Removes an element that nobody needs to see again.
    @inlinable
    package func discard(_ id: SlotID) {
        guard contains(id) else { return }
        unsafe elements.pointer(id.index).deinitialize(count: 1)
        retire(id.index)
    }

    /// Makes a place whose element is gone ready for another.
    @inlinable
    func retire(_ index: UInt32) {
        let place = unsafe places.pointer(index)
        unsafe place.pointee.generation &+= 1
        unsafe place.pointee.nextEmpty = firstEmpty
        unsafe firstEmpty = index
        unsafe living -= 1
    }

    /// The names of all elements, in the order of their places.
    package var ids: [SlotID] { unsafe (0..<used).compactMap { id(at: $0) } }
}

/// What a ``Slab`` knows of one of its places.
@usableFromInline
struct SlabPlace {
    /// Odd while the place holds an element.
    @usableFromInline var generation: UInt32
    /// The next place without an element, if this one has none.
    @usableFromInline var nextEmpty: UInt32

    @inlinable
    init(generation: UInt32, nextEmpty: UInt32) {
        self.generation = generation
        self.nextEmpty = nextEmpty
    }
}
