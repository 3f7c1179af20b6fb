#include "CPcap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static enum cpcap_outcome refuse(enum cpcap_outcome outcome, int number, char *reason) {
    snprintf(reason, PCAP_ERRBUF_SIZE, "%s", strerror(number));
    return outcome;
}

enum cpcap_outcome cpcap_open(const char *path, pcap_t **handle, char *reason) {
    *handle = NULL;
    reason[0] = '\0';
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        int number = errno;
        return refuse(number == ENOENT || number == ENOTDIR ? CPCAP_MISSING : CPCAP_UNREADABLE, number, reason);
    }
    // fopen accepts a directory, and libpcap would then complain about the header of the file.
    struct stat status;
    if (fstat(fileno(file), &status) != 0 || S_ISDIR(status.st_mode)) {
        fclose(file);
        return refuse(CPCAP_UNREADABLE, EISDIR, reason);
    }
    *handle = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, reason);
    if (*handle == NULL) {
        // libpcap takes over the file only on success.
        fclose(file);
        return CPCAP_NOT_A_CAPTURE;
    }
    return CPCAP_OPENED;
}
