/* What the scanner's rules do: ranges, reserved words, numbers, brackets,
 * and everything that is not a token.
 */
#include "parser/parser_build.h"

#include "grammar.h"

#include <stdlib.h>
#include <string.h>

#include "lexer.h"

enum { MOST_BRACKETS = 256, LONGEST_NAME = 63 };

/* The bytes of a range. */
static const char *get_text(struct source_range range)
{
    return range.source->text + range.begin;
}

/* Range of the next "n_bytes", which are consumed. */
struct source_range parser_scan_advance(
    struct parser_context *context, uint32_t n_bytes)
{
    struct source_range range = {
        context->source, context->offset, context->offset + n_bytes};
    context->offset += n_bytes;
    return range;
}

/* Give back the last "n_bytes" of a token. */
struct source_range parser_scan_back(
    struct parser_context *context, struct source_range range, uint32_t n_bytes)
{
    context->offset -= n_bytes;
    range.end -= n_bytes;
    return range;
}

/* Length in bytes of the UTF-8 sequence at "at", 0 if it is not valid. */
static uint32_t measure_character(const unsigned char *at, uint32_t n)
{
    uint32_t length = at[0] < 0x80                    ? 1
                      : at[0] >= 0xC2 && at[0] < 0xE0 ? 2
                      : at[0] >= 0xE0 && at[0] < 0xF0 ? 3
                      : at[0] >= 0xF0 && at[0] < 0xF5 ? 4
                                                      : 0;
    if (length == 0 || length > n)
        return 0;
    for (uint32_t i = 1; i < length; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F) ||
        (at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] > 0x8F))
        return 0;
    return length;
}

/* The code point of a valid sequence. */
static unsigned decode_character(const unsigned char *at, uint32_t length)
{
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    unsigned code = at[0] & masks[length];
    for (uint32_t i = 1; i < length; i++)
        code = code << 6 | (at[i] & 0x3Fu);
    return code;
}

/* Suggest the plain character for a typographic one. */
static void hint_plain(struct diag *diag, unsigned code)
{
    if (code == 0xA0 || code == 0x202F || code == 0x2009)
        diag_hint(diag, "This is a non-breaking space; write a plain one.");
    else if (code >= 0x2018 && code <= 0x201F)
        diag_hint(diag, "This is a typographic quote.");
    else if (code == 0x2212 || code == 0x2013 || code == 0x2014)
        diag_hint(diag, "This is a dash; write '-'.");
    else if (code == 0xD7)
        diag_hint(diag, "Write '*'.");
    else if (code == 0x2264 || code == 0x2265)
        diag_hint(diag, "Write '<=' or '>='.");
}

/* Report the character or byte at the start of "range". */
static void report_character(
    struct parser_context *context, struct source_range range)
{
    struct diag *diag = context->c->diag;
    const unsigned char *at = (const unsigned char *)get_text(range);
    uint32_t length = measure_character(at, range.end - range.begin);
    range.end = range.begin + (length ? length : 1);
    if (!parser_syntax_is_first(context, range))
        return;
    if (length == 0)
        diag_error(
            diag, range, DIAG_E0101, "byte 0x%02X is not valid UTF-8", at[0]);
    else if (at[0] == '\r')
        diag_error(diag, range, DIAG_E0101,
            "carriage return (byte 0x0D) without a line feed");
    else if (length == 1 && (at[0] < 0x20 || at[0] == 0x7F))
        diag_error(diag, range, DIAG_E0101, "unexpected byte 0x%02X", at[0]);
    else if (length == 1)
        diag_error(diag, range, DIAG_E0101,
            "unexpected character '%c' (byte 0x%02X)", at[0], at[0]);
    else {
        struct text bytes = text_new(context->c->scratch);
        for (uint32_t i = 0; i < length; i++)
            text_printf(&bytes, "%s0x%02X", i ? " " : "", at[i]);
        unsigned code = decode_character(at, length);
        diag_error(diag, range, DIAG_E0101,
            "unexpected character U+%04X (bytes %s)", code, bytes.at);
        hint_plain(diag, code);
    }
}

/* A run of bytes no token begins with. A BOM is fine at the very start. */
void parser_scan_bad_bytes(
    struct parser_context *context, struct source_range range)
{
    if (range.begin == 0 && range.end - range.begin >= 3 &&
        memcmp(get_text(range), "\xEF\xBB\xBF", 3) == 0)
        range.begin += 3;
    if (range.begin < range.end && !context->is_stopped)
        report_character(context, range);
}

/* A piece of a comment: any UTF-8 without NUL and lone carriage returns. */
void parser_scan_comment(
    struct parser_context *context, struct source_range range)
{
    if (context->is_stopped)
        return;
    while (range.begin < range.end) {
        const unsigned char *at = (const unsigned char *)get_text(range);
        uint32_t length = measure_character(at, range.end - range.begin);
        bool is_lone = at[0] == '\r' && at[1] != '\n';
        if (length == 0 || at[0] == 0 || is_lone) {
            report_character(context, range);
            return;
        }
        range.begin += length;
    }
}

/* A comment begins. */
void parser_scan_open_comment(
    struct parser_context *context, struct source_range range)
{
    context->comment = range;
}

/* The file ended inside a comment. */
void parser_scan_end_in_comment(struct parser_context *context)
{
    uint32_t end = (uint32_t)context->source->length;
    struct source_range range = {context->source, end, end};
    if (context->is_stopped)
        return;
    diag_error(context->c->diag, range, DIAG_E0102,
        "a comment is never closed, expected '*/'");
    diag_note(context->c->diag, context->comment, "opened here");
    context->is_stopped = true;
}

/* A string that does not end on its line. */
void parser_scan_open_string(
    struct parser_context *context, struct source_range range)
{
    struct source_range end = {range.source, range.end, range.end};
    if (context->is_stopped || !parser_syntax_is_first(context, end))
        return;
    diag_error(context->c->diag, end, DIAG_E0102,
        "a string is never closed, expected '\"'");
    range.end = range.begin + 1;
    diag_note(context->c->diag, range, "opened here");
}

/* An opening bracket. */
void parser_scan_open(struct parser_context *context, struct source_range range)
{
    struct parser_bracket bracket = {get_text(range)[0], range};
    if (context->brackets.n >= MOST_BRACKETS)
        parser_syntax_too_deep(context, range);
    else
        VECTOR_PUSH(context->c->arena, &context->brackets, bracket);
}

/* A closing bracket: its partner and all inside it are closed. */
void parser_scan_close(struct parser_context *context, char close)
{
    char open = close == ')' ? '(' : close == ']' ? '[' : '{';
    for (int i = context->brackets.n - 1; i >= 0; i--) {
        if (context->brackets.at[i].open == open) {
            context->brackets.n = i;
            return;
        }
        if (context->brackets.at[i].open == '{')
            return;
    }
}

/* From here on tokens are dropped up to the '}' of the innermost block. */
void parser_scan_skip_block(struct parser_context *context)
{
    context->skip_brackets = context->brackets.n;
}

/* The next token, with its value and range. Ends after giving up. */
int parser_scan_next(PARSER_YYSTYPE *value, struct source_range *range,
    struct parser_context *context)
{
    int token;
    do {
        token = parser_yylex(value, range, context->scanner);
        if (token == 0 || context->is_stopped ||
            context->brackets.n < context->skip_brackets)
            context->skip_brackets = -1;
    } while (context->skip_brackets >= 0);
    if (token == 0 || context->is_stopped || diag_is_full(context->c->diag)) {
        uint32_t end = (uint32_t)context->source->length;
        *range = (struct source_range){context->source, end, end};
        token = TOKEN_END;
    }
    context->previous = context->current;
    context->current = *range;
    return token;
}

/* The token of a reserved word, else 0. */
static int find_keyword(const char *text, size_t length, PARSER_YYSTYPE *value)
{
    static const struct {
        const char *word;
        int token;
    } words[] = {
#define KEYWORD(id, word) {word, TOKEN_##id},
#include "../lang/keywords.def"
#undef KEYWORD
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].word) == length &&
            memcmp(words[i].word, text, length) == 0)
            return words[i].token;
    for (int i = 0; i < DTYPE_N_STORED; i++)
        if (strlen(dtype_name((enum dtype)i)) == length &&
            memcmp(dtype_name((enum dtype)i), text, length) == 0) {
            value->TOKEN_DTYPE = (enum dtype)i;
            return TOKEN_DTYPE;
        }
    return 0;
}

/* A reserved word or a name of at most 63 characters. */
int parser_scan_word(struct parser_context *context, PARSER_YYSTYPE *value,
    struct source_range range)
{
    size_t length = range.end - range.begin;
    int token = find_keyword(get_text(range), length, value);
    if (token)
        return token;
    if (length > LONGEST_NAME && !context->is_stopped &&
        parser_syntax_is_first(context, range))
        diag_error(context->c->diag, range, DIAG_E0104,
            "a name has at most %d characters, '%.20s...' has %zu",
            LONGEST_NAME, get_text(range), length);
    if (length > LONGEST_NAME)
        length = LONGEST_NAME;
    value->TOKEN_NAME = name_get(context->c->names, get_text(range), length);
    return TOKEN_NAME;
}

/* Report that a number does not fit. */
static void report_number(
    struct parser_context *context, struct source_range range, const char *type)
{
    int length = (int)(range.end - range.begin);
    if (!context->is_stopped && parser_syntax_is_first(context, range))
        diag_error(context->c->diag, range, DIAG_E0103,
            "the number %.*s%s does not fit %s", length > 40 ? 40 : length,
            get_text(range), length > 40 ? "..." : "", type);
}

/* A decimal or hexadecimal integer below 2^63. */
int parser_scan_integer(struct parser_context *context, PARSER_YYSTYPE *value,
    struct source_range range)
{
    const char *at = get_text(range);
    const char *end = at + (range.end - range.begin);
    bool is_hexadecimal = end - at > 2 && (at[1] == 'x' || at[1] == 'X');
    int64_t base = is_hexadecimal ? 16 : 10, result = 0;
    value->TOKEN_INTEGER = 0;
    if (!is_hexadecimal && end - at > 1 && at[0] == '0')
        return parser_scan_bad_number(context, value, range);
    for (at += is_hexadecimal ? 2 : 0; at < end; at++) {
        int digit = at[0] <= '9' ? at[0] - '0' : (at[0] | 0x20) - 'a' + 10;
        if (__builtin_mul_overflow(result, base, &result) ||
            __builtin_add_overflow(result, digit, &result)) {
            report_number(context, range, "64 bits");
            return TOKEN_INTEGER;
        }
    }
    value->TOKEN_INTEGER = result;
    return TOKEN_INTEGER;
}

/* A number with point or exponent, finite and not rounded to zero. */
int parser_scan_real(struct parser_context *context, PARSER_YYSTYPE *value,
    struct source_range range)
{
    size_t length = range.end - range.begin;
    char *copy = arena_copy(context->c->scratch, get_text(range), length + 1);
    copy[length] = 0;
    value->TOKEN_REAL = strtod(copy, NULL);
    bool has_digit = false;
    for (size_t i = 0; i < length && (copy[i] | 0x20) != 'e'; i++)
        has_digit |= copy[i] >= '1' && copy[i] <= '9';
    bool is_lost = has_digit && value->TOKEN_REAL <= 0;
    if (value->TOKEN_REAL > 1.7976931348623157e308 || is_lost)
        report_number(context, range, "a float of any type");
    return TOKEN_REAL;
}

/* Say what is wrong with a number; NULL: it looks like a name. */
static const char *explain_number(const char *text, size_t length)
{
    size_t n_digits = strspn(text, "0123456789");
    const char *suffix = text + n_digits;
    if (text[0] == '.' || text[length - 1] == '.')
        return "a number with a point needs a digit on both sides of it";
    if (length > 1 && text[0] == '0' && (text[1] | 0x20) == 'x')
        return "a hexadecimal number needs digits 0-9, a-f after '0x'";
    if (n_digits >= length)
        return "a decimal number does not begin with 0";
    if (*suffix == '.' || (n_digits == length - 1 && strchr("fFlLuU", *suffix)))
        return "a number has no suffix, it takes the type of its operand";
    return NULL;
}

/* Something that begins like a number and is none. */
int parser_scan_bad_number(struct parser_context *context,
    PARSER_YYSTYPE *value, struct source_range range)
{
    size_t length = range.end - range.begin;
    const char *why = explain_number(get_text(range), length);
    value->TOKEN_INTEGER = 0;
    if (context->is_stopped || !parser_syntax_is_first(context, range))
        return TOKEN_INTEGER;
    if (why)
        diag_error(context->c->diag, range, DIAG_E0103, "%s", why);
    else
        diag_error(context->c->diag, range, DIAG_E0104,
            "a name begins with a letter or '_', a number has only digits");
    return TOKEN_INTEGER;
}
