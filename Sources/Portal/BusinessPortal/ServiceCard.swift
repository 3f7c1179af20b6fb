import ControlPlane
import SignIn
import Storage

/// A contract, as the portal shows it.
struct ServiceCard: Sendable {
    let service: String
    /// A base contract number, or a voice group ID.
    let number: String
    let numberLabel: String
    let state: StateMark
    /// Nil: it is not opened yet.
    let openedOn: String?
    /// `12`, or `1000番号以上`.
    let numbers: String
    /// Nil: there are too many numbers to look at each.
    let forwarding: String?
    let details: String
    let settings: String

    init(_ contract: ContractState, _ tally: NumberTally, _ words: Catalogue) {
        service = words.language == .japanese ? contract.service.ja : contract.service.en
        number = contract.number
        numberLabel = words(contract.isVoiceGroup ? "service.voice-group" : "service.contract")
        state = contract.mark(words)
        openedOn = contract.openedOn.map { DayText.text($0, in: words.language) }
        numbers = words(tally.isComplete ? "service.count" : "service.count-or-more", ["count": "\(tally.numbers)"])
        forwarding = tally.isComplete ? words("service.count", ["count": "\(tally.forwarding)"]) : nil
        details = contract.detailsPath
        settings = contract.settingsPath
    }
}

extension ContractState {
    var detailsPath: String { "/portal/contracts/\(number)" }

    /// Its Web設定変更サイト.
    var settingsPath: String { "/portal/voice/\(number)" }

    func mark(_ words: Catalogue) -> StateMark {
        openedOn == nil
            ? StateMark(shape: .wait, text: words("service.not-opened"))
            : StateMark(shape: .ok, text: words("service.in-use"))
    }
}
