#include "CQRCode.h"

#include <qrencode.h>
#include <stddef.h>

int cqrcode_encode(const char *text, uint8_t *modules) {
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL) { return 0; }
    int width = code->width;
    // The lowest bit of a module is its colour; the others are libqrencode's own.
    for (int i = 0; i < width * width; i++) { modules[i] = code->data[i] & 1; }
    QRcode_free(code);
    return width;
}
