import Glibc
import Replay

/// Octets as a capture file: read, drawn and replayed.
enum CaptureFuzzing {
    static func run(_ octets: [UInt8]) {
        // A file without a name, which is gone when it is closed.
        guard let file = unsafe tmpfile() else { return }
        defer { unsafe fclose(file) }
        guard unsafe fwrite(octets, 1, octets.count, file) == octets.count, unsafe fflush(file) == 0 else { return }
        let descriptor = unsafe fileno(file)
        guard let capture = try? CaptureReader.read(path: "/proc/self/fd/\(descriptor)") else { return }
        _ = CaptureReplay.run(capture, title: "fuzz")
        _ = Ladder(title: "fuzz", messages: capture.messages).text()
    }
}
