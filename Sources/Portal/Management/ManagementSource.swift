/// What a server tells of itself to those who look after it.
package struct ManagementSource: Sendable {
    /// Something without which the server can't do its work.
    package struct Problem: Sendable, Codable, Equatable {
        /// What it is about: `runtime.db`, `shard 1`.
        package let part: String
        /// What is wrong, and what helps.
        package let problem: String

        package init(_ part: String, _ problem: String) {
            self.part = part
            self.problem = problem
        }
    }

    /// All metrics, in Prometheus' text format.
    let metrics: @Sendable () async -> String
    let contentType: String
    /// Nothing: it is ready for calls.
    let problems: @Sendable () async -> [Problem]

    package init(
        contentType: String, metrics: @escaping @Sendable () async -> String,
        problems: @escaping @Sendable () async -> [Problem]
    ) {
        self.contentType = contentType
        self.metrics = metrics
        self.problems = problems
    }
}
