/// Where in a file something stands.
package struct BlueprintPlace: Sendable, Equatable, CustomStringConvertible {
    /// From 1 on; nil: not in a file.
    package let line: Int?
    /// Such as `numbers[3].forwarding.busy`.
    package let path: String

    package init(line: Int?, path: String) {
        self.line = line
        self.path = path
    }

    package var description: String {
        [line.map { "line \($0)" } ?? "", path].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

/// A value, and where it was stated, so that what is wrong with it can be told there.
package struct Stated<Value: Sendable>: Sendable {
    package let value: Value
    package let place: BlueprintPlace

    package init(_ value: Value, _ place: BlueprintPlace = BlueprintPlace(line: nil, path: "")) {
        self.value = value
        self.place = place
    }

    /// Does the work that the value asks for.
    ///
    /// - Throws: ``BlueprintRefusal``, with the place, for what is refused.
    @discardableResult
    func doing<Result>(_ work: (Value) throws -> Result) throws -> Result {
        try place.doing { try work(value) }
    }
}

/// Why something in a file can't be as it says there.
package struct BlueprintRefusal: Error, CustomStringConvertible {
    package let place: BlueprintPlace
    package let reason: String

    package init(place: BlueprintPlace, reason: String) {
        self.place = place
        self.reason = reason
    }

    package var description: String { "\(place): \(reason)" }
}

extension BlueprintPlace {
    /// - Throws: ``BlueprintRefusal`` for what the work refuses; the innermost place counts.
    @discardableResult
    func doing<Result>(_ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let error as ControlError {
            throw BlueprintRefusal(place: self, reason: error.description)
        } catch let error as ContractRefusal {
            throw BlueprintRefusal(place: self, reason: error.description)
        } catch let error as AccountRefusal {
            throw BlueprintRefusal(place: self, reason: error.description)
        }
    }
}
