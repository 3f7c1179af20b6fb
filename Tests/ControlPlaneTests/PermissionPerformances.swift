import Directory
import Foundation
import SignIn
import Storage

@testable import ControlPlane

/// How each use case is really done.
enum PermissionPerformances {
    static let all: [UseCase: @Sendable (PermissionScene) throws -> Void] = contracts.merging(numbers) { first, _ in
        first
    }
    .merging(records) { first, _ in first }
    .merging(messages) { first, _ in first }
    .merging(accounts) { first, _ in first }

    private static let contracts: [UseCase: @Sendable (PermissionScene) throws -> Void] = [
        .addCompany: { _ = try $0.session.addCompany(named: "Gamma") },
        .renameCompany: { _ = try $0.session.renameCompany($0.place.company, to: "Gamma") },
        .removeCompany: { scene in
            scene.empty(to: 4)
            if scene.place.company == "Alpha" {
                for (number, digit) in [("05011111111", "1"), ("05022222222", "2")] {
                    _ = try? scene.preparer.removeNumber(ControlPlaneTests.number(number))
                    scene.removeAccounts("\(digit)", of: "Alpha")
                    _ = try? scene.preparer.removeVoiceContract("N\(digit)00")
                    _ = try? scene.preparer.removeSite("S\(digit)00", of: "Y\(digit)00")
                    _ = try? scene.preparer.removeContract("Y\(digit)00")
                }
            }
            _ = try scene.session.removeCompany(named: scene.place.company)
        },
        .showCompany: { _ = try $0.session.company(named: $0.place.company) },
        .listCompanies: { scene in
            try scene.find(try scene.session.companies(limit: 99).contains { $0.name == scene.place.company })
        },
        .listServiceKinds: { _ = try $0.session.serviceKinds() },
        .addContract: { _ = try $0.session.addContract("Y77", kind: "ip-voice", company: $0.place.company) },
        .openContract: { _ = try $0.session.openContract($0.place.contract) },
        .closeContract: { scene in
            _ = try? scene.preparer.openContract(scene.place.contract)
            _ = try scene.session.closeContract(scene.place.contract)
        },
        .removeContract: { scene in
            scene.empty(to: 3)
            _ = try scene.session.removeContract(scene.place.contract)
        },
        .showContract: { _ = try $0.session.contract($0.place.contract) },
        .listContracts: { scene in
            try scene.find(try scene.session.contracts(limit: 99).contains { $0.number == scene.place.contract })
        },
        .addContractOption: { _ = try $0.session.addOption(.messageBox, toContract: $0.place.contract) },
        .removeContractOption: { _ = try $0.session.removeOption(.forwarding, fromContract: $0.place.contract) },
        .addSite: { _ = try $0.session.addSite("S77", named: "New", to: $0.place.contract) },
        .renameSite: { _ = try $0.session.renameSite($0.place.site, of: $0.place.contract, to: "New") },
        .setRepresentative: { scene in
            _ = try? scene.preparer.addSite("S77", named: "New", to: scene.place.contract)
            _ = try? scene.preparer.setRepresentative("S77", of: scene.place.contract)
            _ = try scene.session.setRepresentative(scene.place.site, of: scene.place.contract)
        },
        .removeSite: { scene in
            scene.empty(to: 2)
            _ = try scene.session.removeSite(scene.place.site, of: scene.place.contract)
        },
        .listSites: { _ = try $0.session.sites(of: $0.place.contract) },
        .addVoiceContract: { _ = try $0.session.addVoiceContract("N77", at: $0.place.site, of: $0.place.contract) },
        .removeVoiceContract: { scene in
            scene.empty(to: 1)
            _ = try scene.session.removeVoiceContract(scene.place.voiceContract)
        },
    ]

    private static let numbers: [UseCase: @Sendable (PermissionScene) throws -> Void] = [
        .addNumber: { _ = try $0.session.addNumber(typed: "05077777777") },
        .assignNumber: { _ = try $0.session.assignNumber($0.place.number, to: nil) },
        .removeNumber: { _ = try $0.session.removeNumber($0.place.number) },
        .setNumberPassword: { _ = try $0.session.setPassword("secret", of: $0.place.number) },
        .showNumber: { _ = try $0.session.number($0.place.number) },
        .listNumbers: { scene in
            try scene.find(try scene.session.numbers(limit: 99).contains { $0.number == scene.place.number })
        },
        .giveNumberOption: { scene in
            _ = try? scene.preparer.removeOption(.forwarding, from: scene.place.number)
            _ = try scene.session.addOption(.forwarding, to: scene.place.number)
        },
        .withholdNumberOption: { _ = try $0.session.removeOption(.forwarding, from: $0.place.number) },
        .showNumberOptions: { _ = try $0.session.options(of: $0.place.number) },
        .setForwarding: { _ = try $0.session.setForwarding(of: $0.place.number, when: .always, to: "0612345678") },
        .stopForwarding: { _ = try $0.session.stopForwarding(of: $0.place.number) },
        .fillForwardingForm: { scene in
            _ = try scene.session.setForwarding(
                of: scene.place.number,
                as: ForwardingForm(forwards: true, operations: [.always: .entry(1)], entries: ["0612345678"]))
        },
        .showForwarding: { _ = try $0.session.forwarding(of: $0.place.number) },
        .setForwardingOfMany: { scene in
            try accept(try scene.session.changeForwarding(of: many(scene), .set(.always, to: "0612345678")))
        },
        .stopForwardingOfMany: { scene in
            try accept(try scene.session.changeForwarding(of: many(scene), .layOff(nil, until: 1_900_000_000_000)))
        },
        .restoreForwarding: { scene in
            _ = try? scene.preparer.changeForwarding(of: many(scene), .layOff(nil, until: 1_900_000_000_000))
            try accept(try scene.session.restoreForwarding(.numbers(many(scene))))
        },
        .listForwardingOperations: { scene in
            _ = try? scene.preparer.changeForwarding(of: many(scene), .layOff(nil, until: 1_900_000_000_000))
            try scene.find(try !scene.session.forwardingOperations(limit: 9).isEmpty)
        },
        .listForwarding: { scene in
            let list = try scene.session.forwardingNumbers(limit: 99)
            try scene.find(list.contains { $0.number == scene.place.number.national })
        },
        .saveDestination: { _ = try $0.session.saveDestination("0612345678", as: 5, of: $0.place.number) },
        .removeDestination: { scene in
            _ = try? scene.preparer.saveDestination("0612345678", as: 5, of: scene.place.number)
            _ = try scene.session.removeDestination(5, of: scene.place.number)
        },
        .rejectAnonymous: { _ = try $0.session.rejectAnonymous([], of: $0.place.number) },
        .acceptAnonymous: { scene in
            _ = try? scene.preparer.rejectAnonymous([], of: scene.place.number)
            _ = try scene.session.acceptAnonymous([], of: scene.place.number)
        },
        .showAnonymous: { _ = try $0.session.anonymous(of: $0.place.number) },
        .blockCaller: { _ = try $0.session.block(ControlPlaneTests.number("0901111222"), for: $0.place.number) },
        .unblockCaller: { scene in
            let caller = try ControlPlaneTests.number("0901111222")
            _ = try? scene.preparer.block(caller, for: scene.place.number)
            _ = try scene.session.unblock(caller, for: scene.place.number)
        },
        .showBlockList: { _ = try $0.session.blockList(of: $0.place.number) },
    ]

    private static func many(_ scene: PermissionScene) -> NumberSelection {
        .list([scene.place.number.national], named: "a list")
    }

    /// What is refused for the one number that it is about was refused.
    private static func accept(_ outcome: ForwardingOutcome) throws {
        struct Refused: Error, CustomStringConvertible {
            let description: String
        }
        if let refusal = outcome.refused.first { throw Refused(description: refusal.reason) }
    }

    private static let records: [UseCase: @Sendable (PermissionScene) throws -> Void] = [
        .listRegistrations: { scene in
            let list = try scene.session.registrations(in: scene.runtime)
            try scene.find(list.contains { $0.number == scene.place.number.national })
        },
        .removeRegistrations: { _ = try $0.session.removeRegistrations(of: $0.place.number, in: $0.runtime) },
        .listBans: { _ = try $0.session.bans(in: $0.runtime) },
        .addBan: { _ = try $0.session.addBan(of: "192.0.2.66", forSeconds: 60, in: $0.runtime) },
        .removeBan: { scene in
            _ = try scene.preparer.addBan(of: "192.0.2.66", forSeconds: 60, in: scene.runtime)
            _ = try scene.session.removeBan(of: "192.0.2.66", in: scene.runtime)
        },
        .listCalls: { scene in
            let list = try scene.session.calls(CallFilter(), in: scene.runtime)
            try scene.find(list.contains { $0.id == scene.place.callID })
        },
        .showCall: { _ = try $0.session.call(id: $0.place.callID, in: $0.runtime) },
        .explainCall: { scene in
            _ = try scene.session.explain(callTo: scene.place.number, from: "0901111222", at: Date(), by: Taciturn())
        },
        .listHistory: { scene in
            try scene.find(try scene.session.history(limit: 999).contains { $0.key == scene.place.number.canonical })
        },
        .showNumberHistory: { _ = try $0.session.history(of: $0.place.number, limit: 9) },
        .showContractHistory: { _ = try $0.session.history(ofContract: $0.place.contract, limit: 9) },
        .showCompanyHistory: { _ = try $0.session.history(ofCompany: $0.place.company, limit: 9) },
        .verifyHistory: { _ = try $0.session.verifyHistory() },
        .undoChange: { _ = try $0.session.undo($0.place.change) },
        .addTrunk: { _ = try $0.session.addTrunk(prefix: "06", gateways: ["sip:gw.example"]) },
        .removeTrunk: { _ = try $0.session.removeTrunk(prefix: "03") },
        .listTrunks: { _ = try $0.session.trunks() },
        .showRealm: { _ = try $0.session.realm() },
        .setRealm: { try $0.session.setRealm("lab") },
        .showForbiddenDestinations: { _ = try $0.session.forbiddenDestinations() },
        .setForbiddenDestinations: { try $0.session.setForbiddenDestinations([]) },
        .showTimeZone: { _ = try $0.session.localClock() },
        .setTimeZone: { try $0.session.setTimeZone("America/New_York") },
        .listHolidays: { _ = try $0.session.holidays() },
        .addHoliday: { _ = try $0.session.addHoliday("2026-12-29", named: "Closed") },
        .removeHoliday: { _ = try $0.session.removeHoliday("2026-11-23") },
        .importHolidays: { _ = try $0.session.importHolidays(Data("2028/1/1,元日".utf8)) },
        .checkRules: { scene in
            let surroundings = CheckSurroundings(hasVoicemail: true, hasTrustedNetworks: true, ownNumber: { _ in nil })
            try scene.session.checkRules(surroundings) { _ in }
        },
        .recordRestoration: { try $0.session.recordRestoration(from: "b.tar", sums: [:]) },
        .exportBlueprint: { _ = try $0.session.export(.everything) { _ in } },
        .importNumbers: { _ = try $0.session.importNumbers(from: [Blueprint.Number(number: Stated("1001"))]) },
        .importDestinations: { scene in
            var row = Blueprint.Number(number: Stated(scene.place.number.national))
            row.forwarding.destinations = [1: Stated("0312345678"), 2: Stated("0612345678")]
            _ = try scene.session.importDestinations(from: [row])
        },
        .applyBlueprint: { scene in
            var blueprint = Blueprint()
            blueprint.numbers = [Blueprint.Number(number: Stated("1001"))]
            _ = try scene.session.apply(blueprint)
        },
        .showLetterhead: { _ = try $0.session.letterhead() },
        .setServiceName: { try $0.session.setServiceName("Portal") },
        .setPortalURL: { try $0.session.setPortalURL("https://portal.example.jp") },
    ]

    private static let messages: [UseCase: @Sendable (PermissionScene) throws -> Void] = [
        .listMessages: { scene in
            let id = try message(scene)
            try scene.find(try scene.session.outbox(OutboxFilter(limit: 9)).contains { $0.id == id })
        },
        .showMessage: { _ = try $0.session.outboxLetter(message($0)) },
        .retryMessage: { _ = try $0.session.retryMessage(message($0)) },
        .discardMessage: { _ = try $0.session.discardMessage(message($0)) },
        .sendTestMessage: { scene in
            _ = try scene.session.sendTest(mail: "taro@example.jp", in: .english, timeZone: .gmt)
        },
    ]

    private static func message(_ scene: PermissionScene) throws -> Int64 {
        try scene.preparer.sendTest(mail: "taro@example.jp", in: .english, timeZone: .gmt).id
    }
}

/// Has nothing to say about any call.
private struct Taciturn: CallExplainer {
    func decisions(on question: CallQuestion) -> [Decision] { [] }
}
