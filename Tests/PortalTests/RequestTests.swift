import ControlPlane
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SignIn
import Testing

@testable import Portal

@Suite("Requests that are none of a page's or a program's usual ones")
struct RequestTests {
    @Test(
        "what programs ask for is theirs with slashes to spare too",
        arguments: ["//api/v1/numbers", "/api//v1/numbers"])
    func slashes(path: String) async throws {
        #expect(APIMiddleware.isOurs(path) && APIMiddleware.isOurs("/api") && !APIMiddleware.isOurs("/apis/v1"))
        #expect(APIOperation.methods(at: path) == [.get, .head])
        #expect(APIOperation.methods(at: "//api/openapi.json") == [.get, .head])
        try await SiteFixture.visit { site in
            let answer = try await site.ask(.get, path)
            #expect(answer.status == 401 && answer.headers[.contentType] == "application/problem+json")
            let wrong = try await site.ask(.post, path, json: "{}")
            #expect(wrong.status == 405 && wrong.headers[.contentType] == "application/problem+json")
        }
    }

    @Test("what can be read is answered while control.db is away, whether or not the request can be noted")
    func away() async throws {
        try await SiteFixture.visit { site in
            let home = SiteFixture.home
            let path = "/api/v1/numbers/\(home.number)/forwarding"
            let programs = site.people.filter { $0.token != nil && $0.name.hasSuffix(home.company) }
            #expect(try await site.ask(.get, path, as: programs.first).status == 200)
            let control = site.path + "/control.db"
            try FileManager.default.moveItem(atPath: control, toPath: control + "-away")
            for program in programs {
                let answer = try await site.ask(.get, path, as: program)
                #expect(answer.status == 200 && answer.tells(home.destination), "\(program.name)")
            }
            let change = try await site.ask(.delete, "\(path)/busy", as: programs.first)
            #expect(change.status == 503)
        }
    }

    @Test("an answer that is kept under a key is not given out to a token that may do less")
    func keysAndScopes() async throws {
        try await SiteFixture.visit { site in
            let owner = "chief.\(SiteFixture.home.user)"
            func program(mayWrite: Bool, numbersOnly: Bool) throws -> SiteFixture.Person {
                let scope = TokenScope(mayWrite: mayWrite, numbersOnly: numbersOnly)
                let issued = try site.administrator.addToken("x", for: .user(owner), scope, days: 1)
                return SiteFixture.Person(name: "x", token: issued.secret)
            }
            let key = HTTPFields([HTTPField(name: try #require(HTTPField.Name("Idempotency-Key")), value: "k")])
            func ask(_ person: SiteFixture.Person) async throws -> SiteFixture.Answer {
                try await site.ask(
                    .put, "/api/v1/numbers/\(SiteFixture.home.number)/block-list/0312345678", as: person, json: "{}",
                    headers: key)
            }
            let (writer, twin) = (
                try program(mayWrite: true, numbersOnly: false), try program(mayWrite: true, numbersOnly: false)
            )
            let first = try await ask(writer)
            #expect(first.status == 200)
            #expect(try await ask(writer).text == first.text)
            // A token that was renewed meanwhile.
            #expect(try await ask(twin).text == first.text)
            for person in [
                try program(mayWrite: false, numbersOnly: false), try program(mayWrite: true, numbersOnly: true),
            ] {
                let answer = try await ask(person)
                #expect(answer.status == 409 && !answer.tells("0312345678"))
            }
        }
    }
}

extension RequestTests {
    private struct Gone: Error {}

    /// Of a request that breaks off at once.
    private static var brokenBody: RequestBody {
        let octets = AsyncThrowingStream(ByteBuffer.self) { $0.finish(throwing: Gone()) }
        return RequestBody(asyncSequence: octets)
    }

    @Test("the error page of a browser that is here for the first time has a language button that works")
    func firstVisit() async throws {
        try await SiteFixture.visit { site in
            for (method, path) in [(HTTPRequest.Method.get, "/nowhere"), (.post, "/portal/sign-in")] {
                let page = try await site.ask(method, path, headers: [.cookie: ""])
                #expect([403, 404].contains(page.status))
                let cookie = try #require(page.headers[.setCookie]?.firstMatch(of: /tsunagi-visitor=([^;]+)/)?.1)
                let seal = try #require(page.text.firstMatch(of: /name="seal" value="([^"]+)"/)?.1)
                let fields = [("seal", String(seal)), ("language", "en"), ("back", "/portal")].map {
                    "\($0)=\(SiteFixture.encoded($1))"
                }
                let chosen = try await site.ask(
                    .post, "/language", headers: [.cookie: "tsunagi-visitor=\(cookie)"],
                    body: RequestBody(buffer: ByteBuffer(string: fields.joined(separator: "&"))))
                #expect(chosen.status == 303 && chosen.headers[.setCookie]?.contains("tsunagi-language=en") == true)
            }
            #expect(try await site.ask(.get, "/nowhere").headers[.setCookie] == nil)
            #expect(try await site.ask(.get, "/api/v1/nothing", headers: [.cookie: ""]).headers[.setCookie] == nil)
        }
    }

    @Test("a form that can't be ours is refused before it is read, and a long one is read of who is signed in")
    func unread() async throws {
        try await SiteFixture.visit { site in
            let chief = try site.chief()
            for headers in [[HTTPField.Name.cookie: ""], [.origin: "https://elsewhere.example"]] as [HTTPFields] {
                // Had it been read, it would have broken off.
                #expect(
                    try await site.ask(.post, "/portal/sign-in", headers: headers, body: Self.brokenBody).status == 403)
            }
            let form = [("name", String(repeating: "x", count: 70_000))]
            #expect(try await site.ask(.post, "/portal/sign-in", form: form).status == 413)
            let pretended = SiteFixture.Person(
                name: "nobody", cookie: "tsunagi-portal=\(String(repeating: "A", count: 43))")
            #expect(try await site.ask(.post, "/portal/users/add", as: pretended, form: form).status == 413)
            let fields = form + [("since", "0")]
            #expect(try await site.ask(.post, "/portal/users/add", as: chief, form: fields).status == 422)
        }
    }

    @Test(
        "a request that breaks off is the client's error, and none of ours",
        arguments: ["/portal/sign-in", "/api/v1/operations"])
    func brokenOff(path: String) async throws {
        try await SiteFixture.visit { site in
            let program = try #require(site.people.first { $0.token != nil })
            let answer = try await site.ask(
                .post, path, as: path.hasPrefix("/api") ? program : nil,
                headers: [
                    .contentType: path.hasPrefix("/api") ? "application/json" : "application/x-www-form-urlencoded"
                ], body: Self.brokenBody)
            #expect(answer.status == 400)
        }
    }

    @Test("a program is told of each of many numbers why it is refused, and not what to type at a command line")
    func refusalsOfMany() async throws {
        try await SiteFixture.visit { site in
            let program = try #require(
                site.people.first { $0.name == "program of the chief of \(SiteFixture.home.company)" })
            let number = SiteFixture.foreign.number
            let answer = try await site.ask(
                .post, "/api/v1/operations", as: program,
                json: #"{"numbers": ["\#(number)"], "when": "busy", "to": "0312345678"}"#)
            #expect(answer.status == 200 && answer.tells(number))
            #expect(answer.tells("\"reason\"") && !answer.tells("tsunagi "))
        }
    }

    @Test("whatever can be come to is told of without its body too")
    func heads() async throws {
        try await SiteFixture.visit { site in
            let people = [try site.chief(), try #require(site.people.first { $0.token != nil })]
            let paths = ["/portal/sign-in", "/portal/users", "/api/openapi.json", "/api/v1/numbers", "/nowhere"]
            for path in paths {
                let person = people[path.hasPrefix("/api") ? 1 : 0]
                let (whole, head) = (
                    try await site.ask(.get, path, as: person), try await site.ask(.head, path, as: person)
                )
                #expect(head.status == whole.status && head.text.isEmpty, "\(path)")
                #expect(head.headers[.contentLength] == whole.headers[.contentLength], "\(path)")
                #expect(head.headers[.contentType] == whole.headers[.contentType], "\(path)")
            }
            let form = try await site.ask(.head, "/portal/users/add")
            #expect(form.status == 303 && form.text.isEmpty)
        }
    }

    @Test("a NUL in an address is refused, and not shown again")
    func nul() async throws {
        try await SiteFixture.visit { site in
            let answer = try await site.ask(.get, "/portal/users?q=a%00b", as: site.chief())
            #expect(answer.status == 400 && !answer.text.utf8.contains(0))
        }
    }

    @Test("what a page has no method for is answered with those that it has, whoever asks and however")
    func methods() async throws {
        try await SiteFixture.visit { site in
            for (method, path, allowed) in [
                (HTTPRequest.Method.put, "/oa", "GET, HEAD"), (.delete, "/portal/sign-in", "GET, HEAD, POST"),
                (.patch, "/portal/voice/C-1001", "GET, HEAD"), (.options, "/language", "POST"),
                (.post, "/portal", "GET, HEAD"), (.get, "/portal/sign-out", "POST"),
                (.delete, "/nowhere", nil), (.put, "/portal/nowhere", nil),
            ] as [(HTTPRequest.Method, String, String?)] {
                for headers in [[:], [.cookie: ""]] as [HTTPFields] {
                    let answer = try await site.ask(method, path, as: site.chief(), headers: headers)
                    #expect(answer.status == (allowed == nil ? 404 : 405), "\(method) \(path): \(answer.status)")
                    #expect(answer.headers[.allow] == allowed && answer.tells("href=\"/"), "\(method) \(path)")
                }
            }
        }
    }

    @Test("a cursor that is none of the list's is refused, and one that is leads on")
    func cursors() async throws {
        try await SiteFixture.visit { site in
            let program = try #require(
                site.people.first { $0.name == "program of the chief of \(SiteFixture.home.company)" })
            for operation in APIOperation.all where operation.query.contains(where: { $0.name == "cursor" }) {
                let path = APIOperation.base + operation.path.replacing("{number}", with: SiteFixture.home.number)
                for cursor in ["zzz", "0", "%2B8150", APICursor.text(of: "1", in: "another")] {
                    let answer = try await site.ask(.get, "\(path)?cursor=\(cursor)", as: program)
                    #expect(answer.status == 400 && answer.tells("the cursor can't be read"), "\(path) \(cursor)")
                }
            }
            for path in ["/api/v1/history", "/api/v1/tokens"] {
                let first = try await site.ask(.get, "\(path)?limit=1", as: program)
                let next = try #require(first.text.firstMatch(of: /"next"\s*:\s*"([^"]*)"/)?.1)
                let second = try await site.ask(.get, "\(path)?limit=1&cursor=\(next)", as: program)
                #expect(second.status == 200 && second.text != first.text)
            }
        }
    }

    @Test("a list of numbers says that it has no such page, and leads to its first")
    func noSuchPage() async throws {
        try await SiteFixture.visit { site in
            let path = "/portal/voice/\(SiteFixture.home.contract)/numbers"
            for after in ["zzz", "1%2C2"] {
                let answer = try await site.ask(.get, "\(path)?after=\(after)", as: site.chief())
                #expect(answer.status == 422 && answer.tells("一覧のこのページはありません"), "\(after)")
                #expect(answer.tells("href=\"\(path)\"") || answer.tells(SiteFixture.home.number), "\(after)")
            }
            #expect(try await site.ask(.get, "\(path)?after=", as: site.chief()).status == 200)
        }
    }
}
