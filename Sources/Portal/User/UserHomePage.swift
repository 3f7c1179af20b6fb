import ControlPlane
import Directory
import SignIn

/// サービス設定: what each number has, and how it stands.
struct UserHomePage: Page {
    static let template = "user/home"

    struct Number: Sendable {
        let number: String
        let cards: [Card]
        let hasCards: Bool
        /// 変更履歴.
        let historyPath: String
        let callsPath: String

        init(
            _ number: PhoneNumber, options: [OptionService], in guest: Guest, _ words: Catalogue,
            _ clock: GuestClock
        ) throws {
            self.number = TelephoneText.grouped(number.national)
            cards = try options.compactMap { option in
                switch option {
                case .forwarding:
                    Card(
                        try guest.session.forwarding(of: number), try guest.session.anonymous(of: number),
                        at: guest.door, words, clock)
                case .anonymousRejection: Card(try guest.session.anonymous(of: number), at: guest.door, words, clock)
                // These have no settings of their own.
                case .messageBox, .membersNet: nil
                }
            }
            hasCards = !cards.isEmpty
            let path = "\(guest.door.base)/numbers/\(PercentEncoding.text(number.national))"
            (historyPath, callsPath) = ("\(path)/history", "\(path)/calls")
        }
    }

    /// An option service.
    struct Card: Sendable {
        let name: String
        let state: StateMark
        /// What it does now, and at other times.
        let summary: String
        /// The summary as a picture; nil: it has none.
        var picture: String?
        /// Where it is set.
        let path: String

        init(
            _ forwarding: ForwardingState, _ anonymous: AnonymousState, at door: Door, _ words: Catalogue,
            _ clock: GuestClock
        ) {
            name = words("option.forwarding.service")
            let path = NumberPath(forwarding, anonymous, clock)
            let picture = PathPicture(path, id: forwarding.number, words)
            // What is set and does not apply now, such as outside its hours, is no forwarding to the eye.
            state =
                path.ways.isEmpty
                ? StateMark(shape: .off, text: words("forwarding.off"))
                : StateMark(shape: .ok, text: words("forwarding.on"))
            summary = picture.title
            self.picture = picture.svg
            self.path = Self.path(of: forwarding.number, at: door) + "/forwarding"
        }

        init(_ state: AnonymousState, at door: Door, _ words: Catalogue, _ clock: GuestClock) {
            name = words("option.anonymous-rejection.service")
            self.state =
                state.rejected.isEmpty || state.appliesNow == false
                ? StateMark(
                    shape: .off, text: words(state.rejected.isEmpty ? "user.anonymous.off" : "user.anonymous.rests"))
                : StateMark(shape: .ok, text: words("user.anonymous.on"))
            summary = state.sentence(words, clock)
            path = Self.path(of: state.number, at: door) + "/anonymous"
        }

        private static func path(of number: String, at door: Door) -> String {
            "\(door.base)/numbers/\(PercentEncoding.text(number))"
        }
    }

    let loginID: String
    let numbers: [Number]
    let hasNumbers: Bool

    func title(_ words: Catalogue) -> String { words("menu.services") }
}

extension AnonymousState {
    /// What becomes of calls without a number now, and during which hours they are turned away.
    func sentence(_ words: Catalogue, _ clock: GuestClock) -> String {
        guard !rejected.isEmpty else { return words("user.anonymous.summary-off") }
        let reasons = rejected.names(words)
        guard let schedule else { return words("user.anonymous.summary-on", ["reasons": reasons]) }
        return words(
            appliesNow == false ? "user.anonymous.summary-rests" : "user.anonymous.summary-hours",
            ["reasons": reasons, "hours": ScheduleWords(schedule, words, clock).text])
    }
}
