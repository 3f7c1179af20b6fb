import Crypto
import Foundation
import Hummingbird

/// Files that pages refer to, under names that change with what is in them, so that a browser may keep them for ever.
struct Asset: Sendable {
    let name: String
    let type: String
    let text: String
    /// Of the site.
    let path: String

    init(_ name: String, type: String) {
        self.name = name
        self.type = type
        text = EmbeddedFiles.texts["Assets/\(name)"] ?? ""
        let digest = SHA256.hash(data: Data(text.utf8)).prefix(6).map { String(format: "%02x", $0) }.joined()
        path = "/assets/\(digest)/\(name)"
    }

    var response: Response {
        Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "public, max-age=31536000, immutable"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

enum Assets {
    static let stylesheet = Asset("site.css", type: "text/css; charset=utf-8")
    static let icon = Asset("favicon.svg", type: "image/svg+xml")
    static let all = [stylesheet, icon]
}
