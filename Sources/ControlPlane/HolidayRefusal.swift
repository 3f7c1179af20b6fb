/// Why the table of holidays was not changed. Each text names the thing and the remedy.
package enum HolidayRefusal: Error, Equatable, CustomStringConvertible {
    case day(String)
    case name(String)
    case missing(String)
    /// The file is in neither encoding.
    case unreadable
    case empty
    case line(Int, String)
    case tooLarge(limit: Int)

    package var description: String {
        switch self {
        case .day(let text): "\"\(text)\" is no day: give it as 2026-12-29"
        case .name(let text): "\"\(text.inOneLine)\" can't be a holiday's name: give 1 to 64 printable characters"
        case .missing(let day): "\(day) is not in the table of holidays: see \"tsunagi holiday list\""
        case .unreadable: "the file is neither UTF-8 nor Shift_JIS: give the table as the Cabinet Office publishes it"
        case .empty: "the file has no holiday in it: give lines such as 2026/11/23,勤労感謝の日"
        case .line(let number, let text):
            "line \(number), \"\(text.inOneLine)\", is no holiday: a line is a day and a name, such as 2026/11/23,勤労感謝の日"
        case .tooLarge(let limit): "the file has more than \(limit) lines: a table of holidays has about 20 a year"
        }
    }
}
