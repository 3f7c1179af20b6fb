import SignIn
import Testing

@testable import Portal

@Suite("Lists with pages")
struct PageLinksTests {
    @Test(
        "The first page, the last one and those near this one are shown, and a gap never hides a single page",
        arguments: [
            (1, 2, [1, 2]), (1, 9, [1, 2, 3, nil, 9]), (5, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
            (6, 20, [1, nil, 4, 5, 6, 7, 8, nil, 20]), (20, 20, [1, nil, 18, 19, 20]),
        ] as [(Int, Int, [Int?])])
    func shown(page: Int, last: Int, expected: [Int?]) {
        #expect(PageLinks.shown(around: page, of: last) == expected)
    }

    @Test("The page that is shown leads nowhere, and neither does what is before the first and behind the last")
    func links() throws {
        let words = try Catalogue(.english)
        let first = PageLinks(total: 101, page: 1, size: 50, words) { "/list?page=\($0)" }
        #expect(first.total == "101 in all" && first.previous == nil && first.next == "/list?page=2")
        #expect(first.items.map(\.path) == [nil, "/list?page=2", "/list?page=3"])
        let last = PageLinks(total: 101, page: 3, size: 50, words) { "/list?page=\($0)" }
        #expect(last.next == nil && last.previous == "/list?page=2" && last.items.last?.path == nil)
        #expect(!PageLinks(total: 50, page: 1, size: 50, words) { _ in "" }.hasItems)
    }
}
