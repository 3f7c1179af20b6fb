import SIPMessage

/// Octets as a stream: it is cut into the same messages in whatever pieces it comes.
enum StreamFuzzing {
    private enum Cut: Equatable {
        case message([UInt8])
        case keepalive
        case blankLines
        case broken(StreamFramer.FramingFault)
    }

    static func run(_ octets: [UInt8]) {
        guard let size = octets.first else { return }
        let stream = octets.dropFirst()
        must(cut(stream, into: stream.count + 1) == cut(stream, into: Int(size) % 50 + 1), "cut in another way")
    }

    private static func cut(_ stream: ArraySlice<UInt8>, into size: Int) -> [Cut] {
        var framer = StreamFramer(messageLimit: 4096)
        var found: [Cut] = []
        var rest = stream
        while !rest.isEmpty {
            framer.append(rest.prefix(size))
            rest = rest.dropFirst(size)
            while let item = framer.next() {
                switch item {
                case .message(let message): found.append(.message(message))
                case .keepalive: found.append(.keepalive)
                case .blankLines: found.append(.blankLines)
                case .broken(_, let fault): found.append(.broken(fault))
                }
            }
        }
        return found
    }
}
