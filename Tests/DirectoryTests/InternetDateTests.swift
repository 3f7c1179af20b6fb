import Directory
import Testing

@Suite struct InternetDateTests {
    @Test(
        "the day has two digits, and so have hours, minutes and seconds",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00"), (951_782_400, "Tue, 29 Feb 2000 00:00:00"),
            (1_291_161_599, "Tue, 30 Nov 2010 23:59:59"), (4_102_444_805, "Fri, 01 Jan 2100 00:00:05"),
        ] as [(Int64, String)])
    func text(seconds: Int64, text: String) {
        #expect(InternetDate.text(seconds * 1000) == text)
    }
}
