import ControlPlane
import Foundation
import HTTPTypes
import Testing

@testable import Portal

@Suite struct APIDocumentTests {
    @Test("the document names every route of the interface for programs, and nothing else")
    func routes() async throws {
        var all: [SiteFixture.Route] = []
        try await SiteFixture.visit { all = $0.routes }
        let served = all.filter { $0.path.hasPrefix("\(APIOperation.base)/") }.map(\.description)
        guard case .object(let document) = APIDocument.document, case .object(let paths)? = document["paths"] else {
            throw Missing()
        }
        let told = paths.flatMap { path, methods -> [String] in
            guard case .object(let methods) = methods else { return [] }
            return methods.keys.map { "\($0.uppercased()) \(path)" }
        }
        #expect(Set(served) == Set(told))
        #expect(served.count == told.count && served.count == APIOperation.all.count)
        #expect(Set(APIOperation.all.map(\.id)).count == APIOperation.all.count)
    }

    struct Missing: Error {}

    @Test("every parameter of a path is described")
    func parameters() {
        for operation in APIOperation.all {
            for parameter in operation.pathParameters {
                #expect(APISchemas.path[parameter] != nil, "\(operation.id) has \(parameter)")
            }
        }
    }

    @Test("a request is judged by what the document says of it")
    func schema() throws {
        let schema = APISchema.object([
            .required("to", .text(1...5)), .optional("count", .integer(1...3)), .optional("on", .boolean),
            .optional("list", .list(.text(1...2), limit: 2)),
        ])
        func flaw(_ text: String) throws -> String? {
            schema.flaw(in: try #require(JSONValue(text: text)))
        }
        #expect(try flaw(#"{"to": "a", "count": 3, "on": true, "list": ["a", "b"]}"#) == nil)
        #expect(try flaw("{}") == "to is missing")
        #expect(try flaw(#"{"to": "abcdef"}"#) == "to has not 1 to 5 characters")
        #expect(try flaw(#"{"to": "a", "count": 4}"#) == "count is not from 1 to 3")
        #expect(try flaw(#"{"to": "a", "count": 1.5}"#) == "count is not a whole number")
        #expect(try flaw(#"{"to": "a", "on": 1}"#) == "on is not true or false")
        #expect(try flaw(#"{"to": "a", "list": ["a", "b", "c"]}"#) == "list has more than 2 elements")
        #expect(try flaw(#"{"to": "a", "list": [1]}"#) == "list[0] is not a text")
        #expect(try flaw(#"{"to": null}"#) == "to is not a text")
        #expect(try flaw(#"{"to": "a", "tO": "b"}"#) == "the body has a member tO, which means nothing here")
        #expect(try flaw("[]") == "the body is not an object")
    }
}
