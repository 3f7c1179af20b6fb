#include "COsip.h"

#include <osipparser2/osip_message.h>
#include <osipparser2/osip_parser.h>
#include <stdlib.h>
#include <string.h>

static void quiet(const char *file, int line, osip_trace_level_t level, const char *format, va_list arguments) {
    (void)file; (void)line; (void)level; (void)format; (void)arguments;
}

void tsunagi_osip_prepare(void) {
    // Level 0 switches every level off; the function takes the place of the one that prints to standard output.
    osip_trace_initialize_func((osip_trace_level_t)0, quiet);
    parser_init();
}

enum { STACK_TEXT = 1024 };

/// Room for a C string of the bytes: on the caller's stack, or from malloc where they are too many. Each octet may
/// become three. NULL if the bytes hold a NUL, which would end the text too early, or more semicolons than there may
/// be parameters: libosip2 walks its whole list to append to it.
static char *room(const uint8_t *bytes, size_t count, char *stack) {
    int semicolons = 0;
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == 0) return NULL;
        semicolons += bytes[i] == ';';
    }
    if (semicolons > TSUNAGI_PARAMETERS_MAX) return NULL;
    return count * 3 + 1 <= STACK_TEXT ? stack : malloc(count * 3 + 1);
}

/// Doubles each % into %25, so that libosip2's unescaping gives the text back as it was: an escaped NUL must not
/// end it.
static char *escaped_string(const uint8_t *bytes, size_t count, char *stack) {
    char *text = room(bytes, count, stack);
    if (text == NULL) return NULL;
    char *next = text;
    for (size_t i = 0; i < count; i++) {
        *next++ = (char)bytes[i];
        if (bytes[i] == '%') { *next++ = '2'; *next++ = '5'; }
    }
    *next = 0;
    return text;
}

/// Makes tabs and folds into blanks: libosip2 looks for blanks only.
static char *unfolded_string(const uint8_t *bytes, size_t count, char *stack) {
    char *text = room(bytes, count, stack);
    if (text == NULL) return NULL;
    for (size_t i = 0; i < count; i++) {
        int is_blank = bytes[i] == '\t' || bytes[i] == '\r' || bytes[i] == '\n';
        text[i] = is_blank ? ' ' : (char)bytes[i];
    }
    text[count] = 0;
    return text;
}

static int list_parameters(const osip_list_t *list, tsunagi_parameter *parameters) {
    int count = 0;
    osip_list_iterator_t position;
    osip_generic_param_t *each = (osip_generic_param_t *)osip_list_get_first(list, &position);
    while (osip_list_iterator_has_elem(position) && each != NULL) {
        if (count == TSUNAGI_PARAMETERS_MAX) return -1;
        if (each->gname != NULL) {
            parameters[count].name = each->gname;
            parameters[count].value = each->gvalue;
            count++;
        }
        each = (osip_generic_param_t *)osip_list_get_next(&position);
    }
    return count;
}

int tsunagi_uri_parse(const uint8_t *bytes, size_t count, tsunagi_uri *out) {
    out->owner = NULL;
    char stack[STACK_TEXT];
    char *text = escaped_string(bytes, count, stack);
    if (text == NULL) return OSIP_SYNTAXERROR;
    osip_uri_t *uri = NULL;
    int result = osip_uri_init(&uri);
    if (result == 0) result = osip_uri_parse(uri, text);
    if (text != stack) free(text);
    if (result != 0) {
        osip_uri_free(uri);
        return result;
    }
    out->owner = uri;
    out->user = uri->username;
    out->password = uri->password;
    out->host = uri->host;
    out->port = uri->port;
    out->parameter_count = list_parameters(&uri->url_params, out->parameters);
    if (out->parameter_count < 0) {
        tsunagi_uri_free(out);
        return OSIP_SYNTAXERROR;
    }
    return 0;
}

void tsunagi_uri_free(tsunagi_uri *uri) {
    osip_uri_free((osip_uri_t *)uri->owner);
    uri->owner = NULL;
}

int tsunagi_via_parse(const uint8_t *bytes, size_t count, tsunagi_via *out) {
    out->owner = NULL;
    char stack[STACK_TEXT];
    char *text = unfolded_string(bytes, count, stack);
    if (text == NULL) return OSIP_SYNTAXERROR;
    osip_via_t *via = NULL;
    int result = osip_via_init(&via);
    if (result == 0) result = osip_via_parse(via, text);
    if (text != stack) free(text);
    if (result != 0) {
        osip_via_free(via);
        return result;
    }
    out->owner = via;
    out->version = via->version;
    out->transport = via->protocol;
    out->host = via->host;
    out->port = via->port;
    out->parameter_count = list_parameters(&via->via_params, out->parameters);
    if (out->parameter_count < 0) {
        tsunagi_via_free(out);
        return OSIP_SYNTAXERROR;
    }
    return 0;
}

void tsunagi_via_free(tsunagi_via *via) {
    osip_via_free((osip_via_t *)via->owner);
    via->owner = NULL;
}
