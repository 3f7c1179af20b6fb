import Foundation
import FoundationXML
import Testing

@testable import Notification

@Suite struct RequestTemplateTests {
    private let values: [RequestTemplate.Placeholder: String] = [
        .to: "09012345678", .text: "認証\"コード\" 1\\2\n&{to}", .from: "Tsunagi",
    ]

    @Test("in JSON, any text stays one string")
    func escapesJSON() throws {
        let body = RequestTemplate(#"{"to":"{to}","text":"{text}","n":{"a":{}},"x":"{unknown}"}"#)
            .filled(with: values, .init(contentType: "application/json; charset=utf-8"))
        let object = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
        #expect(object?["text"] as? String == values[.text])
        #expect(object?["to"] as? String == "09012345678")
        #expect(object?["x"] as? String == "{unknown}")
        let control = RequestTemplate(#""{text}""#).filled(with: [.text: "\u{0}\u{1F}\t"], .json)
        #expect(
            try JSONSerialization.jsonObject(with: Data(control.utf8), options: .fragmentsAllowed) as? String
                == "\u{0}\u{1F}\t")
    }

    @Test("in a form and in a URL, any text stays one value")
    func escapesForm() {
        let body = RequestTemplate("to={to}&text={text}")
            .filled(with: values, .init(contentType: " application/x-www-form-urlencoded"))
        #expect(body == "to=09012345678&text=%E8%AA%8D%E8%A8%BC%22%E3%82%B3%E3%83%BC%E3%83%89%22%201%5C2%0A%26%7Bto%7D")
    }

    @Test(
        "in XML, any text stays one text, in an element and in an attribute",
        arguments: [
            "application/xml", "text/xml; charset=utf-8", "application/soap+xml",
        ])
    func escapesXML(contentType: String) throws {
        final class Reader: NSObject, XMLParserDelegate {
            var (attribute, text) = ("", "")

            func parser(
                _: XMLParser, didStartElement: String, namespaceURI: String?, qualifiedName: String?,
                attributes: [String: String]
            ) {
                attribute = attributes["a"] ?? ""
            }

            func parser(_: XMLParser, foundCharacters text: String) { self.text += text }
        }
        let said = "認証 <1> & \"2\" '3'\n\t]]>&amp;{to}"
        let body = RequestTemplate(#"<m a="{text}">{text}</m>"#)
            .filled(with: [.text: said + "\u{0}\u{1B}", .to: "x"], .init(contentType: contentType))
        let reader = Reader()
        let parser = XMLParser(data: Data(body.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(body)")
        #expect(reader.attribute == said && reader.text == said, "\(body)")
    }

    @Test("in any other body, a text stands as it is")
    func leavesPlain() {
        #expect(
            RequestTemplate("{to}: {text").filled(with: values, .init(contentType: "text/plain"))
                == "09012345678: {text")
    }

    @Test(
        "what the gateway answers decides whether a message is tried again",
        arguments: [
            (200, "OK", 0), (202, "", 0), (400, "", 2), (422, "", 2), (401, "", 4), (403, "", 4), (404, "", 4),
            (408, "", 1), (429, "", 1), (500, "", 3), (503, "", 1), (502, "", 3), (504, "", 3), (520, "", 3),
            (501, "", 4), (301, "", 4),
        ])
    func judges(status: Int, text: String, expected: Int) {
        let gateway = SMSGateway(url: RequestTemplate("http://x"), headers: [], body: RequestTemplate(""), sender: "")
        let verdict =
            switch gateway.judge(status: status, text: text, retryAfter: 7) {
            case .accepted: 0
            case .postponed(_, 7): 1
            case .refused: 2
            case .unknown: 3
            case .unavailable(_, status): 4
            default: -1
            }
        #expect(verdict == expected)
    }

    @Test("a gateway that refuses with a 200 is understood by what its answer has to contain")
    func judgesByText() {
        var gateway = SMSGateway(url: RequestTemplate("http://x"), headers: [], body: RequestTemplate(""), sender: "")
        gateway.success = "\"status\":\"0\""
        #expect(gateway.judge(status: 200, text: "{\"status\":\"0\"}", retryAfter: 0) == .accepted)
        guard case .refused(let reason) = gateway.judge(status: 200, text: "{\"status\":\"9\"}", retryAfter: 0) else {
            Issue.record("it was taken for a success")
            return
        }
        #expect(reason.contains("\"status\":\"9\""))
    }
}
