/* String builder; all printing goes through it. */
#ifndef TAPC_BASE_TEXT_H
#define TAPC_BASE_TEXT_H

#include "base/arena.h"

#include <stdarg.h>

/* "at" is always NUL-terminated; "length" does not count the NUL. */
struct text {
    struct arena *arena;
    char *at;
    size_t length;
    size_t capacity;
};

/* An empty text in "arena". */
struct text text_new(struct arena *arena);

/* Append formatted characters, one string, "n" bytes, or "n" spaces. */
void text_printf(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_vprintf(struct text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void text_append(struct text *text, const char *string);
void text_append_bytes(struct text *text, const char *bytes, size_t n);
void text_indent(struct text *text, int n_spaces);

/* Append the shortest decimal that reads back as the same double (locale
 * independent); always has a point or an exponent; nan, inf, -inf. */
void text_append_real(struct text *text, double value);

#endif
