import Testing

@testable import ControlPlane
@testable import Tsunagi

@Suite struct TerminalTextTests {
    @Test("what a terminal obeys is written out, and lines stay lines where they are ours")
    func writesOut() {
        let text = "名前 a\u{1B}[2K\u{9B}b\u{7F}\r\u{202E}\u{2066}\n次"
        #expect(text.forTerminal == #"名前 a\u{1B}[2K\u{009B}b\u{7F}\r\u{202E}\u{2066}"# + "\n次")
        #expect(text.inOneLine == #"名前 a\u{1B}[2K\u{009B}b\u{7F}\r\u{202E}\u{2066}\n次"#)
        #expect("一行目\n二行目".forTerminal == "一行目\n二行目")
        #expect("1\r\n2".forTerminal == "1\\r\n2")
    }

    @Test("a value of the history from before is in one line")
    func history() {
        #expect(
            JSONValue.string("a\n4711  2026-01-01  number remove\u{1B}[1A").text
                == #"a\n4711  2026-01-01  number remove\u{1B}[1A"#)
        #expect(JSONValue.array([.string("a\nb"), .integer(1)]).text == #"a\nb, 1"#)
    }
}
