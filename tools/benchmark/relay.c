// The floor of what a proxy over UDP can cost: hands datagrams from one side to the other, many at a time, and reads none.
//   relay PORT CALLEE_PORT
// What comes from the callee's port goes to whoever sent last from any other one, and everything else to the callee.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { AT_ONCE = 64, LARGEST = 65536, BUFFER = 4 << 20 };

static struct sockaddr_in loopback(const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static int fail(const char *what) {
    perror(what);
    return 1;
}

int main(int count, char **arguments) {
    static char octets[AT_ONCE][LARGEST];
    static struct sockaddr_in peers[AT_ONCE];
    static struct iovec parts[AT_ONCE];
    static struct mmsghdr messages[AT_ONCE];

    if (count != 3) {
        fprintf(stderr, "usage: relay PORT CALLEE_PORT\n");
        return 64;
    }
    const struct sockaddr_in own = loopback(arguments[1]), callee = loopback(arguments[2]);
    struct sockaddr_in caller = callee;
    int wire = socket(AF_INET, SOCK_DGRAM, 0), buffer = BUFFER;
    if (wire < 0) return fail("socket");
    setsockopt(wire, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(wire, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (bind(wire, (const struct sockaddr *)&own, sizeof own) < 0) return fail("bind");

    for (int i = 0; i < AT_ONCE; i++) {
        parts[i].iov_base = octets[i];
        messages[i].msg_hdr.msg_name = &peers[i];
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    for (;;) {
        for (int i = 0; i < AT_ONCE; i++) {
            parts[i].iov_len = LARGEST;
            messages[i].msg_hdr.msg_namelen = sizeof peers[i];
        }
        int received = recvmmsg(wire, messages, AT_ONCE, MSG_WAITFORONE, NULL);
        // An ICMP error of something that was sent before is told here; it is nobody's loss but that datagram's.
        if (received <= 0) continue;
        for (int i = 0; i < received; i++) {
            parts[i].iov_len = messages[i].msg_len;
            if (peers[i].sin_port == callee.sin_port) {
                peers[i] = caller;
            } else {
                caller = peers[i];
                peers[i] = callee;
            }
        }
        for (int sent = 0; sent < received;) {
            int more = sendmmsg(wire, messages + sent, (unsigned)(received - sent), 0);
            sent += more > 0 ? more : 1;
        }
    }
}
