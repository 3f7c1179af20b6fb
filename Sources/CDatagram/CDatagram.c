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

static void read_address(const union address *address, socklen_t length, struct cdatagram *datagram) {
    if (length >= sizeof address->v4 && address->v4.sin_family == AF_INET) {
        datagram->is_v6 = 0;
        datagram->high = 0;
        datagram->low = ntohl(address->v4.sin_addr.s_addr);
        datagram->port = ntohs(address->v4.sin_port);
    } else if (length >= sizeof address->v6 && address->v6.sin6_family == AF_INET6) {
        uint64_t halves[2];
        memcpy(halves, &address->v6.sin6_addr, sizeof halves);
        datagram->is_v6 = 1;
        datagram->high = be64toh(halves[0]);
        datagram->low = be64toh(halves[1]);
        datagram->port = ntohs(address->v6.sin6_port);
    } else {
        datagram->length = 0;
    }
}

int cdatagram_receive(int socket, uint8_t *octets, uint32_t slot, struct cdatagram *datagrams, int count) {
    struct mmsghdr messages[CDATAGRAM_LIMIT];
    struct iovec parts[CDATAGRAM_LIMIT];
    union address addresses[CDATAGRAM_LIMIT];
    if (count > CDATAGRAM_LIMIT) count = CDATAGRAM_LIMIT;
    for (int index = 0; index < count; index++) {
        parts[index].iov_base = octets + (size_t)index * slot;
        parts[index].iov_len = slot;
        memset(&messages[index], 0, sizeof messages[index]);
        messages[index].msg_hdr.msg_name = &addresses[index];
        messages[index].msg_hdr.msg_namelen = sizeof addresses[index];
        messages[index].msg_hdr.msg_iov = &parts[index];
        messages[index].msg_hdr.msg_iovlen = 1;
    }
    int received = recvmmsg(socket, messages, (unsigned)count, MSG_DONTWAIT, NULL);
    if (received < 0) return -errno;
    for (int index = 0; index < received; index++) {
        datagrams[index].offset = (uint32_t)index * slot;
        datagrams[index].length = messages[index].msg_len;
        read_address(&addresses[index], messages[index].msg_hdr.msg_namelen, &datagrams[index]);
    }
    return received;
}
