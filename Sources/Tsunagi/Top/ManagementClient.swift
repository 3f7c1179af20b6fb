import CCurl

/// Asks a server's management address, and waits for the answer.
struct ManagementClient {
    let host: String
    let port: Int

    /// Why there is no answer.
    enum Failure: Error, CustomStringConvertible {
        case unreachable(String, reason: String)
        case answered(String, status: Int)

        var description: String {
            switch self {
            case .unreachable(let address, let reason):
                "nothing answers at \(address) (\(reason)): start a server with \"tsunagi serve\", or name the address "
                    + "that it tells its metrics at with --server"
            case .answered(let address, let status):
                "what answers at \(address) tells no metrics (status \(status)): name the address after \"metrics at\" in the "
                    + "line that the server prints when it starts"
            }
        }
    }

    /// Seconds.
    private static let patience = 3
    /// Octets; a server's metrics are some ten thousand.
    private static let longestAnswer = 4 << 20

    var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// - Throws: ``Failure``.
    func get(_ path: String) throws(Failure) -> String {
        guard let transfer = unsafe ccurl_open("http://\(address)\(path)", Self.patience, nil) else {
            throw .unreachable(address, reason: "there is no memory for it")
        }
        defer { unsafe ccurl_close(transfer) }
        guard unsafe ccurl_make_room(transfer, Self.longestAnswer) else {
            throw .unreachable(address, reason: "there is no memory for what it says")
        }
        guard unsafe ccurl_send_request(transfer, "GET", nil, 0) == 0 else {
            throw .unreachable(address, reason: unsafe String(cString: ccurl_error(transfer)))
        }
        let status = unsafe ccurl_status(transfer)
        guard status == 200 else { throw .answered(address, status: status) }
        return unsafe String(cString: ccurl_text(transfer))
    }
}
