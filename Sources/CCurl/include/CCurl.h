/// libcurl for Swift: one mail or one HTTP request, prepared, sent and asked about by calls of fixed arguments, because
/// Swift can't call curl_easy_setopt, which takes any number of arguments of any type.
#ifndef TSUNAGI_CCURL_H
#define TSUNAGI_CCURL_H

#include <stdbool.h>
#include <stddef.h>

/// Whether a connection is encrypted that begins in the clear (STARTTLS, RFC 3207).
enum ccurl_tls {
    CCURL_TLS_NONE __attribute__((swift_name("none"))) = 0,
    /// If the server offers it.
    CCURL_TLS_OPTIONAL __attribute__((swift_name("optional"))) = 1,
    CCURL_TLS_REQUIRED __attribute__((swift_name("required"))) = 2,
} __attribute__((enum_extensibility(closed)));

/// How far an SMTP transaction (RFC 5321 §3.3) has come.
enum ccurl_stage {
    /// It is about the two servers: greeting, STARTTLS, AUTH.
    CCURL_STAGE_SESSION __attribute__((swift_name("session"))) = 0,
    /// MAIL is sent.
    CCURL_STAGE_SENDER __attribute__((swift_name("sender"))) = 1,
    /// RCPT is sent.
    CCURL_STAGE_RECIPIENT __attribute__((swift_name("recipient"))) = 2,
    /// DATA is sent.
    CCURL_STAGE_CONTENT __attribute__((swift_name("content"))) = 3,
} __attribute__((enum_extensibility(closed)));

/// Asks transfers to end; any thread may raise it.
struct ccurl_stop;

/// NULL: there is no memory. A transfer without one can't be asked.
struct ccurl_stop *ccurl_stop_create(void);
void ccurl_stop_raise(struct ccurl_stop *stop);
bool ccurl_stop_is_raised(const struct ccurl_stop *stop);
void ccurl_stop_free(struct ccurl_stop *stop);

/// One transfer. Used by one thread, for one mail or request.
struct ccurl_transfer;

/// - Parameter stop: lives for longer than the transfer; may be NULL.
/// NULL: there is no memory.
struct ccurl_transfer *ccurl_open(const char *url, long timeout_seconds, const struct ccurl_stop *stop);
void ccurl_close(struct ccurl_transfer *transfer);

/// Certificates to trust instead of the system's, PEM.
void ccurl_set_ca_file(struct ccurl_transfer *transfer, const char *path);
void ccurl_set_login(struct ccurl_transfer *transfer, const char *username, const char *password);
void ccurl_add_header(struct ccurl_transfer *transfer, const char *line);

/// Keeps that many octets of the body of an answer, where its beginning is not enough. To be called before the request.
///
/// Returns false if there is no memory.
bool ccurl_make_room(struct ccurl_transfer *transfer, size_t size);

/// Sends a mail over SMTP. `sender` and `recipient` are bare addresses; `message` is the whole of it, lines ending with
/// CR LF.
///
/// Returns a CURLcode: 0 when the server has taken it.
int ccurl_send_mail(
    struct ccurl_transfer *transfer, enum ccurl_tls tls, const char *sender, const char *recipient, const char *message,
    size_t length);

/// Sends an HTTP request; without a body if `length` is 0. Redirections are not followed.
///
/// Returns a CURLcode: 0 when an answer has come, whatever it says.
int ccurl_send_request(struct ccurl_transfer *transfer, const char *method, const char *body, size_t length);

/// The status of HTTP, or of the SMTP reply that ended the matter; 0: there was none.
long ccurl_status(const struct ccurl_transfer *transfer);
/// What of a mail the status of SMTP is an answer to.
enum ccurl_stage ccurl_stage_reached(const struct ccurl_transfer *transfer);
/// Whether the peer was given all that it needs to act, so that it may have acted whatever came afterwards.
bool ccurl_is_handed_over(const struct ccurl_transfer *transfer);
/// Whether the transfer ended because it was asked to.
bool ccurl_is_stopped(const struct ccurl_transfer *transfer);
/// When the peer wants to be asked again (Retry-After, RFC 9110 §10.2.3), seconds; 0: it does not say.
long ccurl_retry_after(const struct ccurl_transfer *transfer);
/// What libcurl says of an error.
const char *ccurl_error(const struct ccurl_transfer *transfer);
/// SMTP: the line of the reply that ended the matter. HTTP: the body of the answer, or how it begins.
const char *ccurl_text(const struct ccurl_transfer *transfer);

#endif
