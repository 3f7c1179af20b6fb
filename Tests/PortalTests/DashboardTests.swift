import ControlPlane
import Directory
import Foundation
import HTTPTypes
import Testing

@testable import Portal

@Suite struct DashboardTests {
    @Test("forwarding for a time is told in the page's language, with its number in groups")
    func temporary() async throws {
        try await SiteFixture.visit { site in
            let until = Int64(Date().timeIntervalSince1970) * 1000 + 3_600_000
            let numbers = NumberSelection.list([SiteFixture.home.number], named: "a list")
            let chief = try site.chief()
            _ = try site.administrator.changeForwarding(
                of: numbers, .layOver(.noAnswer, to: "0311110001", until: until))
            let over = try await site.ask(.get, "/portal", as: chief)
            #expect(over.tells("無応答転送：") && over.tells("03-1111-0001") && !over.tells("→ 0311110001"))
            _ = try site.administrator.restoreForwarding(.temporary(numbers))
            _ = try site.administrator.changeForwarding(of: numbers, .layOff(nil, until: until))
            let off = try await site.ask(.get, "/portal", as: chief)
            #expect(off.tells("転送の一時停止中：1番号（") && off.tells("まで）すべての転送"))
            #expect(!off.tells("一括転送中") && !off.tells("転送しない") && !off.tells("all rules off"))
        }
    }
}
