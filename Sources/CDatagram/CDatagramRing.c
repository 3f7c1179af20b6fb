#define _GNU_SOURCE
#include <errno.h>
#include <linux/io_uring.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CDatagram.h"
#include "CDatagramAddress.h"

struct cdatagram_ring {
    int descriptor;
    /// Both queues of indices, and the entries of the first one: memory shared with the kernel.
    void *queues;
    size_t queues_size;
    struct io_uring_sqe *entries;
    size_t entries_size;
    /// Where we put what is to be done, and the kernel takes it.
    atomic_uint *submission_tail;
    unsigned submission_mask;
    unsigned *submission_places;
    /// Where the kernel puts what was done, and we take it.
    atomic_uint *completion_head;
    atomic_uint *completion_tail;
    unsigned completion_mask;
    struct io_uring_cqe *completions;
};

static int enter(const struct cdatagram_ring *ring, unsigned submitted, unsigned awaited) {
    unsigned flags = awaited > 0 ? IORING_ENTER_GETEVENTS : 0;
    return (int)syscall(SYS_io_uring_enter, ring->descriptor, submitted, awaited, flags, NULL, 0);
}

static void *share(int descriptor, size_t size, off_t place) {
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, place);
}

/// Returns whether the queues could be mapped.
static int map_queues(struct cdatagram_ring *ring, const struct io_uring_params *parameters) {
    size_t submissions = parameters->sq_off.array + parameters->sq_entries * sizeof(unsigned);
    size_t completions = parameters->cq_off.cqes + parameters->cq_entries * sizeof(struct io_uring_cqe);
    ring->queues_size = submissions > completions ? submissions : completions;
    ring->entries_size = parameters->sq_entries * sizeof(struct io_uring_sqe);
    ring->queues = share(ring->descriptor, ring->queues_size, IORING_OFF_SQ_RING);
    ring->entries = share(ring->descriptor, ring->entries_size, IORING_OFF_SQES);
    if (ring->queues == MAP_FAILED || ring->entries == MAP_FAILED) return 0;
    char *base = ring->queues;
    ring->submission_tail = (atomic_uint *)(base + parameters->sq_off.tail);
    ring->submission_mask = *(unsigned *)(base + parameters->sq_off.ring_mask);
    ring->submission_places = (unsigned *)(base + parameters->sq_off.array);
    ring->completion_head = (atomic_uint *)(base + parameters->cq_off.head);
    ring->completion_tail = (atomic_uint *)(base + parameters->cq_off.tail);
    ring->completion_mask = *(unsigned *)(base + parameters->cq_off.ring_mask);
    ring->completions = (struct io_uring_cqe *)(base + parameters->cq_off.cqes);
    return 1;
}

struct cdatagram_ring *cdatagram_ring_open(void) {
    struct io_uring_params parameters;
    memset(&parameters, 0, sizeof parameters);
    int descriptor = (int)syscall(SYS_io_uring_setup, CDATAGRAM_LIMIT, &parameters);
    if (descriptor < 0) return NULL;
    struct cdatagram_ring *ring = calloc(1, sizeof *ring);
    if (ring == NULL) {
        close(descriptor);
        return NULL;
    }
    ring->descriptor = descriptor;
    ring->queues = MAP_FAILED;
    ring->entries = MAP_FAILED;
    // The last of these came with Linux 5.12. Before, rings also counted against the memory that a user may lock.
    unsigned needed = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_NATIVE_WORKERS;
    if ((parameters.features & needed) != needed || !map_queues(ring, &parameters)) {
        cdatagram_ring_close(ring);
        return NULL;
    }
    return ring;
}

void cdatagram_ring_close(struct cdatagram_ring *ring) {
    if (ring == NULL) return;
    if (ring->entries != MAP_FAILED) munmap(ring->entries, ring->entries_size);
    if (ring->queues != MAP_FAILED) munmap(ring->queues, ring->queues_size);
    close(ring->descriptor);
    free(ring);
}

/// Returns how many the kernel has taken, from the first on. It works on them before it returns, except on those for
/// which it has no room.
static int submit(struct cdatagram_ring *ring, int socket, const struct cdatagram_messages *messages, int count) {
    // Nobody else moves this end.
    unsigned tail = atomic_load_explicit(ring->submission_tail, memory_order_relaxed);
    for (int index = 0; index < count; index++) {
        unsigned place = (tail + (unsigned)index) & ring->submission_mask;
        struct io_uring_sqe *entry = &ring->entries[place];
        memset(entry, 0, sizeof *entry);
        entry->opcode = IORING_OP_SENDMSG;
        entry->fd = socket;
        entry->addr = (uintptr_t)&messages->headers[index].msg_hdr;
        entry->len = 1;
        // With the first flag, what finds no room fails at once.
        entry->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL;
        entry->user_data = (unsigned)index;
        ring->submission_places[place] = place;
    }
    atomic_store_explicit(ring->submission_tail, tail + (unsigned)count, memory_order_release);
    int submitted = 0;
    while (submitted < count) {
        int taken = enter(ring, (unsigned)(count - submitted), 0);
        if (taken < 0 && errno == EINTR) continue;
        if (taken <= 0) break;
        submitted += taken;
    }
    // What was not taken must not be found by the next call.
    atomic_store_explicit(ring->submission_tail, tail + (unsigned)submitted, memory_order_release);
    return submitted;
}

/// Waits until the kernel has told of all that it has taken.
static void collect(struct cdatagram_ring *ring, struct cdatagram *datagrams, int count) {
    unsigned head = atomic_load_explicit(ring->completion_head, memory_order_relaxed);
    for (int collected = 0; collected < count;) {
        if (head == atomic_load_explicit(ring->completion_tail, memory_order_acquire)) {
            enter(ring, 0, 1);
            continue;
        }
        const struct io_uring_cqe *completion = &ring->completions[head & ring->completion_mask];
        datagrams[completion->user_data].failure = completion->res < 0 ? -completion->res : 0;
        atomic_store_explicit(ring->completion_head, ++head, memory_order_release);
        collected++;
    }
}

int cdatagram_ring_send(
    struct cdatagram_ring *ring, int socket, const uint8_t *octets, struct cdatagram *datagrams, int count) {
    struct cdatagram_messages messages;
    if (count > CDATAGRAM_LIMIT) count = CDATAGRAM_LIMIT;
    cdatagram_describe(&messages, octets, datagrams, count);
    int submitted = submit(ring, socket, &messages, count);
    if (submitted == 0) return cdatagram_send(socket, octets, datagrams, count);
    collect(ring, datagrams, submitted);
    return submitted;
}
