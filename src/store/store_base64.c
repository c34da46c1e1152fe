/* Bytes as text of 64 characters, three bytes to four of them (RFC 4648). */
#include "store/store_internal.h"

#include <string.h>

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void store_append_base64(struct text *text, struct blob blob)
{
    const unsigned char *bytes = (const unsigned char *)blob.bytes;

    for (size_t i = 0; i < blob.size_bytes; i += 3) {
        size_t n = blob.size_bytes - i < 3 ? blob.size_bytes - i : 3;
        unsigned long group = 0;
        char four[4];

        for (size_t j = 0; j < 3; j++)
            group = group << 8 | (j < n ? bytes[i + j] : 0);
        for (size_t j = 0; j < 4; j++)
            four[j] = j <= n ? digits[group >> (18 - 6 * j) & 63] : '=';
        text_append_bytes(text, four, 4);
    }
}

bool store_read_base64(
    struct arena *arena, const char *words, struct blob *blob)
{
    size_t length = strlen(words);
    size_t n_padding = length - strcspn(words, "=");
    unsigned char *bytes = arena_alloc(arena, length / 4 * 3 + 1);
    unsigned long group = 0;

    if (length % 4 != 0 || n_padding > 2 ||
        strspn(words + length - n_padding, "=") != n_padding)
        return false;
    for (size_t i = 0; i < length; i++) {
        const char *digit =
            i < length - n_padding ? strchr(digits, words[i]) : digits;

        if (!digit)
            return false;
        group = group << 6 | (unsigned long)(digit - digits);
        if (i % 4 == 3)
            for (size_t j = 0; j < 3; j++)
                bytes[i / 4 * 3 + j] = (unsigned char)(group >> (16 - 8 * j));
    }
    *blob = (struct blob){(const char *)bytes, length / 4 * 3 - n_padding};
    return true;
}
