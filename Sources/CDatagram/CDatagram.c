#define _GNU_SOURCE
#include "CDatagram.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

union address {
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t write_address(union address *address, const struct cdatagram *datagram) {
    memset(address, 0, sizeof *address);
    if (!datagram->is_v6) {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons(datagram->port);
        address->v4.sin_addr.s_addr = htonl((uint32_t)datagram->low);
        return sizeof address->v4;
    }
    uint64_t halves[2] = {htobe64(datagram->high), htobe64(datagram->low)};
    address->v6.sin6_family = AF_INET6;
    address->v6.sin6_port = htons(datagram->port);
    memcpy(&address->v6.sin6_addr, halves, sizeof halves);
    return sizeof address->v6;
}

int cdatagram_send(int socket, const uint8_t *octets, const struct cdatagram *datagrams, int count) {
    struct mmsghdr messages[CDATAGRAM_LIMIT];
    struct iovec parts[CDATAGRAM_LIMIT];
    union address addresses[CDATAGRAM_LIMIT];
    if (count > CDATAGRAM_LIMIT) count = CDATAGRAM_LIMIT;
    for (int index = 0; index < count; index++) {
        const struct cdatagram *datagram = &datagrams[index];
        // iov_base is not const because the same structure serves reads.
        parts[index].iov_base = (void *)(octets + datagram->offset);
        parts[index].iov_len = datagram->length;
        memset(&messages[index], 0, sizeof messages[index]);
        messages[index].msg_hdr.msg_name = &addresses[index];
        messages[index].msg_hdr.msg_namelen = write_address(&addresses[index], datagram);
        messages[index].msg_hdr.msg_iov = &parts[index];
        messages[index].msg_hdr.msg_iovlen = 1;
    }
    int sent = sendmmsg(socket, messages, (unsigned)count, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}
