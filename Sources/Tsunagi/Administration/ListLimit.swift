import ArgumentParser

/// How much of a long list is shown, the newest first.
struct ListLimit: ParsableArguments {
    @Option(help: "How many at most.")
    var limit = 50

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
    }
}
