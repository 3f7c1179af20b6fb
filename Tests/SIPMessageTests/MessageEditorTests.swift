import SIPMessage
import Testing

@Suite struct MessageEditorTests {
    private let letters = Array("abcdefghij".utf8)

    private func edited(_ edit: (inout MessageEditor) -> Void) -> String {
        var editor = MessageEditor()
        edit(&editor)
        return String(decoding: editor.apply(to: letters), as: UTF8.self)
    }

    @Test("without edits nothing changes")
    func nothing() { #expect(edited { _ in } == "abcdefghij") }

    @Test("edits in any order change only what they name")
    func order() {
        let result = edited {
            $0.replace(8..<9, with: "I")
            $0.insert("<", at: 0)
            $0.remove(2..<4)
            $0.insert(">", at: 10)
            $0.replace(4..<5, with: Array("EEE".utf8))
        }
        #expect(result == "<abEEEfghIj>")
    }

    @Test("insertions at one place come out in the order in which they were made")
    func samePlace() {
        let result = edited {
            $0.insert("1", at: 3)
            $0.insert("2", at: 3)
            $0.insert("3", at: 3)
        }
        #expect(result == "abc123defghij")
    }

    @Test("an insertion at or inside a range that goes is not lost")
    func insertionInside() {
        let result = edited {
            $0.replace(3..<6, with: "R")
            $0.insert("1", at: 3)
            $0.insert("2", at: 5)
            $0.insert("3", at: 6)
        }
        #expect(result == "abcR123ghij")
    }

    @Test("where two edits overlap all that either covers goes, and the first one's text stays")
    func overlap() {
        let removals = edited {
            $0.remove(2..<5)
            $0.remove(4..<7)
        }
        #expect(removals == "abhij")
        let replacements = edited {
            $0.replace(4..<7, with: "second")
            $0.replace(2..<5, with: "first")
        }
        #expect(replacements == "abfirsthij")
    }

    @Test("an editor made ready again has no edits")
    func reset() {
        var editor = MessageEditor()
        editor.remove(0..<5)
        editor.reset()
        editor.insert("x", at: 1)
        #expect(editor.apply(to: letters) == Array("axbcdefghij".utf8))
    }

    @Test(
        "elements that go together leave a sound list",
        arguments: [
            ([0], ["b", "c", "d"]), ([0, 1], ["c", "d"]), ([1, 2], ["a", "d"]), ([2, 3], ["a", "b"]),
            ([0, 3], ["b", "c"]),
            ([0, 1, 3], ["c"]), ([0, 1, 2, 3], []), ([], ["a", "b", "c", "d"]),
        ])
    func elements(_ indices: [Int], _ rest: [String]) throws {
        let message = try Samples.parse("OPTIONS sip:a SIP/2.0\r\nRoute: a, b ,c,\r\n d\r\nTo: t\r\nRoute: e\r\n\r\n")
        let all = message.elements(.route)
        var editor = MessageEditor()
        editor.remove(indices.map { all[$0] }, of: message)
        let result = try Samples.parse(editor.apply(to: message))
        #expect(result.texts(.route) == rest + ["e"])
        #expect(result.count(.route) == (rest.isEmpty ? 1 : 2))
        let list = result.value(.route) ?? ""
        #expect(!list.hasPrefix(",") && !list.hasSuffix(",") && !list.contains(",,"))
    }

    @Test("random edits do what each of them says, and nothing else", arguments: 0..<8 as Range<UInt64>)
    func random(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            var editor = MessageEditor()
            var model = Model(bytes)
            for _ in 0..<Int.random(in: 0...8, using: &generator) {
                let start = Int.random(in: 0...bytes.count, using: &generator)
                let end = Int.random(in: start...min(bytes.count, start + 12), using: &generator)
                let text = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                    UInt8.random(in: 65...90, using: &generator)
                }
                if start == end { editor.insert(text, at: start) } else { editor.replace(start..<end, with: text) }
                model.edits.append((start..<end, text))
            }
            #expect(editor.apply(to: bytes) == model.result, "seed \(seed)")
        }
    }

    /// The rules of the editor, octet by octet.
    private struct Model {
        let bytes: [UInt8]
        var edits: [(range: Range<Int>, text: [UInt8])] = []

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var result: [UInt8] {
            var result: [UInt8] = []
            for place in 0...bytes.count {
                for (order, edit) in edits.enumerated() where edit.range.lowerBound == place {
                    let isOverlapped = edits.enumerated().contains { otherOrder, other in
                        let isEarlier =
                            other.range.lowerBound < place || (other.range.lowerBound == place && otherOrder < order)
                        return isEarlier && !other.range.isEmpty && other.range.upperBound > place
                    }
                    if edit.range.isEmpty || !isOverlapped { result += edit.text }
                }
                if place < bytes.count, !edits.contains(where: { $0.range.contains(place) }) {
                    result.append(bytes[place])
                }
            }
            return result
        }
    }
}
