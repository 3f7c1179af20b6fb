import Foundation
import Testing

@testable import Portal

@Suite("Doors of the sites")
struct DoorTests {
    @Test(
        "A path belongs to one site",
        arguments: [
            ("/oa", Door.administrator), ("/oa/login-ids/for/unlock", .administrator), ("/ou", .user),
            ("/ou/numbers/05012345678/anonymous", .user), ("/ou/for", .user), ("/portal/users", .portal),
            ("/", .portal), ("/ou/for/AbC-_123", .representation("AbC-_123")),
            ("/ou/for/AbC-_123/numbers/1001/forwarding", .representation("AbC-_123")),
        ])
    func paths(path: String, door: Door) {
        #expect(Door.of(path) == door)
    }

    @Test(
        "What can't be the id of a session names no window, and so no cookie", arguments: ["a%3B", "a=b", "a;b", "あ"])
    func windows(id: String) {
        #expect(Door.of("/ou/for/\(id)") == .user)
    }

    @Test("Each window has a cookie of its own, and no way in but the administrator's")
    func cookies() {
        let (one, other) = (Door.representation("one"), Door.representation("other"))
        #expect(Set([one, other, .user, .administrator].map(\.sessionCookie)).count == 4)
        #expect(one.signInPath == "/ou/for/one/ended" && Door.user.signInPath == "/ou/sign-in")
    }

    @Test("A time is shown in the zone of who reads it")
    func time() throws {
        let date = Date(timeIntervalSince1970: 1_800_000_000)
        let tokyo = ShownTime(date, in: try #require(TimeZone(identifier: "Asia/Tokyo")))
        #expect(tokyo.text == "2027-01-15 17:00" && tokyo.machine == "2027-01-15T17:00:00+09:00")
        #expect(ShownTime(date, in: try #require(TimeZone(identifier: "UTC"))).text == "2027-01-15 08:00")
    }
}
