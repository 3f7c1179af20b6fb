#include "COsip.h"

#include <osipparser2/osip_message.h>
#include <osipparser2/osip_parser.h>
#include <stdlib.h>
#include <string.h>

static void quiet(const char *file, int line, osip_trace_level_t level, const char *format, va_list arguments) {
    (void)file; (void)line; (void)level; (void)format; (void)arguments;
}

void tsunagi_osip_prepare(void) {
    osip_trace_initialize_func(END_TRACE_LEVEL, quiet);
    parser_init();
}

enum { STACK_TEXT = 1024 };

/// Copies the bytes into a C string, doubling each % into %25 so that libosip2's unescaping gives the text back as
/// it was: an escaped NUL must not end it.
static char *c_string(const uint8_t *bytes, size_t count, int keep_escapes, char *stack) {
    if (memchr(bytes, 0, count) != NULL) return NULL;
    char *text = stack;
    if (count * (keep_escapes ? 3 : 1) + 1 > STACK_TEXT) {
        text = malloc(count * (keep_escapes ? 3 : 1) + 1);
        if (text == NULL) return NULL;
    }
    char *next = text;
    for (size_t i = 0; i < count; i++) {
        *next++ = (char)bytes[i];
        if (keep_escapes && bytes[i] == '%') { *next++ = '2'; *next++ = '5'; }
    }
    *next = 0;
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
    char *text = c_string(bytes, count, 1, stack);
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
    out->header_count = osip_list_size(&uri->url_headers);
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
    char *text = c_string(bytes, count, 0, stack);
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
