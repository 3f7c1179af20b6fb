import Directory
import SignIn
import Storage
import Testing

@testable import ControlPlane

@Suite struct LoginImportTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222", "05033333333"])
        _ = try fixture.session.addCompany(named: "Alpha")
        _ = try fixture.session.addContract("C1", kind: "dotphone-office", company: "Alpha")
        for (text, kind) in [("05011111111", ContractedNumberKind.pilot), ("05022222222", .directDial)] {
            _ = try fixture.session.assignNumber(number(text), to: .contract("C1"), as: kind)
        }
    }

    private func row(_ name: String, _ numbers: [String]?, contract: String? = nil, sms: String? = nil) -> LoginRow {
        var row = LoginRow(name: Stated(name))
        row.contract = contract.map { Stated($0) }
        row.numbers = numbers.map { Stated($0) }
        row.smsNumber = sms.map { Stated($0) }
        return row
    }

    @Test("login IDs are added with their numbers, and a second time there is nothing to change")
    func adds() throws {
        let rows = [row("tokyo01", ["050-1111-1111"], contract: "c1", sms: "09012345678")]
        #expect(try session.importLoginIDs(from: rows).added == 1)
        let state = try session.loginID("tokyo01")
        #expect(state.numbers == ["05011111111"] && state.smsNumber == "09012345678")
        #expect(try session.history(limit: 2).map(\.action) == ["login sms", "login add"])
        let again = try session.importLoginIDs(from: rows)
        #expect(again.unchanged == 1 && again.changeCount == 0)
        #expect(try session.importLoginIDs(from: [row("tokyo01", nil, sms: "")]).changed == 1)
        #expect(try session.loginID("tokyo01").smsNumber == nil)
        var english = row("tokyo01", nil)
        english.language = Stated(.english)
        #expect(try session.importLoginIDs(from: [english]).changed == 1)
        #expect(try session.importLoginIDs(from: [english]).unchanged == 1)
        #expect(try session.importLoginIDs(from: [row("tokyo01", nil)]).unchanged == 1)
        #expect(try session.loginID("tokyo01").language == .english)
        english.language = Stated(nil)
        #expect(try session.importLoginIDs(from: [english]).changed == 1)
        #expect(try session.loginID("tokyo01").language == nil)
    }

    @Test("a number may go from one login ID to another further up in the table")
    func handsOver() throws {
        _ = try session.addLoginID("tokyo01", to: "C1", numbers: [number("05011111111"), number("05022222222")])
        let outcome = try session.importLoginIDs(from: [
            row("tokyo02", ["05022222222"], contract: "C1"), row("tokyo01", ["05011111111"]),
        ])
        #expect((outcome.added, outcome.changed, outcome.refusedRows) == (1, 1, 0))
        #expect(try session.loginID("tokyo02").numbers == ["05022222222"])
    }

    @Test("two login IDs may take each other's numbers in one table")
    func exchanges() throws {
        _ = try session.addLoginID("tokyo01", to: "C1", numbers: [number("05011111111")])
        _ = try session.addLoginID("tokyo02", to: "C1", numbers: [number("05022222222")])
        let outcome = try session.importLoginIDs(from: [
            row("tokyo01", ["05022222222"]), row("tokyo02", ["05011111111"]),
        ])
        #expect((outcome.changed, outcome.refusedRows, outcome.changeCount) == (2, 0, 2))
        #expect(try session.loginID("tokyo01").numbers == ["05022222222"])
        let entry = try #require(try session.history(limit: 1).first)
        #expect(entry.before?.contains("05022222222") == true && entry.after?.contains("05011111111") == true)
        #expect(try session.importLoginIDs(from: [row("tokyo01", ["05011111111"])]).refusedRows == 1)
    }

    @Test("what can't be is refused with the reason, and nothing is changed")
    func refuses() throws {
        _ = try session.addLoginID("tokyo01", to: "C1", numbers: [number("05011111111")])
        let outcome = try session.importLoginIDs(from: [
            row("tokyo02", ["05022222222"], contract: "C1"),
            row("TOKYO02", ["05022222222"], contract: "C1"),
            row("osaka01", ["05022222222"]),
            row("osaka02", ["05033333333"], contract: "C1"),
            row("osaka03", ["05011111111"], contract: "C1"),
            row("tokyo01", nil, contract: "C9"),
            row("x", []),
        ])
        #expect((outcome.rows, outcome.refusedRows) == (7, 6))
        let told = outcome.refusals.map(\.reason).joined(separator: "\n")
        for reason in [
            "is there already, in line 1", "osaka01 does not exist yet, and needs contract", "and stays that",
        ] {
            #expect(told.contains(reason), "\(told)")
        }
        #expect(try session.loginIDs(limit: 9).map(\.loginID) == ["tokyo01"])
    }
}
