#ifndef TSUNAGI_COSIP_H
#define TSUNAGI_COSIP_H

#include <stddef.h>
#include <stdint.h>

// What routing needs of libosip2's grammar, with lengths instead of NUL-terminated strings on the way in and
// borrowed, NUL-terminated strings on the way out. Every text stays valid until the matching _free.

#pragma clang assume_nonnull begin

typedef struct tsunagi_parameter {
    const char *name;
    const char *_Nullable value;
} tsunagi_parameter;

enum { TSUNAGI_PARAMETERS_MAX = 32 };

typedef struct tsunagi_uri {
    void *_Nullable owner;
    const char *_Nullable user;
    const char *_Nullable password;
    const char *_Nullable host;
    const char *_Nullable port;
    int parameter_count;
    tsunagi_parameter parameters[TSUNAGI_PARAMETERS_MAX];
} tsunagi_uri;

typedef struct tsunagi_via {
    void *_Nullable owner;
    const char *_Nullable version;
    const char *_Nullable transport;
    const char *_Nullable host;
    const char *_Nullable port;
    int parameter_count;
    tsunagi_parameter parameters[TSUNAGI_PARAMETERS_MAX];
} tsunagi_via;

/// Silences libosip2's own traces, which otherwise go to standard output, and prepares its parser. Call it once,
/// before anything else.
void tsunagi_osip_prepare(void);

/// Parses a sip: or sips: URI without its ?headers. Every part keeps its %-escapes. 0, or a negative osip error.
/// libosip2 leaves out the first malformed parameter and all after it: the caller must compare the count.
int tsunagi_uri_parse(const uint8_t * bytes, size_t count, tsunagi_uri * out);
void tsunagi_uri_free(tsunagi_uri * uri);

/// Parses one Via value, folded or not. 0, or a negative osip error.
int tsunagi_via_parse(const uint8_t * bytes, size_t count, tsunagi_via * out);
void tsunagi_via_free(tsunagi_via * via);

#pragma clang assume_nonnull end

#endif
