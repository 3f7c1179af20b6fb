import Foundation

/// A file with this text, gone when nobody needs it any more.
final class FileFixture {
    let path = FileManager.default.temporaryDirectory.path + "/tsunagi-test-" + UUID().uuidString

    init(_ text: String) {
        _ = FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
