import CQRCode

/// A QR code, as a picture of SVG.
struct QRCode: Sendable {
    /// The white ground that a reader needs around it, in modules.
    private static let quietZone = 4

    /// Modules along a side, the quiet zone included.
    let side: Int
    /// The dark modules, in the language of SVG's paths.
    let path: String

    /// Nil: the text is too long for any.
    init?(_ text: String) {
        let room = Int(CQRCODE_LIMIT) * Int(CQRCODE_LIMIT)
        var width = 0
        let modules = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            guard let modules = buffer.baseAddress else { return }
            width = Int(unsafe cqrcode_encode(text, modules))
            count = width * width
        }
        guard width > 0 else { return nil }
        side = width + 2 * Self.quietZone
        path = Self.path(modules, width: width)
    }

    /// One rectangle for each run of dark modules in a row.
    private static func path(_ modules: [UInt8], width: Int) -> String {
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                let start = column
                while column < width, modules[row * width + column] == 1 { column += 1 }
                let length = column - start
                if length > 0 { path += "M\(start + quietZone) \(row + quietZone)h\(length)v1h-\(length)z" }
                column += 1
            }
        }
        return path
    }
}
