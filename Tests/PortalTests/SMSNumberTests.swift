import ControlPlane
import HTTPTypes
import Testing

@testable import Portal

@Suite("The form of mobile numbers for SMS")
struct SMSNumberTests {
    @Test("a number that somebody else sets while the form is open is neither overwritten nor kept from who is told")
    func setMeanwhile() async throws {
        try await SiteFixture.visit { site in
            let (contract, login) = (SiteFixture.home.contract, SiteFixture.home.loginID)
            let chief = try #require(
                site.people.first { $0.name == "administrator of \(SiteFixture.home.company)" })
            func fields(_ page: SiteFixture.Answer) -> [(String, String)] {
                page.text.matches(of: /name="(shown|sms\.[^"]*|administrator)"[^>]*value="([^"]*)"/).map {
                    (String($0.1), String($0.2).replacing("&quot;", with: "\""))
                }
            }
            func typing(_ number: String, _ page: SiteFixture.Answer) -> [(String, String)] {
                fields(page).map { name, value in (name, name == "sms.\(login)" ? number : value) }
            }
            let opened = try await site.ask(.get, "/oa/sms-numbers", as: chief)
            #expect(fields(opened).count == 3)
            let confirm = try await site.ask(
                .post, "/oa/sms-numbers", as: chief, form: typing("09011112222", opened))
            #expect(confirm.status == 200)
            _ = try site.administrator.setSMSNumbers(
                of: contract,
                SMSNumberForm(administrator: "09000000001", lines: [.init(loginID: login, typed: "09033334444")]))
            let refused = try await site.ask(.post, "/oa/sms-numbers/set", as: chief, form: fields(confirm))
            #expect(refused.status == 422 && refused.tells("09033334444"))
            #expect(try site.administrator.loginID(login).smsNumber == "09033334444")
            // The administrator's own was not touched, so that it is shown as it is by now.
            #expect(fields(refused).contains { $0 == ("administrator", "09000000001") })
            #expect(fields(refused).contains { $0 == ("sms.\(login)", "09011112222") })
            let again = try await site.ask(.post, "/oa/sms-numbers/set", as: chief, form: fields(refused))
            #expect(again.status == 303)
            #expect(try site.administrator.loginID(login).smsNumber == "09011112222")
            #expect(try site.administrator.administratorID("home-admin").smsNumber == "09000000001")
        }
    }
}
