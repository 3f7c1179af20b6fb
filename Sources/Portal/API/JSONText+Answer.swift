import ControlPlane
import Foundation

extension JSONText {
    /// As programs are answered: with times in UTC.
    static func answer(_ value: some Encodable) throws -> String {
        try encode(
            value,
            times: .text { date in
                // Written, a fraction of a second is cut off: a time read from a clock of milliseconds must not come out
                // one less.
                Date(timeIntervalSince1970: (Double(date.milliseconds) + 0.5) / 1000)
                    .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            })
    }
}
