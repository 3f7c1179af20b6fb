/// sendmmsg(2), recvmmsg(2) and io_uring(7) for Swift, whose Glibc module leaves them out.
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
    /// Why it was not sent, an errno; 0 when it was.
    int32_t failure;
};

/// The most that one call sends or receives.
enum { CDATAGRAM_LIMIT = 64 };

/// Sends up to `CDATAGRAM_LIMIT` datagrams with one system call, without waiting.
///
/// Returns of how many, from the first on, `failure` now tells what became of them: one at least.
int cdatagram_send(int socket, const uint8_t *octets, struct cdatagram *datagrams, int count);

/// A queue to the kernel, of one thread at a time.
///
/// sendmmsg gives the processor away after each datagram when its receiver has woken up and has waited longer. Then
/// every datagram costs two changes of the process, and the receiver goes back to sleep before the next one comes. What
/// is sent through a ring is all there when the receiver begins.
struct cdatagram_ring;

/// Opens a ring, or returns NULL where the kernel has none (before Linux 5.12) or lets nobody use it, as most
/// containers do.
struct cdatagram_ring *cdatagram_ring_open(void);
void cdatagram_ring_close(struct cdatagram_ring *ring);

/// Does what `cdatagram_send` does. A datagram for which the kernel has no room does not hold up those behind it.
int cdatagram_ring_send(
    struct cdatagram_ring *ring, int socket, const uint8_t *octets, struct cdatagram *datagrams, int count);

/// What a socket's queue was like when it was read.
struct cdatagram_queue {
    /// How long the first datagram had waited, in nanoseconds; 0 where the kernel does not tell.
    uint64_t delay;
    /// How many found the queue full so far, as the first datagram tells; 0 if it does not.
    uint32_t lost;
};

/// Lets the kernel tell with the datagrams of a socket when they came, and how many found its queue full.
void cdatagram_watch(int socket);

/// Where datagrams are received: made ready once, and again only where some have come.
struct cdatagram_inbox;

/// Receives the first datagram into the first `slot` octets of the buffer, the next into the next ones. What one has
/// beyond its slot is lost.
///
/// Takes up to `count` at once, `CDATAGRAM_LIMIT` at most. Returns NULL if there is no memory.
struct cdatagram_inbox *cdatagram_inbox_open(uint8_t *octets, uint32_t slot, int count);
void cdatagram_inbox_close(struct cdatagram_inbox *inbox);

/// Receives what has come with one system call, without waiting.
///
/// Returns how many came, or the negative errno. One whose sender is neither IPv4 nor IPv6 has length 0.
int cdatagram_receive(
    struct cdatagram_inbox *inbox, int socket, struct cdatagram *datagrams, struct cdatagram_queue *queue);

#endif
