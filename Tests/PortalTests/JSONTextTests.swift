import ControlPlane
import Foundation
import Testing

@testable import Portal

@Suite struct JSONTextTests {
    @Test("a program is told a time to the millisecond, as it was kept")
    func milliseconds() throws {
        for fraction in 0..<1000 {
            let date = Date(milliseconds: 1_796_000_000_000 + Int64(fraction))
            let digits = String(1000 + fraction).dropFirst()
            #expect(try JSONText.answer([date]) == #"["2026-11-30T00:53:20.\#(digits)Z"]"#)
        }
    }

    @Test("JSON that was kept is given again as it was written, whole numbers as such")
    func kept() throws {
        let text = #"{"a":[1,-2,1.5,true,null,"x"],"b":{},"c":9007199254740993}"#
        #expect(try JSONText.answer(#require(JSONValue(text: text))) == text)
        #expect(JSONValue(text: "9007199254740993") == .integer(9_007_199_254_740_993))
        #expect(JSONValue(text: "1.0") == .integer(1))
        #expect(JSONValue(text: "{") == nil)
    }
}
