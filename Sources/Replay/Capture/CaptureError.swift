/// Why a capture can't be read, or not to its end. Every text names the file, what is wrong and what helps.
package enum CaptureError: Error, Equatable, CustomStringConvertible {
    case noSuchFile(path: String)
    /// The file is there and the system does not let us read it; `reason` is the system's.
    case unreadable(path: String, reason: String)
    /// The file is neither pcap nor pcapng; `reason` is libpcap's.
    case notACapture(path: String, reason: String)
    /// The frames are of a kind that is not decoded; `link` is its name.
    case linkTypeNotSupported(path: String, link: String)
    /// The file ends within a frame. The messages before it have been read.
    case truncated(path: String, framesRead: Int)
    /// A pcapng file with interfaces that libpcap does not read together; `reason` is libpcap's. The messages before the
    /// second interface have been read.
    case interfacesDiffer(path: String, framesRead: Int, reason: String)
    /// The file goes on in a way libpcap can't read; `reason` is libpcap's. The messages before it have been read.
    case damaged(path: String, framesRead: Int, reason: String)

    package var description: String {
        switch self {
        case .noSuchFile(let path):
            "\(path): no such file"
        case .unreadable(let path, let reason):
            "\(path): can't be read: \(reason)"
        case .notACapture(let path, let reason):
            "\(path): not a pcap or pcapng capture (\(reason)); unpack a compressed one first, and convert other "
                + "formats with: editcap -F pcapng IN OUT"
        case .linkTypeNotSupported(let path, let link):
            "\(path): link type \(link) is not supported; captures of Ethernet, Linux cooked (-i any), raw IP and "
                + "loopback interfaces are"
        case .truncated(let path, let framesRead):
            "\(path): the file is cut off within frame \(framesRead + 1); the \(framesRead) before it were read"
        case .interfacesDiffer(let path, let framesRead, let reason):
            "\(path): can't be read past frame \(framesRead): \(reason); if only snapshot lengths differ, convert it "
                + "with: editcap -F pcap IN OUT; otherwise capture one interface at a time, or all with -i any"
        case .damaged(let path, let framesRead, let reason):
            "\(path): can't be read past frame \(framesRead): \(reason)"
        }
    }
}
