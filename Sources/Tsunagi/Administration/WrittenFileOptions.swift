import ArgumentParser
import Storage

/// Where a command writes what it makes, on the command line: a file, which is its owner's and there only when it is
/// whole, or the standard output.
struct WrittenFileOptions: ParsableArguments {
    @Argument(help: "The file to write (default, and -: the standard output).")
    var file: String?

    @Flag(help: "Replace a file that is there already.")
    var overwrite = false

    /// Whether it is not the standard output.
    var namesFile: Bool { file.map { $0 != "-" } ?? false }

    /// - Parameter work: is given what takes the octets, piece by piece.
    /// - Returns: the path of the file, nil if it is the standard output, and what the work gives.
    /// - Throws: `StorageError` for a file that can't be made, and what the work throws; then the file is as it was.
    func write<Result>(_ work: (_ write: @escaping ([UInt8]) throws -> Void) throws -> Result) throws -> (
        file: String?, result: Result
    ) {
        guard namesFile, let file else {
            return (nil, try work { try StandardOutput.write($0) })
        }
        let place = try FileInPlace(file, replaces: overwrite)
        let result = try work(place.write)
        try place.putInPlace()
        return (file, result)
    }
}
