import Mustache

/// A value as templates see it: its stored properties by their names.
///
/// The template library would reflect a value anew for each tag, and all that stand around it for each name that it lacks.
/// This reflects each value once, when something of it is first asked for, and was what most of a page's time went to.
/// For one rendering only.
final class ShownValue: MustacheParent, CustomStringConvertible {
    private let subject: Any
    private let mirror: Mirror
    private lazy var properties = Dictionary(
        mirror.children.lazy.compactMap { child in child.label.map { ($0, child.value) } },
        uniquingKeysWith: { first, _ in first })
    private var shown: [String: Any?] = [:]

    private init(_ subject: Any, _ mirror: Mirror) {
        self.subject = subject
        self.mirror = mirror
    }

    /// What templates are given in place of `value`: nil for an optional without one, elements for a collection, itself
    /// for what has no properties or shows itself.
    static func of(_ value: Any) -> Any? {
        switch value {
        case is String, is Bool, is Int, is any MustacheParent, is MustacheLambda, is any MustacheCustomRepresentation,
            is any MustacheCustomRenderable, is MustacheTemplate:
            return value
        default: break
        }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.flatMap { of($0.value) }
        case .collection, .set: return mirror.children.compactMap { of($0.value) }
        default: return mirror.children.isEmpty ? value : ShownValue(value, mirror)
        }
    }

    func child(named name: String) -> Any? {
        if let known = shown[name] { return known }
        let child = properties[name].flatMap(Self.of)
        shown[name] = .some(child)
        return child
    }

    var description: String { String(describing: subject) }
}
