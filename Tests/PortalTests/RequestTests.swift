import ControlPlane
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
        #expect(APIOperation.methods(at: path) == [.get])
        #expect(APIOperation.methods(at: "//api/openapi.json") == [.get])
        try await SiteFixture.visit { site in
            let answer = try await site.ask(.get, path)
            #expect(answer.status == 401 && answer.headers[.contentType] == "application/problem+json")
            let wrong = try await site.ask(.post, path, json: "{}")
            #expect(wrong.status == 405 && wrong.headers[.contentType] == "application/problem+json")
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
