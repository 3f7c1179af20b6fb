#ifndef TSUNAGI_CDATAGRAM_ADDRESS_H
#define TSUNAGI_CDATAGRAM_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "CDatagram.h"

union cdatagram_address {
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/// What sendmsg(2) wants to know of up to `CDATAGRAM_LIMIT` datagrams. It points into itself: it stays where it is.
struct cdatagram_messages {
    struct mmsghdr headers[CDATAGRAM_LIMIT];
    struct iovec parts[CDATAGRAM_LIMIT];
    union cdatagram_address addresses[CDATAGRAM_LIMIT];
};

/// Describes the first `count` datagrams; the rest is left as it is.
void cdatagram_describe(
    struct cdatagram_messages *messages, const uint8_t *octets, const struct cdatagram *datagrams, int count);

#endif
