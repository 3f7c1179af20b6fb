/// The way to the other pages of a long list.
struct PageLinks: Sendable {
    struct Item: Sendable {
        let number: String
        let label: String
        /// Nil: this page, or a gap.
        let path: String?
        var isGap = false
    }

    /// How many there are in all, as a sentence.
    let total: String
    /// Empty when one page holds all of them.
    let items: [Item]
    let hasItems: Bool
    var previous: String?
    var next: String?

    /// - Parameters:
    ///   - page: this one, from 1.
    ///   - size: how many a page has.
    ///   - path: of the page with a number.
    init(total count: Int, page: Int, size: Int, _ words: Catalogue, path: (Int) -> String) {
        total = words("pages.total", ["count": "\(count)"])
        let last = max(1, (count + size - 1) / size)
        hasItems = last > 1
        guard last > 1 else {
            items = []
            return
        }
        items = Self.shown(around: page, of: last).map { number in
            guard let number else { return Item(number: "…", label: "", path: nil, isGap: true) }
            return Item(
                number: "\(number)", label: words("pages.page", ["number": "\(number)"]),
                path: number == page ? nil : path(number))
        }
        previous = page > 1 ? path(page - 1) : nil
        next = page < last ? path(page + 1) : nil
    }

    /// The first, the last and those beside this one; nil stands for a gap.
    static func shown(around page: Int, of last: Int) -> [Int?] {
        let near = Set([1, last] + Array(page - 2...page + 2)).filter { (1...last).contains($0) }.sorted()
        return near.enumerated().flatMap { index, number -> [Int?] in
            let before = index == 0 ? 0 : near[index - 1]
            return switch number - before {
            case 1: [number]
            // One page takes no more room than the gap that would hide it.
            case 2: [number - 1, number]
            default: [nil, number]
            }
        }
    }
}
