#define SQLITE_ENABLE_SESSION 1
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include "CSQLite.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cchangeset_recorder {
    sqlite3_session *session;
    char *left_out;
};

static int is_recorded(void *context, const char *table) {
    const struct cchangeset_recorder *recorder = context;
    size_t length = strlen(table);
    for (const char *name = recorder->left_out; *name;) {
        size_t next = strcspn(name, " ");
        if (next == length && strncmp(name, table, length) == 0) return 0;
        name += next + strspn(name + next, " ");
    }
    return 1;
}

int cchangeset_record(void *connection, const char *left_out, struct cchangeset_recorder **recorder) {
    struct cchangeset_recorder *made = calloc(1, sizeof *made);
    *recorder = made;
    if (!made) return SQLITE_NOMEM;
    made->left_out = strdup(left_out);
    if (!made->left_out) return SQLITE_NOMEM;
    int code = sqlite3session_create(connection, "main", &made->session);
    if (code != SQLITE_OK) {
        made->session = NULL;
        return code;
    }
    sqlite3session_table_filter(made->session, is_recorded, made);
    return sqlite3session_attach(made->session, NULL);
}

void cchangeset_close(struct cchangeset_recorder *recorder) {
    if (!recorder) return;
    if (recorder->session) sqlite3session_delete(recorder->session);
    free(recorder->left_out);
    free(recorder);
}

static int write_all(void *context, const void *octets, int count) {
    int descriptor = *(const int *)context;
    const char *next = octets;
    while (count > 0) {
        ssize_t written = write(descriptor, next, (size_t)count);
        if (written < 0) {
            if (errno == EINTR) continue;
            return errno == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
        }
        next += written;
        count -= (int)written;
    }
    return SQLITE_OK;
}

int cchangeset_write(struct cchangeset_recorder *recorder, int descriptor) {
    return sqlite3session_changeset_strm(recorder->session, write_all, &descriptor);
}

struct source {
    int descriptor;
    int64_t done;
    void (*told)(void *context, int64_t done);
    void *context;
};

static int read_some(void *context, void *octets, int *count) {
    struct source *source = context;
    ssize_t length;
    do {
        length = read(source->descriptor, octets, (size_t)*count);
    } while (length < 0 && errno == EINTR);
    if (length < 0) return SQLITE_IOERR_READ;
    *count = (int)length;
    source->done += length;
    if (source->told) source->told(source->context, source->done);
    return SQLITE_OK;
}

static int stand_in_the_way(void *context, int conflict, sqlite3_changeset_iter *iterator) {
    (void)context;
    (void)conflict;
    (void)iterator;
    return SQLITE_CHANGESET_ABORT;
}

int cchangeset_apply(void *connection, int descriptor, void (*told)(void *context, int64_t done), void *context) {
    struct source source = {descriptor, 0, told, context};
    // What triggers did is among the rows that were recorded.
    int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    if (code != SQLITE_OK) return code;
    code = sqlite3changeset_apply_v2_strm(
        connection, read_some, &source, NULL, stand_in_the_way, NULL, NULL, NULL, SQLITE_CHANGESETAPPLY_NOSAVEPOINT);
    int restored = sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
    return code == SQLITE_OK ? restored : code;
}
