import HTTPTypes
import Hummingbird
import Synchronization

/// Which paths there are, and what can be asked for under each. It is known when all of the routes are.
final class RoutedPaths: Sendable {
    private struct Route: Sendable {
        /// Nil: a parameter.
        let parts: [String?]
        let methods: Set<HTTPRequest.Method>

        func takes(_ path: [Substring]) -> Bool {
            parts.count == path.count && zip(parts, path).allSatisfy { part, given in part.map { $0 == given } ?? true }
        }
    }

    private let routes = Mutex<[Route]>([])

    /// - Parameter router: with all of its routes.
    func learn(_ router: Router<PortalContext>) {
        var methods: [String: Set<HTTPRequest.Method>] = [:]
        for route in router.routes { methods[route.path.description, default: []].insert(route.method) }
        let learned = methods.map { path, methods in
            Route(
                parts: path.split(separator: "/").map { $0.hasPrefix("{") ? nil : String($0) },
                methods: methods.contains(.get) ? methods.union([.head]) : methods)
        }
        routes.withLock { $0 = learned }
    }

    /// What can be asked for under a path; nil: there is no such path.
    func methods(at path: String) -> Set<HTTPRequest.Method>? { methods(at: path.split(separator: "/")) }

    /// The page on which a form stands that is sent to a path: that path, or the nearest one above it that can be come to.
    ///
    /// A path that can be come to stays as it is, with its query, and so does one that leads nowhere: the page that says so
    /// is the same again.
    func page(of text: String) -> String {
        let path = text.prefix { $0 != "?" }
        var parts = path.split(separator: "/")
        guard let isShown = isShown(parts), !isShown else { return text }
        // The steps of a sign-in have forms of their own, and one page.
        if let signIn = parts.firstIndex(of: "sign-in") {
            let step = parts[...signIn] + ["step"]
            if self.isShown(Array(step)) == true { return Self.joined(step) }
        }
        while !parts.isEmpty {
            parts.removeLast()
            if self.isShown(parts) == true { return Self.joined(parts[...]) }
        }
        return Door.of(text).base
    }

    /// Nil: there is no such path.
    private func isShown(_ path: [Substring]) -> Bool? { methods(at: path)?.contains(.get) }

    /// Of the routes that take it, the one that names most of it counts, as for the router.
    private func methods(at path: [Substring]) -> Set<HTTPRequest.Method>? {
        routes.withLock { $0 }.filter { $0.takes(path) }.min { first, second in
            first.parts.map { $0 == nil ? 1 : 0 }.lexicographicallyPrecedes(second.parts.map { $0 == nil ? 1 : 0 })
        }?.methods
    }

    private static func joined(_ parts: ArraySlice<Substring>) -> String { parts.reduce("") { "\($0)/\($1)" } }
}
