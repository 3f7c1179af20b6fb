import Foundation

/// `EmbedFiles ROOT OUTPUT FOLDER...`: writes a Swift file that holds the text files of these folders under ROOT, each
/// under its path. Runs while the package is built.
@main
struct EmbedFiles {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 3 else { throw Failure(description: "EmbedFiles ROOT OUTPUT FOLDER...") }
        let root = URL(filePath: arguments[1], directoryHint: .isDirectory)
        let entries = try arguments[3...].flatMap { folder in
            try paths(in: root.appending(path: folder)).map { path in
                let name = "\(folder)/\(path)"
                return
                    "        \"\(name)\": \(literal(try String(contentsOf: root.appending(path: name), encoding: .utf8))),\n"
            }
        }
        let text = """
            /// Text files that are part of the program, by their paths.
            enum EmbeddedFiles {
                static let texts: [String: String] = [
            \(entries.joined())
                ]
            }

            """
        try text.write(to: URL(filePath: arguments[2]), atomically: true, encoding: .utf8)
    }

    private static func paths(in folder: URL) -> [String] {
        (FileManager.default.subpaths(atPath: folder.path(percentEncoded: false)) ?? []).sorted().filter {
            !URL(filePath: $0).pathExtension.isEmpty
        }
    }

    /// Raw, with more number signs than the text has in a row.
    private static func literal(_ text: String) -> String {
        var fence = "#"
        while text.contains("\"" + fence) || text.contains("\\" + fence) { fence += "#" }
        return "\(fence)\"\"\"\n\(text)\n\"\"\"\(fence)"
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
