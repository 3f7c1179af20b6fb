/// libpcap for Swift: its header, and one way to open a file that tells apart the reasons why it can't be opened.
#ifndef TSUNAGI_CPCAP_H
#define TSUNAGI_CPCAP_H

#include <pcap/pcap.h>

enum cpcap_outcome {
    CPCAP_OPENED __attribute__((swift_name("opened"))) = 0,
    /// The path names nothing.
    CPCAP_MISSING __attribute__((swift_name("missing"))) = 1,
    /// The file is there and can't be read: permission, a directory, an input error.
    CPCAP_UNREADABLE __attribute__((swift_name("unreadable"))) = 2,
    /// The file can be read and is no capture that libpcap knows.
    CPCAP_NOT_A_CAPTURE __attribute__((swift_name("notACapture"))) = 3,
} __attribute__((enum_extensibility(closed)));

/// Opens a pcap or pcapng file, timestamps in nanoseconds. On `CPCAP_OPENED` *handle is the caller's to close with
/// `pcap_close`; otherwise `reason` holds a text. `reason` has room for PCAP_ERRBUF_SIZE characters.
enum cpcap_outcome cpcap_open(const char *path, pcap_t **handle, char *reason);

#endif
