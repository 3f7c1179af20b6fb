#define _GNU_SOURCE
#include "CDatagram.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include "CDatagramAddress.h"

static socklen_t write_address(union cdatagram_address *address, const struct cdatagram *datagram) {
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

void cdatagram_describe(
    struct cdatagram_messages *messages, const uint8_t *octets, const struct cdatagram *datagrams, int count) {
    for (int index = 0; index < count; index++) {
        const struct cdatagram *datagram = &datagrams[index];
        // iov_base is not const because the same structure serves reads.
        messages->parts[index].iov_base = (void *)(octets + datagram->offset);
        messages->parts[index].iov_len = datagram->length;
        struct mmsghdr *header = &messages->headers[index];
        memset(header, 0, sizeof *header);
        header->msg_hdr.msg_name = &messages->addresses[index];
        header->msg_hdr.msg_namelen = write_address(&messages->addresses[index], datagram);
        header->msg_hdr.msg_iov = &messages->parts[index];
        header->msg_hdr.msg_iovlen = 1;
    }
}

int cdatagram_send(int socket, const uint8_t *octets, struct cdatagram *datagrams, int count) {
    struct cdatagram_messages messages;
    if (count > CDATAGRAM_LIMIT) count = CDATAGRAM_LIMIT;
    cdatagram_describe(&messages, octets, datagrams, count);
    int sent;
    do {
        sent = sendmmsg(socket, messages.headers, (unsigned)count, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        datagrams[0].failure = errno;
        return 1;
    }
    for (int index = 0; index < sent; index++) datagrams[index].failure = 0;
    return sent;
}

static void read_address(const union cdatagram_address *address, socklen_t length, struct cdatagram *datagram) {
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

void cdatagram_watch(int socket) {
    int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    setsockopt(socket, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
}

static void read_queue(struct msghdr *message, struct cdatagram_queue *queue) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET) continue;
        if (part->cmsg_type == SO_RXQ_OVFL) memcpy(&queue->lost, CMSG_DATA(part), sizeof queue->lost);
        if (part->cmsg_type != SO_TIMESTAMPNS) continue;
        struct timespec came, now;
        memcpy(&came, CMSG_DATA(part), sizeof came);
        clock_gettime(CLOCK_REALTIME, &now);
        int64_t delay = (now.tv_sec - came.tv_sec) * 1000000000LL + (now.tv_nsec - came.tv_nsec);
        // The clock may have been set in between.
        queue->delay = delay > 0 && delay < 60 * 1000000000LL ? (uint64_t)delay : 0;
    }
}

struct cdatagram_inbox {
    int count;
    uint32_t slot;
    struct mmsghdr messages[CDATAGRAM_LIMIT];
    struct iovec parts[CDATAGRAM_LIMIT];
    union cdatagram_address addresses[CDATAGRAM_LIMIT];
    /// Of the first datagram, which speaks for all: it has waited the longest.
    union {
        struct cmsghdr header;
        uint8_t octets[CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(uint32_t))];
    } control;
};

/// Makes ready what the kernel changes for each datagram.
static void make_ready(struct cdatagram_inbox *inbox, int count) {
    for (int index = 0; index < count; index++) {
        inbox->messages[index].msg_hdr.msg_namelen = sizeof inbox->addresses[index];
    }
    inbox->messages[0].msg_hdr.msg_controllen = sizeof inbox->control;
}

struct cdatagram_inbox *cdatagram_inbox_open(uint8_t *octets, uint32_t slot, int count) {
    struct cdatagram_inbox *inbox = calloc(1, sizeof *inbox);
    if (inbox == NULL) return NULL;
    inbox->count = count > CDATAGRAM_LIMIT ? CDATAGRAM_LIMIT : count;
    inbox->slot = slot;
    for (int index = 0; index < inbox->count; index++) {
        inbox->parts[index].iov_base = octets + (size_t)index * slot;
        inbox->parts[index].iov_len = slot;
        struct msghdr *header = &inbox->messages[index].msg_hdr;
        header->msg_name = &inbox->addresses[index];
        header->msg_iov = &inbox->parts[index];
        header->msg_iovlen = 1;
    }
    inbox->messages[0].msg_hdr.msg_control = &inbox->control;
    make_ready(inbox, inbox->count);
    return inbox;
}

void cdatagram_inbox_close(struct cdatagram_inbox *inbox) { free(inbox); }

int cdatagram_receive(
    struct cdatagram_inbox *inbox, int socket, struct cdatagram *datagrams, struct cdatagram_queue *queue) {
    memset(queue, 0, sizeof *queue);
    int received = recvmmsg(socket, inbox->messages, (unsigned)inbox->count, MSG_DONTWAIT, NULL);
    if (received < 0) return -errno;
    if (received > 0) read_queue(&inbox->messages[0].msg_hdr, queue);
    for (int index = 0; index < received; index++) {
        datagrams[index].offset = (uint32_t)index * inbox->slot;
        datagrams[index].length = inbox->messages[index].msg_len;
        read_address(&inbox->addresses[index], inbox->messages[index].msg_hdr.msg_namelen, &datagrams[index]);
    }
    make_ready(inbox, received);
    return received;
}
