/// A suite whose tests call the peers of ``Sample`` by their names alone.
protocol UsualPeers {}

extension UsualPeers {
    var caller: Peer { Sample.caller }
    var stranger: Peer { Sample.stranger }
    var phoneA: Peer { Sample.phoneA }
    var phoneA2: Peer { Sample.phoneA2 }
    var phoneB: Peer { Sample.phoneB }
    var phoneC: Peer { Sample.phoneC }
    var gateway: Peer { Sample.gateway }
    var gateway2: Peer { Sample.gateway2 }
    var foreign: Peer { Sample.foreign }
}
