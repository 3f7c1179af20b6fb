/// sendmmsg(2) and recvmmsg(2) for Swift, whose Glibc module leaves them out.
#ifndef TSUNAGI_CDATAGRAM_H
#define TSUNAGI_CDATAGRAM_H

#include <stdint.h>

/// One datagram: where its octets lie in the common buffer, and where it goes or comes from.
struct cdatagram {
    uint32_t offset;
    uint32_t length;
    /// An IPv6 address; an IPv4 address is the lower half of `low`. Host byte order.
    uint64_t high;
    uint64_t low;
    uint16_t port;
    uint8_t is_v6;
};

/// The most that one call sends or receives.
enum { CDATAGRAM_LIMIT = 64 };

/// Sends up to `CDATAGRAM_LIMIT` datagrams with one system call, without waiting.
///
/// Returns how many were sent, from the first on, or the negative errno of the first one.
int cdatagram_send(int socket, const uint8_t *octets, const struct cdatagram *datagrams, int count);

/// Receives up to `CDATAGRAM_LIMIT` datagrams with one system call, without waiting: the first into the first `slot`
/// octets of the buffer, the next into the next ones. What a datagram has beyond its slot is lost.
///
/// Returns how many came, or the negative errno. One whose sender is neither IPv4 nor IPv6 has length 0.
int cdatagram_receive(int socket, uint8_t *octets, uint32_t slot, struct cdatagram *datagrams, int count);

#endif
