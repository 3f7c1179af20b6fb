import HTTPTypes
import Hummingbird

/// Which paths can be come to, and which only take a form.
struct ShownPaths: Sendable {
    private struct Route: Sendable {
        /// Nil: a parameter.
        let parts: [String?]
        let isShown: Bool

        func takes(_ path: [Substring]) -> Bool {
            parts.count == path.count && zip(parts, path).allSatisfy { part, given in part.map { $0 == given } ?? true }
        }
    }

    private let routes: [Route]

    /// - Parameters:
    ///   - router: with all of its routes.
    ///   - form: a path that only takes a form, and is not in the router yet.
    init(_ router: Router<PortalContext>, and form: String) {
        var methods: [String: Set<HTTPRequest.Method>] = [form: [.post]]
        for route in router.routes { methods[route.path.description, default: []].insert(route.method) }
        routes = methods.map { path, methods in
            Route(
                parts: path.split(separator: "/").map { $0.hasPrefix("{") ? nil : String($0) },
                isShown: methods.contains(.get))
        }
    }

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

    /// Nil: there is no such path. Of the routes that take it, the one that names most of it counts, as for the router.
    private func isShown(_ path: [Substring]) -> Bool? {
        routes.filter { $0.takes(path) }.min { first, second in
            first.parts.map { $0 == nil ? 1 : 0 }.lexicographicallyPrecedes(second.parts.map { $0 == nil ? 1 : 0 })
        }?.isShown
    }

    private static func joined(_ parts: ArraySlice<Substring>) -> String { parts.reduce("") { "\($0)/\($1)" } }
}
