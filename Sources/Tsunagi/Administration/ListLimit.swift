import ArgumentParser

/// How much of a long list is shown, the newest first.
struct ListLimit: ParsableArguments {
    @Option(help: "How many at most.")
    var limit = 50

    private static let pageLength = 1_000

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
    }

    /// The list in pages, so that it needs no memory however long it is.
    ///
    /// - Parameter page: gives those behind the last one, or the first ones, and so many at most.
    func pages<Value>(_ page: @escaping (_ last: Value?, _ limit: Int) throws -> [Value]) -> () throws -> [Value] {
        var (last, left): (Value?, Int) = (nil, limit)
        return {
            let wanted = min(left, Self.pageLength)
            guard wanted > 0 else { return [] }
            let values = try page(last, wanted)
            last = values.last
            left = values.count < wanted ? 0 : left - wanted
            return values
        }
    }
}
