/// libqrencode behind one function: a text as a QR code (ISO/IEC 18004).
#ifndef TSUNAGI_CQRCODE_H
#define TSUNAGI_CQRCODE_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// Modules along a side of the largest symbol, version 40.
enum { CQRCODE_LIMIT = 177 };

/// Encodes the octets of a text in the smallest symbol that holds them with error correction level M.
///
/// Writes one octet for each module, row by row, 1 for a dark one; `modules` has room for CQRCODE_LIMIT * CQRCODE_LIMIT.
/// Returns how many modules a side has, without the quiet zone; 0: the text is empty or too long, or there is no memory.
int cqrcode_encode(const char *text, uint8_t *modules);

#pragma clang assume_nonnull end

#endif
