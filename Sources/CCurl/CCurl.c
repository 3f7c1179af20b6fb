#include "CCurl.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 1024 };

static const long connect_timeout_seconds = 10;

struct ccurl_stop {
    atomic_bool raised;
};

struct ccurl_transfer {
    CURL *handle;
    const struct ccurl_stop *stop;
    struct curl_slist *headers;
    const char *message;
    size_t length;
    size_t offset;
    long status;
    enum ccurl_stage stage;
    bool is_handed_over;
    bool is_stopped;
    long retry_after;
    char error[CURL_ERROR_SIZE];
    size_t text_length;
    size_t text_size;
    char *text;
};

struct ccurl_stop *ccurl_stop_create(void) { return calloc(1, sizeof(struct ccurl_stop)); }

void ccurl_stop_raise(struct ccurl_stop *stop) { atomic_store(&stop->raised, true); }

bool ccurl_stop_is_raised(const struct ccurl_stop *stop) { return atomic_load(&stop->raised); }

void ccurl_stop_free(struct ccurl_stop *stop) { free(stop); }

static void start_libcurl(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

/// Once everything is handed over, an end would only hide what came of it: then the timeout bounds it.
static int look_for_stop(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    struct ccurl_transfer *transfer = context;
    if (transfer->stop == NULL || transfer->is_handed_over) { return 0; }
    transfer->is_stopped = ccurl_stop_is_raised(transfer->stop);
    return transfer->is_stopped ? 1 : 0;
}

struct ccurl_transfer *ccurl_open(const char *url, long timeout_seconds, const struct ccurl_stop *stop) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_libcurl);
    struct ccurl_transfer *transfer = calloc(1, sizeof *transfer);
    if (transfer == NULL) { return NULL; }
    transfer->text_size = TEXT_SIZE;
    transfer->text = calloc(1, TEXT_SIZE);
    CURL *handle = curl_easy_init();
    if (handle == NULL || transfer->text == NULL) {
        curl_easy_cleanup(handle);
        free(transfer->text);
        free(transfer);
        return NULL;
    }
    transfer->handle = handle;
    transfer->stop = stop;
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer->error);
    curl_easy_setopt(handle, CURLOPT_URL, url);
    // Signals are the process's, and it has many threads.
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    // Nothing that the configuration does not say: no proxy out of the environment.
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, connect_timeout_seconds);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, timeout_seconds);
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, look_for_stop);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, transfer);
    return transfer;
}

void ccurl_close(struct ccurl_transfer *transfer) {
    curl_easy_cleanup(transfer->handle);
    curl_slist_free_all(transfer->headers);
    free(transfer->text);
    free(transfer);
}

bool ccurl_make_room(struct ccurl_transfer *transfer, size_t size) {
    char *text = calloc(1, size + 1);
    if (text == NULL) { return false; }
    free(transfer->text);
    transfer->text = text;
    transfer->text_size = size + 1;
    return true;
}

void ccurl_set_ca_file(struct ccurl_transfer *transfer, const char *path) {
    curl_easy_setopt(transfer->handle, CURLOPT_CAINFO, path);
}

void ccurl_set_login(struct ccurl_transfer *transfer, const char *username, const char *password) {
    curl_easy_setopt(transfer->handle, CURLOPT_USERNAME, username);
    curl_easy_setopt(transfer->handle, CURLOPT_PASSWORD, password);
}

void ccurl_add_header(struct ccurl_transfer *transfer, const char *line) {
    struct curl_slist *longer = curl_slist_append(transfer->headers, line);
    if (longer != NULL) { transfer->headers = longer; }
}

static size_t read_message(char *buffer, size_t size, size_t count, void *context) {
    struct ccurl_transfer *transfer = context;
    size_t left = transfer->length - transfer->offset;
    size_t part = left < size * count ? left : size * count;
    memcpy(buffer, transfer->message + transfer->offset, part);
    transfer->offset += part;
    // After the end of the message libcurl sends the dot that makes it the server's (RFC 5321 §4.1.1.4).
    if (part == 0) { transfer->is_handed_over = true; }
    return part;
}

/// libcurl gives the lines of SMTP replies to the function for headers. The reply to QUIT, 221, is not to hide the one
/// that made an end of it.
static size_t keep_reply_line(char *line, size_t size, size_t count, void *context) {
    struct ccurl_transfer *transfer = context;
    size_t length = size * count;
    long status = length >= 3 ? strtol((char[]){line[0], line[1], line[2], '\0'}, NULL, 10) : 0;
    if (status == 221 && transfer->status >= 400) { return length; }
    transfer->status = status;
    transfer->text_length = length < transfer->text_size - 1 ? length : transfer->text_size - 1;
    memcpy(transfer->text, line, transfer->text_length);
    transfer->text[transfer->text_length] = '\0';
    return length;
}

static size_t keep_beginning(char *part, size_t size, size_t count, void *context) {
    struct ccurl_transfer *transfer = context;
    size_t length = size * count, room = transfer->text_size - 1 - transfer->text_length;
    size_t taken = length < room ? length : room;
    memcpy(transfer->text + transfer->text_length, part, taken);
    transfer->text_length += taken;
    return length;
}

/// The first octets of a request are on their way; how far they got is not to be known.
static int note_request(CURL *handle, curl_infotype type, char *data, size_t size, void *context) {
    (void)handle;
    (void)data;
    (void)size;
    struct ccurl_transfer *transfer = context;
    if (type == CURLINFO_HEADER_OUT) { transfer->is_handed_over = true; }
    return 0;
}

/// The commands of SMTP as they go out, of which the verb says what the next reply is about.
static int note_command(CURL *handle, curl_infotype type, char *data, size_t size, void *context) {
    (void)handle;
    struct ccurl_transfer *transfer = context;
    if (type != CURLINFO_HEADER_OUT || size < 4) { return 0; }
    if (strncmp(data, "MAIL", 4) == 0) { transfer->stage = CCURL_STAGE_SENDER; }
    if (strncmp(data, "RCPT", 4) == 0) { transfer->stage = CCURL_STAGE_RECIPIENT; }
    if (strncmp(data, "DATA", 4) == 0) { transfer->stage = CCURL_STAGE_CONTENT; }
    return 0;
}

/// With a function of ours, libcurl tells what it sends and prints nothing.
static void watch(struct ccurl_transfer *transfer, curl_debug_callback note) {
    curl_easy_setopt(transfer->handle, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(transfer->handle, CURLOPT_DEBUGFUNCTION, note);
    curl_easy_setopt(transfer->handle, CURLOPT_DEBUGDATA, transfer);
}

static int run(struct ccurl_transfer *transfer) {
    CURLcode code = curl_easy_perform(transfer->handle);
    if (code != CURLE_OK && transfer->error[0] == '\0') {
        strncpy(transfer->error, curl_easy_strerror(code), CURL_ERROR_SIZE - 1);
    }
    return code;
}

int ccurl_send_mail(
    struct ccurl_transfer *transfer, enum ccurl_tls tls, const char *sender, const char *recipient, const char *message,
    size_t length
) {
    CURL *handle = transfer->handle;
    transfer->message = message;
    transfer->length = length;
    struct curl_slist *recipients = curl_slist_append(NULL, recipient);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    long upgrade = tls == CCURL_TLS_REQUIRED ? CURLUSESSL_ALL
        : tls == CCURL_TLS_OPTIONAL ? CURLUSESSL_TRY : CURLUSESSL_NONE;
    curl_easy_setopt(handle, CURLOPT_USE_SSL, upgrade);
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, sender);
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, read_message);
    curl_easy_setopt(handle, CURLOPT_READDATA, transfer);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, keep_reply_line);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, transfer);
    watch(transfer, note_command);
    int code = run(transfer);
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(recipients);
    return code;
}

int ccurl_send_request(struct ccurl_transfer *transfer, const char *method, const char *body, size_t length) {
    CURL *handle = transfer->handle;
    curl_off_t retry_after = 0;
    // Not to wait for a 100, which few gateways send (RFC 9110 §10.1.1).
    ccurl_add_header(transfer, "Expect:");
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "tsunagi");
    if (length > 0) {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body);
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, keep_beginning);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, transfer);
    watch(transfer, note_request);
    int code = run(transfer);
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &transfer->status);
    curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &retry_after);
    transfer->retry_after = (long)retry_after;
    return code;
}

long ccurl_status(const struct ccurl_transfer *transfer) { return transfer->status; }

enum ccurl_stage ccurl_stage_reached(const struct ccurl_transfer *transfer) { return transfer->stage; }

bool ccurl_is_handed_over(const struct ccurl_transfer *transfer) { return transfer->is_handed_over; }

bool ccurl_is_stopped(const struct ccurl_transfer *transfer) { return transfer->is_stopped; }

long ccurl_retry_after(const struct ccurl_transfer *transfer) { return transfer->retry_after; }

const char *ccurl_error(const struct ccurl_transfer *transfer) { return transfer->error; }

const char *ccurl_text(const struct ccurl_transfer *transfer) { return transfer->text; }
