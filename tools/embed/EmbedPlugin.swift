import Foundation
import PackagePlugin

/// Puts the text files of a target's folders Templates, Texts and Assets into the program, so that it is one file that
/// needs nothing beside it.
@main
struct EmbedPlugin: BuildToolPlugin {
    private static let folders = ["Templates", "Texts", "Assets"]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let files = Self.folders.flatMap { Self.files(in: target.directoryURL.appending(path: $0)) }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding the text files of \(target.name)",
                executable: try context.tool(named: "EmbedFiles").url,
                arguments: [target.directoryURL.path(percentEncoded: false), output.path(percentEncoded: false)]
                    + Self.folders,
                inputFiles: files, outputFiles: [output])
        ]
    }

    private static func files(in folder: URL) -> [URL] {
        let paths = FileManager.default.subpaths(atPath: folder.path(percentEncoded: false)) ?? []
        return paths.sorted().map { folder.appending(path: $0) }.filter {
            !$0.hasDirectoryPath && !$0.pathExtension.isEmpty
        }
    }
}
