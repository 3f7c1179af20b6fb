internal import CallPlanning
internal import Directory
internal import SIPMessage

/// Destinations that nobody has judged before a call comes to them.
extension CallRouter {
    /// What forbids to send a call on to a phone's choice; nil if nothing does.
    func tollFlaw(of destination: Destination, _ turn: Turn) -> String? {
        switch destination {
        // Rules that can't be read let no call through anyway.
        case .number(let number): try? tollFlaw(of: number, turn)
        case .uri(let text): try? SIPURI(text).flatMap { try tollFlaw(of: $0, turn) }
        case .voicemail: nil
        }
    }

    /// What forbids to send a call on to a number, unless it is one of ours.
    func tollFlaw(of number: PhoneNumber, _ turn: Turn) throws(DirectoryUnavailable) -> String? {
        let policy = TollPolicy(configuration.planning, forbidding: try turn.directory.forbiddenDestinations())
        guard let flaw = policy.flaw(of: number), try turn.directory.record(of: number) == nil else { return nil }
        return flaw
    }

    /// Our gateways take from us what they take from nobody else; what happens at another host is that host's affair.
    /// Judges by what the URI says: where it leads when a call comes, ``tollDoubt(about:_:)`` is for.
    ///
    /// - Parameter next: where the request goes first, if that is not where the URI leads.
    func tollFlaw(of uri: SIPURI, by next: SIPURI? = nil, _ turn: Turn) throws(DirectoryUnavailable) -> String? {
        guard let flaw = try tollFlaw(of: dialling(of: uri), turn) else { return nil }
        let way = next ?? uri
        let host = (way.parameter("maddr")?.value ?? way.host).lowercased()
        let gateways = Gateways(try turn.directory.trunks())
        let isGateway = own.address(of: host).map(gateways.addresses.contains) ?? gateways.names.contains(host)
        return isGateway ? flaw : nil
    }

    private func tollFlaw(of dialling: Dialling, _ turn: Turn) throws(DirectoryUnavailable) -> String? {
        switch dialling {
        case .nothing: nil
        case .digits: "no number"
        case .number(let number): try tollFlaw(of: number, turn)
        }
    }

    /// What a gateway would dial that is sent a URI.
    func dialling(of uri: SIPURI) -> Dialling {
        if let number = number(in: uri) { return number.kind == .name ? .nothing : .number(number) }
        // A gateway may dial the beginning of what is too long to be a number.
        let isDialled = uri.user.map { ASCII.isDigit($0.utf8.first ?? 0) || $0.hasPrefix("+") } ?? false
        return isDialled ? .digits : .nothing
    }

    /// Why a phone's choice may not be sent to a gateway, whatever name or address it gives; nil for nearly all.
    func tollDoubt(about target: Target, _ turn: Turn) -> TollDoubt? {
        do throws(DirectoryUnavailable) {
            guard let flaw = try tollFlaw(of: target.dialling, turn) else { return nil }
            return TollDoubt(flaw: flaw, Gateways(try turn.directory.trunks()))
        } catch {
            // Rules that can't be read let no call through anyway.
            return nil
        }
    }

    /// A branch has come to one of our gateways, where it may not go.
    mutating func forbid(_ context: ResponseContext, _ index: Int, _ doubt: TollDoubt, _ turn: Turn) {
        let branch = context.branches[index]
        let stage = context.stages[branch.stage]
        let number = stage.number ?? stage.diversions.last?.from
        context.ledger?.note(
            .destinationForbidden(number: number?.description ?? "", to: branch.target.name, flaw: doubt.flaw))
        branchFailed(context, index, status: 480, cause: .transport, turn)
    }
}

/// What a gateway would dial for a URI that somebody has chosen.
enum Dialling {
    case nothing
    case number(PhoneNumber)
    /// Too many to be a number.
    case digits
}

/// Where trunks lead.
struct Gateways {
    /// In small letters.
    private(set) var names: Set<String> = []
    private(set) var addresses: Set<IPAddress> = []

    init(_ trunks: TrunkTable) {
        for hop in trunks.routes.lazy.flatMap(\.hops) {
            if let address = IPAddress(hop.host) {
                addresses.insert(address)
            } else {
                names.insert(hop.host.lowercased())
            }
        }
    }
}

/// What a branch must not come to: it would have a gateway of ours dial what is forbidden. A gateway's name and its
/// address lead to the same, so the names are looked up before anything is sent.
final class TollDoubt {
    let flaw: String
    /// Gateways' names whose addresses are not known yet.
    private(set) var names: [String]
    private var addresses: Set<IPAddress>

    init(flaw: String, _ gateways: Gateways) {
        self.flaw = flaw
        names = gateways.names.sorted()
        addresses = gateways.addresses
    }

    /// The addresses of the last of ``names`` have come. One that has none leads nowhere, so nothing can come there.
    func found(_ addresses: [IPAddress]) {
        names.removeLast()
        self.addresses.formUnion(addresses)
    }

    func forbids(_ address: IPAddress) -> Bool { addresses.contains(address) }
}
