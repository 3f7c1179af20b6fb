internal import CPcap

/// One frame as libpcap read it.
struct CapturedFrame {
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    let timestamp: UInt64
    /// What the snapshot length left of the frame.
    let bytes: [UInt8]
}

/// An open capture file: frames in the order of the file. Everything that touches libpcap's memory is here.
@safe struct CaptureFile: ~Copyable {
    enum Reading {
        case frame(CapturedFrame)
        case end
        case failure(CaptureError)
    }

    let path: String
    let link: LinkLayer
    private(set) var framesRead = 0
    private let handle: OpaquePointer

    init(path: String) throws(CaptureError) {
        let handle = try unsafe Self.open(path)
        let datalink = unsafe pcap_datalink(handle)
        guard let link = LinkLayer(datalink: datalink) else {
            unsafe pcap_close(handle)
            throw .linkTypeNotSupported(path: path, link: Self.name(ofDatalink: datalink))
        }
        self.path = path
        self.link = link
        unsafe self.handle = handle
    }

    deinit {
        unsafe pcap_close(handle)
    }

    private static func open(_ path: String) throws(CaptureError) -> OpaquePointer {
        var handle: OpaquePointer?
        var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE) + 1)
        // A path that holds a NUL would be cut there and name another file.
        let outcome: cpcap_outcome = path.utf8.contains(0) ? .missing : unsafe cpcap_open(path, &handle, &text)
        let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        switch outcome {
        case .opened:
            guard let handle = unsafe handle else { throw .notACapture(path: path, reason: "libpcap gave no handle") }
            return unsafe handle
        case .missing:
            throw .noSuchFile(path: path)
        case .unreadable:
            throw .unreadable(path: path, reason: reason)
        case .notACapture:
            throw .notACapture(path: path, reason: reason)
        }
    }

    mutating func next() -> Reading {
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var data: UnsafePointer<UInt8>?
        let result = unsafe pcap_next_ex(handle, &header, &data)
        if result == PCAP_ERROR_BREAK {
            return .end
        }
        guard result == 1, let header = unsafe header?.pointee, let data = unsafe data else {
            return .failure(failure())
        }
        framesRead += 1
        let bytes = unsafe [UInt8](UnsafeBufferPointer(start: data, count: Int(header.caplen)))
        return .frame(CapturedFrame(timestamp: Self.nanoseconds(of: header.ts), bytes: bytes))
    }

    private func failure() -> CaptureError {
        let reason = unsafe pcap_geterr(handle).map { unsafe String(cString: $0) } ?? "unknown error of libpcap"
        if reason.hasPrefix("truncated") {
            return .truncated(path: path, framesRead: framesRead)
        }
        if reason.hasPrefix("an interface has a") {
            return .interfacesDiffer(path: path, framesRead: framesRead, reason: reason)
        }
        return .damaged(path: path, framesRead: framesRead, reason: reason)
    }

    /// libpcap was asked for nanoseconds, so `tv_usec` holds those.
    private static func nanoseconds(of time: timeval) -> UInt64 {
        var seconds = Int64(time.tv_sec)
        if seconds < 0 {
            // The 32 bits of a pcap file are unsigned, libpcap reads them as signed: past 2038 they come out negative.
            seconds = Int64(UInt32(truncatingIfNeeded: seconds))
        }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(UInt64(clamping: time.tv_usec))
        return overflow || carry ? .max : sum
    }

    private static func name(ofDatalink datalink: Int32) -> String {
        let name = unsafe pcap_datalink_val_to_name(datalink).map { unsafe String(cString: $0) }
        let meaning = unsafe pcap_datalink_val_to_description(datalink).map { unsafe String(cString: $0) }
        switch (name, meaning) {
        case (let name?, let meaning?): return "\(name) (\(meaning))"
        case (let name?, nil): return name
        default: return "number \(datalink)"
        }
    }
}
