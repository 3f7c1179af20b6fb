import Foundation
import Replay
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

private let alice = Ladder.Participant.named("alice")
private let proxy = Ladder.Participant.named("tsunagi")
private let bob = Ladder.Participant.named("bob")

private func request(_ milliseconds: UInt64, _ from: Ladder.Participant, _ to: Ladder.Participant, _ label: String)
    -> Ladder.Event
{
    Ladder.Event(time: time(milliseconds), from: from, to: to, label: label, kind: .request)
}

private func response(_ milliseconds: UInt64, _ from: Ladder.Participant, _ to: Ladder.Participant, _ label: String)
    -> Ladder.Event
{
    Ladder.Event(time: time(milliseconds), from: from, to: to, label: label, kind: .response)
}

private func time(_ milliseconds: UInt64) -> UInt64 {
    TestCapture.start + milliseconds * 1_000_000
}

private func endpoint(_ last: UInt8) throws -> Ladder.Participant {
    .endpoint(CaptureEndpoint(address: try #require(CaptureAddress(bytes: [192, 0, 2, last])), port: 5060))
}

@Suite struct LadderTextTests {
    @Test("a forwarded call reads from top to bottom, with its decisions and its pause")
    func forwardedCall() {
        let ladder = Ladder(
            title: "No answer", participants: [alice, proxy, bob],
            events: [
                request(0, alice, proxy, "INVITE sip:0501@lab.test"),
                response(1, proxy, alice, "100 Trying"),
                .decision(at: time(1), by: proxy, "0501 rings for 20 s, then the call goes to 0312345678 (no answer)"),
                request(2, proxy, bob, "INVITE sip:bob@192.0.2.50"),
                response(14, bob, proxy, "180 Ringing"),
                request(20_002, proxy, proxy, "INVITE sip:0502@lab.test"),
                .note(at: time(20_003), on: bob, "gone"),
                request(20_004, alice, bob, "ACK sip:bob@192.0.2.50"),
            ])
        #expect(
            ladder.text() == """
                No answer

                   seconds   alice                          tsunagi                            bob
                               |                               |                                |
                     0.000     |-- INVITE sip:0501@lab.test -->|                                |
                     0.001     |<-- - - - 100 Trying  - - - - -|                                |
                     0.001     |                               | * 0501 rings for 20 s, then the call goes to
                               |                               |   0312345678 (no answer)       |
                     0.002     |                               |-- INVITE sip:bob@192.0.2.50 -->|
                     0.014     |                               |<- - - -  180 Ringing  - - - - -|
                  (19.9 s)     :                               :                                :
                    20.002     |                               |--.  INVITE sip:0502@lab.test   |
                               |                               |<-'                             |
                    20.003     |                               |                                | - gone
                    20.004     |-------------------- ACK sip:bob@192.0.2.50 ------------------->|

                """)
    }

    @Test("wide characters take two columns, so that lifelines stay straight")
    func wideCharacters() {
        let ladder = Ladder(
            title: "", participants: [.named("発信者"), .named("着信者")],
            events: [
                request(0, .named("発信者"), .named("着信者"), "MESSAGE 繋ぎ"),
                request(1, .named("発信者"), .named("着信者"), "MESSAGE ab🎌が"),
                request(2, .named("発信者"), .named("着信者"), "MESSAGE e\u{301}\u{200d}abc"),
            ])
        #expect(
            ladder.text() == """
                   seconds   発信者                着信者
                                |                     |
                     0.000      |--- MESSAGE 繋ぎ --->|
                     0.001      |-- MESSAGE ab🎌が -->|
                     0.002      |--- MESSAGE é‍abc --->|

                """)
    }

    @Test("a label longer than its arrow is cut")
    func longLabel() {
        let label = "INVITE sip:" + String(repeating: "0", count: 200) + "@lab.test"
        let text = Ladder(title: "", events: [request(0, alice, bob, label)]).text()
        #expect(text.contains("0000... ->|"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count < 80 })
    }

    @Test("characters that would move the cursor or turn the writing are replaced")
    func controlCharacters() {
        let ladder = Ladder(
            title: "a\u{1b}[2Jb", events: [request(0, alice, bob, "INVITE\r\n\u{202e}sip:\u{7}\u{9b}x")])
        let text = ladder.text()
        #expect(text.contains("a\u{fffd}[2Jb"))
        #expect(text.contains("INVITE  \u{fffd}sip:\u{fffd}\u{fffd}x"))
        #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
    }

    @Test("past the maximum of participants those with the fewest events share the last column, and say who they are")
    func folding() throws {
        let (one, two, three) = (try endpoint(1), try endpoint(2), try endpoint(3))
        let ladder = Ladder(
            title: "", participants: [one, alice, proxy, two, three],
            events: [
                request(0, alice, proxy, "INVITE"), request(1, proxy, two, "INVITE"),
                request(2, two, three, "BYE"), response(3, proxy, alice, "200 OK"), request(4, alice, proxy, "ACK"),
            ])
        #expect(
            ladder.text(maximumParticipants: 3) == """
                   seconds   alice        tsunagi                       3 others
                               |             |                              |
                     0.000     |-- INVITE -->|                              |
                     0.001     |             |-- INVITE (192.0.2.2:5060) -->|
                     0.002     |             |                              |--.  BYE (192.0.2.2:5060 to 192.0.2.3:5060)
                               |             |                              |<-'
                     0.003     |<- 200 OK - -|                              |
                     0.004     |---- ACK --->|                              |

                """)
    }

    @Test("past the maximum of events their number is given")
    func manyEvents() {
        let ladder = Ladder(title: "", events: (0..<50).map { request($0, alice, bob, "OPTIONS") })
        let text = ladder.text(maximumEvents: 10)
        #expect(text.hasSuffix("\n... and 40 more events\n"))
        #expect(text.split(separator: "\n").count == 13)
    }

    @Test("ladders without events, participants or a title are drawn all the same")
    func empty() {
        #expect(Ladder(title: "").text() == "   seconds\n\n")
        #expect(Ladder(title: "", participants: [alice]).text() == "   seconds   alice\n               |\n")
        #expect(Ladder(title: "").svg().contains("</svg>"))
    }

    @Test("a capture becomes a ladder of its messages")
    func capture() throws {
        var capture = TestCapture(link: .raw)
        capture.add(Wire.ipv4(Wire.udp(Wire.request())))
        let response = Array("SIP/2.0 480 Temporarily Unavailable\r\n\r\n".utf8)
        capture.add(Wire.ipv4(Wire.udp(response, from: 5060, to: 5062), from: Wire.proxy, to: Wire.alice))
        let ladder = Ladder(title: "", messages: try capture.read().messages)
        #expect(ladder.participants.map(\.description) == ["192.0.2.1:5062", "192.0.2.9:5060"])
        #expect(ladder.events.map(\.label) == ["INVITE sip:05012345678@lab.test", "480 Temporarily Unavailable"])
        #expect(ladder.events.map(\.kind) == [.request, .response])
    }
}

@Suite struct LadderPictureTests {
    private let ladder = Ladder(
        title: "<forwarded> & \"answered\"", participants: [alice, proxy],
        events: [
            request(0, alice, proxy, "INVITE sip:0501@lab.test;x=\"<&>\""),
            .decision(at: time(1), by: proxy, "forward always -> 0312345678 <script>"),
            request(2, proxy, bob, "INVITE \u{0}\u{1b}\u{ffff}]]>"),
            response(3, bob, proxy, "486 Busy Here"), response(4, proxy, alice, "200 OK"),
            request(5, bob, bob, "BYE"), .note(at: time(9000), on: bob, "gone"),
        ])

    private func elements(_ svg: String) throws -> Elements {
        let elements = Elements()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = elements
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        return elements
    }

    @Test("the picture is well-formed whatever the labels hold, and shows them")
    func wellFormed() throws {
        let elements = try elements(ladder.svg())
        #expect(elements.text["text"]?.contains("INVITE sip:0501@lab.test;x=\"<&>\"") == true)
        #expect(elements.text["text"]?.contains("INVITE \u{fffd}\u{fffd}\u{fffd}]]>") == true)
        #expect(elements.text["text"]?.contains("forward always -> 0312345678 <script>") == true)
        #expect(elements.text["script"] == nil)
    }

    @Test("the picture has a title and a description for those who can't see it")
    func accessible() throws {
        let elements = try elements(ladder.svg(identifier: "call 7\""))
        #expect(elements.text["title"]?.first == "<forwarded> & \"answered\"")
        let description = try #require(elements.text["desc"]?.first)
        #expect(
            description.hasPrefix("7 events between alice, tsunagi, bob. 0.000 s, alice to tsunagi: INVITE sip:0501"))
        #expect(description.contains("0.001 s, decision of tsunagi: forward always"))
        #expect(elements.attributes["svg"]?["role"] == "img")
        #expect(elements.attributes["svg"]?["aria-labelledby"] == "call7-title call7-description")
    }

    @Test("the picture needs nothing from elsewhere and knows light and dark")
    func selfContained() {
        let svg = ladder.svg()
        #expect(svg.contains("@media (prefers-color-scheme:dark)"))
        #expect(!svg.replacing("http://www.w3.org/2000/svg", with: "").contains("http"))
        #expect(!svg.contains("url("))
        #expect(!svg.contains("@import"))
    }

    @Test("responses have the colour of their class")
    func colours() {
        let svg = ladder.svg()
        #expect(svg.contains("class=\"message failure broken\""))
        #expect(svg.contains("class=\"message success broken\""))
        #expect(svg.contains("class=\"message request\""))
    }

    @Test("the same ladder gives the same text and the same picture")
    func deterministic() throws {
        var many = Ladder(title: "many")
        for index in 0..<40 as Range<UInt8> {
            many.append(request(UInt64(index), try endpoint(index), try endpoint(index &* 7 % 40), "OPTIONS"))
        }
        let copy = Ladder(title: many.title, participants: many.participants, events: many.events)
        #expect(many.svg() == copy.svg())
        #expect(many.text() == copy.text())
    }
}

/// The text of each kind of element, and the attributes of the first of each kind.
private final class Elements: NSObject, XMLParserDelegate {
    private(set) var text: [String: [String]] = [:]
    private(set) var attributes: [String: [String: String]] = [:]
    private var open: [(name: String, text: String)] = []

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        open.append((name, ""))
        if self.attributes[name] == nil {
            self.attributes[name] = attributes
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        guard let element = open.popLast() else { return }
        open.append((element.name, element.text + string))
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        guard let element = open.popLast() else { return }
        text[element.name, default: []].append(element.text)
    }
}
