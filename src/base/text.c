/* String builder. */
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From here on reals have an exponent. */
#define MANY 1e15

struct text text_new(struct arena *arena)
{
    struct text text = {0};

    text.arena = arena;
    text.capacity = 64;
    text.at = arena_alloc(arena, text.capacity);
    return text;
}

/* Make room for "n" more bytes and the NUL. */
static void reserve_bytes(struct text *text, size_t n)
{
    size_t capacity = text->capacity;
    char *at;

    if (n < capacity - text->length)
        return;
    capacity = 2 * capacity + n + 1;
    at = arena_alloc(text->arena, capacity);
    memcpy(at, text->at, text->length + 1);
    text->at = at;
    text->capacity = capacity;
}

void text_vprintf(struct text *text, const char *format, va_list arguments)
{
    va_list again;
    int length;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    if (length > 0) {
        reserve_bytes(text, (size_t)length);
        vsnprintf(text->at + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_printf(struct text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_vprintf(text, format, arguments);
    va_end(arguments);
}

void text_append_bytes(struct text *text, const char *bytes, size_t n)
{
    if (n == 0)
        return;
    reserve_bytes(text, n);
    memcpy(text->at + text->length, bytes, n);
    text->length += n;
    text->at[text->length] = '\0';
}

void text_append(struct text *text, const char *string)
{
    text_append_bytes(text, string, strlen(string));
}

void text_indent(struct text *text, int n_spaces)
{
    for (int i = 0; i < n_spaces; i++)
        text_append_bytes(text, " ", 1);
}

/* Replace the locale's decimal separator by a point. */
static void normalize_point(char *digits)
{
    for (; *digits; digits++)
        if (!strchr("0123456789+-e", *digits))
            *digits = '.';
}

void text_append_real(struct text *text, double value)
{
    char digits[64];

    if (isnan(value) || isinf(value)) {
        text_append(text, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    for (int precision = 1; precision <= 17; precision++) {
        double back;

        snprintf(digits, sizeof digits, "%.*g", precision, value);
        back = strtod(digits, NULL);
        if (memcmp(&back, &value, sizeof value) == 0)
            break;
    }
    if (strchr(digits, 'e') && fabs(value) >= 1 && fabs(value) < MANY)
        snprintf(digits, sizeof digits, "%.0f", value);
    normalize_point(digits);
    text_append(text, digits);
    if (!strpbrk(digits, ".e"))
        text_append(text, ".0");
}
