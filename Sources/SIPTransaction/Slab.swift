/// Names an element of a ``Slab``. A place is used again, but never under the same generation, so a name that has
/// outlived its element finds nothing.
package struct SlotID: Hashable, Sendable {
    package let index: UInt32
    package let generation: UInt32

    package init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }
}

/// A table whose elements keep their place and are changed in place.
///
/// Inlinable, because another module's element would otherwise be moved through witness tables at each access.
@frozen
package struct Slab<Element> {
    @usableFromInline var elements: [Element?] = []
    @usableFromInline var generations: [UInt32] = []
    @usableFromInline var free: [UInt32] = []

    @inlinable package init() {}

    @inlinable package var count: Int { elements.count - free.count }

    @inlinable
    package mutating func insert(_ element: Element) -> SlotID {
        if let index = free.popLast() {
            elements[Int(index)] = element
            return SlotID(index: index, generation: generations[Int(index)])
        }
        elements.append(element)
        generations.append(1)
        return SlotID(index: UInt32(elements.count - 1), generation: 1)
    }

    @inlinable
    package func contains(_ id: SlotID) -> Bool {
        Int(id.index) < elements.count && generations[Int(id.index)] == id.generation && elements[Int(id.index)] != nil
    }

    /// The element, nil if it is gone. Setting one that is gone does nothing; setting one to nil removes it.
    @inlinable
    package subscript(id: SlotID) -> Element? {
        get { contains(id) ? elements[Int(id.index)] : nil }
        _modify {
            var nothing: Element?
            if contains(id) {
                defer { if elements[Int(id.index)] == nil { retire(id.index) } }
                yield &elements[Int(id.index)]
            } else {
                yield &nothing
            }
        }
    }

    @inlinable
    @discardableResult
    package mutating func remove(_ id: SlotID) -> Element? {
        guard contains(id) else { return nil }
        let element = elements[Int(id.index)]
        elements[Int(id.index)] = nil
        retire(id.index)
        return element
    }

    /// Makes an empty place ready for another element.
    @usableFromInline
    mutating func retire(_ index: UInt32) {
        generations[Int(index)] &+= 1
        free.append(index)
    }

    /// The names of all elements, in the order of their places.
    @inlinable package var ids: [SlotID] {
        elements.indices.compactMap { index in
            elements[index] == nil ? nil : SlotID(index: UInt32(index), generation: generations[index])
        }
    }
}
