import Directory

/// How telephone numbers are written for people.
enum TelephoneText {
    /// `050-1234-5678` for `05012345678`. Where the area code ends can't be seen from a number alone, so others than
    /// those of the largest cities and of services stay as they are.
    static func grouped(_ number: String) -> String {
        guard number.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return number }
        let digits = Array(number)
        let sizes: [Int]
        switch (digits.count, number) {
        case (11, _) where number.hasPrefix("0800"): sizes = [4, 3, 4]
        case (11, _) where number.hasPrefix("0") && digits[2] == "0": sizes = [3, 4, 4]
        case (10, _) where ["0120", "0570", "0990"].contains { number.hasPrefix($0) }: sizes = [4, 3, 3]
        case (10, _) where number.hasPrefix("03") || number.hasPrefix("06"): sizes = [2, 4, 4]
        default: return number
        }
        var rest = digits[...]
        return sizes.map { size in
            defer { rest = rest.dropFirst(size) }
            return String(rest.prefix(size))
        }.joined(separator: "-")
    }
}

extension ForwardingCondition {
    /// The texts about it end with that.
    var key: String { rawValue }
}
