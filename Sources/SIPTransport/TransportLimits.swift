/// How much the transport takes upon itself, and how long it waits. The defaults suit a server with some ten thousand
/// phones.
package struct TransportLimits: Sendable {
    /// TCP connections in all.
    package var connections = 10_000
    /// TCP connections that one address may hold; a gateway or NAT in front of an office needs many, a scanner few.
    package var connectionsPerAddress = 1_000
    /// How long a connection that is being opened may take.
    package var connectTime: Duration = .seconds(3)
    /// How long a connection may be silent in both directions. Phones behind a NAT send keepalives more often.
    package var idleTime: Duration = .seconds(600)
    /// How long an accepted connection may take until it has brought its first message.
    package var firstMessageTime: Duration = .seconds(15)
    /// How long a message on a stream may take from its first octet to its last.
    package var messageTime: Duration = .seconds(30)
    /// How often connections are looked at for these times.
    package var sweepInterval: Duration = .seconds(5)
    /// Octets of one message on a stream.
    package var streamMessage = 262_144
    /// Octets that wait for a peer that does not read; past them its connection is closed.
    package var queuedPerConnection = 4 << 20
    /// Octets that wait for a connection to open; what comes after them fails.
    package var queuedWhileConnecting = 1 << 20
    /// Octets that wait for the kernel to take datagrams; what comes after them is lost, as datagrams may be.
    package var queuedDatagrams = 4 << 20
    /// Kernel buffer of each UDP socket, in octets. Without privileges the kernel's own limit (`net.core.rmem_max`)
    /// may be less.
    package var socketBuffer = 8 << 20
    /// Datagrams that one batch takes behind the first one; 64 at most.
    package var datagramsPerRead = 32
    /// Messages that wait for the shard that owns their call; what comes after them is lost, as it would be if the
    /// socket's buffer were full.
    package var queuedHandOvers = 20_000
    /// Host names whose addresses are kept, as many that have none, and questions that may wait for an answer. A quarter of
    /// these is for names of trunks and names that have had an address.
    package var resolverEntries = 10_000
    /// How long the addresses of a name are taken as they are before it is asked for anew.
    package var nameFreshness: Duration = .seconds(30)
    /// How long they are served while the name is being asked for anew, or nobody tells of other ones.
    package var nameValidity: Duration = .seconds(300)
    /// How long a name that calls wait for may stand in line; they do not wait longer themselves.
    package var namePatience: Duration = .seconds(20)
    /// Call records that wait for the disk; what comes after them is counted and dropped.
    package var queuedRecords = 20_000
    /// Copies of messages that wait for their way to a capture server; what comes after them is counted and dropped.
    package var queuedCopies = 20_000

    package init() {}
}
