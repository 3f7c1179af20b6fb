import ControlPlane
import HTTPTypes
import SignIn
import Storage
import Testing

@testable import Portal

@Suite("The page that takes a change back")
struct UndoPageTests {
    @Test("what the accounts forbid is said on the page")
    func refusesAccounts() async throws {
        try await SiteFixture.visit { site in
            let (session, chief) = (site.administrator, try site.chief())
            let profile = try session.user("member.\(SiteFixture.home.user)").profile
            _ = try session.removeUser(profile.email)
            let removal = try #require(try session.history(limit: 1).first)
            // Her address is another user's now, and her group is gone.
            _ = try session.addUser(
                PortalUserProfile(email: profile.email, name: "Another", telephone: "03-1234-5678"),
                to: SiteFixture.home.company)
            let taken = try await site.ask(.post, "/portal/history/\(removal.id)/undo", as: chief)
            #expect(taken.status == 422 && taken.tells("このメールアドレスはすでに登録されています。"))
            _ = try session.removeUser(profile.email)
            _ = try session.removeGroup("group", of: SiteFixture.home.company)
            let groupless = try await site.ask(.post, "/portal/history/\(removal.id)/undo", as: chief)
            #expect(groupless.status == 422 && groupless.tells("ユーザーグループがなくなりました。"))
        }
    }

    @Test("a reason is named only where there is a text that says it")
    func reasons() throws {
        let words = try Catalogue(.japanese)
        #expect(ControlError.account(.noSuchToken("7")).undoText(words) == "元の内容は、いまは設定できません。")
        #expect(
            ControlError.account(.noSuchGroup("Sales", company: "Example KK")).undoText(words)
                == "元の内容は、いまは設定できません：ユーザーグループがなくなりました。")
    }

    @Test("only a later change is said to stand in the way")
    func obstacles() throws {
        let obstacles: [UndoObstacle] = [
            .changedNothing, .irreversible(action: "user password", reason: "none is kept"),
            .nameGiven("Example", change: 7, action: "company add"), .overwritten,
            .laterChange(7, action: "user edit", actor: "hanako", .undoItFirst),
            .laterChange(7, action: "user undo", actor: "hanako", .setAnew),
            .laterChange(7, action: "number undo", actor: "hanako", .remove(object: "number")),
        ]
        for language in [Language.japanese, .english] {
            let words = try Catalogue(language)
            let texts = obstacles.map { $0.text(words) }
            #expect(Set(texts).count == obstacles.count)
            let later = words("history.undo.later").prefix(language == .japanese ? 6 : 14)
            #expect(texts.map { $0.hasPrefix(later) } == [false, false, false, false, true, true, true])
        }
    }
}
