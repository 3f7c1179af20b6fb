import Foundation
import SignIn
import Testing

@testable import Portal

@Suite("The texts of the pages")
struct CatalogueTests {
    @Test("Both languages have the same texts")
    func sameKeys() throws {
        let (japanese, english) = (try Catalogue(.japanese), try Catalogue(.english))
        #expect(japanese.keys.subtracting(english.keys).sorted() == [])
        #expect(english.keys.subtracting(japanese.keys).sorted() == [])
    }

    @Test("A text has the same places in both languages")
    func samePlaces() throws {
        let (japanese, english) = (try Catalogue(.japanese), try Catalogue(.english))
        for key in japanese.keys.intersection(english.keys) {
            #expect(places(japanese(key)) == places(english(key)), "\(key)")
        }
    }

    @Test("Every text that a template asks for is there")
    func templates() throws {
        let words = try Catalogue(.japanese)
        for (path, text) in EmbeddedFiles.texts where path.hasPrefix("Templates/") {
            for use in text.matches(of: /\{\{t\.([a-zA-Z0-9.\-]+)\}\}/) {
                #expect(words.keys.contains(String(use.1)), "\(path): \(use.1)")
                // A text has nothing below it that a template could reach.
                let parts = use.1.split(separator: ".")
                for length in 1..<parts.count {
                    let above = parts.prefix(length).joined(separator: ".")
                    #expect(!words.keys.contains(above), "\(path): \(use.1) lies below \(above)")
                }
            }
        }
    }

    @Test("Every template can be read, and no page asks for one that is not there")
    func pages() throws {
        _ = try PageRenderer()
    }

    @Test("A value is never taken for a place")
    func values() throws {
        let words = try Catalogue(.english)
        #expect(words("password.rule", ["minimum": "{maximum}", "maximum": "32"]) == "{maximum} to 32 characters")
    }

    private func places(_ text: String) -> Set<String> {
        Set(text.matches(of: /\{([a-z-]+)\}/).map { String($0.1) })
    }
}
