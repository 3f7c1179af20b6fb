/// An option service, which a contract has or has not; each governs some of a number's rules.
package enum OptionService: String, CaseIterable, Sendable, Codable {
    /// 転送・留守番サービス: forwarding.
    case forwarding
    /// 番号非通知拒否サービス: turning away calls without a caller's number.
    case anonymousRejection = "anonymous-rejection"
    /// メッセージボックス: voice mail of those services whose forwarding has none of its own.
    case messageBox = "message-box"
    /// メンバーズネット: dialling within the company; entries of the destination list are shorter with it.
    case membersNet = "members-net"
}

/// What a number is within its contract.
package enum ContractedNumberKind: String, CaseIterable, Sendable, Codable {
    /// 代表番号: what the line is reached by.
    case pilot
    /// 050ダイヤルイン追加番号: a number of its own, with its own settings.
    case directDial = "direct-dial"
    /// 050複数番号: one more number of the same line.
    case multiple
}

/// The option services that one number has.
package struct NumberOptions: Sendable, Equatable {
    /// A number under no contract, as in a lab: nothing is held back from it.
    package static let withoutContract = NumberOptions(contracted: nil, voicemail: .forwarding)

    /// Nil: the number is under no contract.
    package let contracted: Set<OptionService>?
    /// The option that voice mail comes with, which depends on the service.
    package let voicemail: OptionService

    package init(contracted: Set<OptionService>?, voicemail: OptionService) {
        self.contracted = contracted
        self.voicemail = voicemail
    }

    package func has(_ option: OptionService) -> Bool {
        guard let contracted else { return option != .membersNet }
        return contracted.contains(option)
    }

    /// The option that a forwarding rule to this destination still needs; nil: it applies.
    package func missing(for destination: Destination) -> OptionService? {
        let needed = destination == .voicemail ? [.forwarding, voicemail] : [OptionService.forwarding]
        return needed.first { !has($0) }
    }
}
