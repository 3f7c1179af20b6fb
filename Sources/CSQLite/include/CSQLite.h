/// What GRDB's module of SQLite leaves out, or Swift can't call: a setting of the whole process, and the session extension,
/// by which what one database has come to differ by is written into a file, and done to another one.
#ifndef TSUNAGI_CSQLITE_H
#define TSUNAGI_CSQLITE_H

#include <stdint.h>

/// Lets SQLite keep no account of the memory that it has. For the account, every piece that it takes or gives back waits
/// for a lock that all connections share. Does nothing once a database has been opened.
void csqlite_keep_no_memory_account(void);

/// Follows the rows of a connection's main database that change, but those of tables that are left out.
struct cchangeset_recorder;

/// Begins to follow.
///
/// - Parameters:
///   - connection: an open `sqlite3 *`, which has to outlive the recorder.
///   - left_out: names of tables, with blanks between them.
/// Returns an SQLite result code: 0 for success. The recorder is to be closed in any case.
int cchangeset_record(void *connection, const char *left_out, struct cchangeset_recorder **recorder);
void cchangeset_close(struct cchangeset_recorder *recorder);

/// Writes what the rows have come to differ by since the beginning, at the present place of a file.
///
/// Returns an SQLite result code.
int cchangeset_write(struct cchangeset_recorder *recorder, int descriptor);

/// Does to a connection's main database what a file says from its present place on, without firing triggers. Nothing of
/// it if a row is not as it was when it was recorded, or if a constraint does not allow it; but what was done before that
/// is for the caller to roll back.
///
/// - Parameter told: is told now and then how many octets are done.
/// Returns an SQLite result code; SQLITE_ABORT (4) if something stands in the way.
int cchangeset_apply(void *connection, int descriptor, void (*told)(void *context, int64_t done), void *context);

#endif
