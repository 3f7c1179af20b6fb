import Glibc

/// Asks a server's management address, and waits for the answer.
struct ManagementClient {
    let host: String
    let port: Int

    /// Why there is no answer.
    enum Failure: Error, CustomStringConvertible {
        case unreachable(String, reason: String)
        case answered(String, status: String)

        var description: String {
            switch self {
            case .unreachable(let address, let reason):
                "nothing answers at \(address) (\(reason)): start a server with \"tsunagi serve\", or name the address "
                    + "that it tells its metrics at with --server"
            case .answered(let address, let status):
                "what answers at \(address) tells no metrics (\(status)): name the address after \"metrics at\" in the "
                    + "line that the server prints when it starts"
            }
        }
    }

    private static let patience = 3

    var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// - Throws: ``Failure``.
    func get(_ path: String) throws(Failure) -> String {
        let descriptor = try connected()
        defer { close(descriptor) }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n\r\n".utf8)
        guard unsafe send(descriptor, request, request.count, CInt(MSG_NOSIGNAL)) == request.count else {
            throw failure()
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw failure() }
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return try body(of: String(decoding: answer, as: UTF8.self))
    }

    private func body(of answer: String) throws(Failure) -> String {
        let status = answer.prefix { !$0.isNewline }
        guard status.hasPrefix("HTTP/1.1 200"), let blank = answer.firstRange(of: "\r\n\r\n") else {
            throw .answered(address, status: status.isEmpty ? "it says nothing" : String(status))
        }
        return String(answer[blank.upperBound...])
    }

    private func connected() throws(Failure) -> CInt {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &first)
        guard code == 0, let first = unsafe first else {
            throw .unreachable(address, reason: unsafe String(cString: gai_strerror(code)))
        }
        defer { unsafe freeaddrinfo(first) }
        var next: UnsafeMutablePointer<addrinfo>? = unsafe first
        while let entry = unsafe next?.pointee {
            if let descriptor = unsafe Self.connected(to: entry) { return descriptor }
            unsafe next = entry.ai_next
        }
        throw failure()
    }

    private static func connected(to entry: addrinfo) -> CInt? {
        let descriptor = unsafe socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var time = timeval(tv_sec: patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
        guard unsafe connect(descriptor, entry.ai_addr, entry.ai_addrlen) != 0 else { return descriptor }
        let reason = errno
        close(descriptor)
        errno = reason
        return nil
    }

    private func failure() -> Failure {
        let reason = errno == EAGAIN || errno == EINPROGRESS ? "no answer within \(Self.patience) s" : errorText
        return .unreachable(address, reason: reason)
    }

    private var errorText: String { unsafe String(cString: strerror(errno)) }
}
