/* Printing what diag collected: clang's layout, or JSON. */
#include "base/diag.h"

#include "base/diag_internal.h"

#include <stdio.h>
#include <string.h>

/* A snippet shows at most this many columns of a line; tabs go to the next
 * multiple of TAB_COLUMNS. */
enum { SNIPPET_COLUMNS = 120, TAB_COLUMNS = 8, MAX_SHOWN = 20 };

#define RESET "\033[0m"
#define BOLD "\033[1m"
#define GREEN "\033[1;32m"

/* Bytes of the UTF-8 sequence at "at", or 0 when it is not one (stray
 * continuation, truncated, overlong, surrogate, beyond U+10FFFF). */
static int sequence_bytes(const unsigned char *at, size_t n)
{
    int length = at[0] < 0x80   ? 1
                 : at[0] < 0xc2 ? 0
                 : at[0] < 0xe0 ? 2
                 : at[0] < 0xf0 ? 3
                 : at[0] < 0xf5 ? 4
                                : 0;

    if ((size_t)length > n)
        return 0;
    for (int i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
        return 0;
    return length;
}

/* Append the character at "at" so that a terminal survives it: controls and
 * what is not UTF-8 as <1B>. Returns its bytes; "columns" is its width. */
static int append_visible(
    struct text *text, const char *at, size_t n, int *columns)
{
    const unsigned char *bytes = (const unsigned char *)at;
    int length = sequence_bytes(bytes, n);
    bool is_c1 = length == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0;

    if (length == 0 || bytes[0] < 0x20 || bytes[0] == 0x7f || is_c1) {
        text_printf(text, "<%02X>", bytes[is_c1 ? 1 : 0]);
        *columns = 4;
        return length == 0 ? 1 : length;
    }
    text_append_bytes(text, at, (size_t)length);
    *columns = 1;
    return length;
}

void diag_append_escaped(struct text *text, const char *string)
{
    size_t n = strlen(string);
    int columns;

    for (size_t i = 0; i < n;)
        i += (size_t)append_visible(text, string + i, n - i, &columns);
}

/* A source line made visible, with the columns of begin and end. */
struct snippet {
    struct text line;
    struct text marks;
};

/* Marks for one character of "columns" columns. */
static void append_marks(
    struct snippet *snippet, int columns, bool is_first, bool is_inside)
{
    for (int i = 0; i < columns; i++) {
        bool is_caret = is_first && i == 0;

        text_append(&snippet->marks, is_caret ? "^" : is_inside ? "~" : " ");
    }
}

/* The place to start a line that is too long: some columns before "begin",
 * at the start of a character. */
static size_t find_window(
    const struct source *source, size_t start, size_t begin)
{
    const size_t before = SNIPPET_COLUMNS / 3;

    if (begin - start <= SNIPPET_COLUMNS - 20)
        return start;
    begin -= before;
    while (begin > start && ((unsigned char)source->text[begin] & 0xc0) == 0x80)
        begin--;
    return begin;
}

/* Lay out the line of "range". */
static struct snippet make_snippet(
    struct arena *arena, struct source_range range, size_t start, size_t end)
{
    struct snippet snippet = {text_new(arena), text_new(arena)};
    size_t begin = range.begin < end ? range.begin : end;
    size_t at = find_window(range.source, start, begin);
    int column = 0;

    if (at > start) {
        text_append(&snippet.line, "...");
        append_marks(&snippet, 3, false, false);
    } else if (start == 0 && end >= 3 &&
               memcmp(range.source->text, "\xef\xbb\xbf", 3) == 0) {
        at = 3;
    }
    while (at < end && column < SNIPPET_COLUMNS) {
        const char *character = range.source->text + at;
        int columns = TAB_COLUMNS - column % TAB_COLUMNS;
        int bytes = 1;

        if (*character == '\t')
            text_indent(&snippet.line, columns);
        else
            bytes =
                append_visible(&snippet.line, character, end - at, &columns);
        append_marks(&snippet, columns,
            begin >= at &&
                begin<at + (size_t)bytes, at + (size_t)bytes> begin &&
                at < range.end);
        at += (size_t)bytes;
        column += columns;
    }
    if (at < end)
        text_append(&snippet.line, "...");
    if (begin >= end)
        append_marks(&snippet, 1, true, false);
    return snippet;
}

/* Length without the spaces at the end. */
static size_t trimmed_length(const struct text *text)
{
    size_t n = text->length;

    while (n > 0 && text->at[n - 1] == ' ')
        n--;
    return n;
}

/* The source line with a caret below. */
static void print_snippet(
    struct text *text, struct source_range range, bool color)
{
    const struct source *source = range.source;
    int line = source_locate(source, range.begin).line;
    size_t start = source->line_start[line - 1];
    size_t end =
        line < source->n_lines ? source->line_start[line] - 1 : source->length;
    struct snippet snippet;

    if (end > start && source->text[end - 1] == '\r')
        end--;
    snippet = make_snippet(text->arena, range, start, end);
    text_printf(text, "%5d | ", line);
    text_append_bytes(text, snippet.line.at, trimmed_length(&snippet.line));
    text_printf(text, "\n      | %s", color ? GREEN : "");
    text_append_bytes(text, snippet.marks.at, trimmed_length(&snippet.marks));
    text_printf(text, "%s\n", color ? RESET : "");
}

/* "error", "warning", ... as printed. */
static const char *kind_word(const struct diag_message *message)
{
    switch (message->kind) {
    case DIAG_KIND_ERROR:
        return "error";
    case DIAG_KIND_WARNING:
        return message->is_promoted ? "error" : "warning";
    case DIAG_KIND_INTERNAL:
        return "internal error";
    case DIAG_KIND_NOTE:
        return "note";
    case DIAG_KIND_HINT:
        return "hint";
    }
    return "";
}

/* The escape sequence of the word before the message. */
static const char *kind_color(const struct diag_message *message)
{
    switch (message->kind) {
    case DIAG_KIND_ERROR:
    case DIAG_KIND_INTERNAL:
        return "\033[1;31m";
    case DIAG_KIND_WARNING:
        return message->is_promoted ? "\033[1;31m" : "\033[1;35m";
    case DIAG_KIND_NOTE:
    case DIAG_KIND_HINT:
        return "\033[1;36m";
    }
    return "";
}

/* " [E0203]", " [-Wflag]". */
static void print_tag(struct text *text, const struct diag_message *message)
{
    switch (message->kind) {
    case DIAG_KIND_ERROR:
    case DIAG_KIND_INTERNAL:
        text_printf(text, " [%s]", diag_code_name(message->code));
        break;
    case DIAG_KIND_WARNING:
        text_printf(text, " [%s-W%s]", message->is_promoted ? "-Werror," : "",
            message->flag);
        break;
    case DIAG_KIND_NOTE:
    case DIAG_KIND_HINT:
        break;
    }
}

/* "path:line:column: " or, without a place, "tapc: "; nothing for a hint. */
static void print_place(struct text *text, const struct diag_message *message)
{
    struct source_range range = message->range;

    if (range.source) {
        struct source_position at = source_locate(range.source, range.begin);

        diag_append_escaped(text, range.source->path);
        text_printf(text, ":%d:%d: ", at.line, at.column);
    } else if (message->kind != DIAG_KIND_HINT &&
               message->kind != DIAG_KIND_NOTE) {
        text_append(text, "tapc: ");
    }
}

/* One message with its source line. */
static void print_message(
    struct text *text, const struct diag_message *message, bool color)
{
    const char *bold = color ? BOLD : "";
    const char *reset = color ? RESET : "";

    text_append(text, bold);
    print_place(text, message);
    text_printf(text, "%s%s:%s%s ", color ? kind_color(message) : "",
        kind_word(message), reset, bold);
    diag_append_escaped(text, message->text);
    print_tag(text, message);
    text_printf(text, "%s\n", reset);
    if (message->range.source)
        print_snippet(text, message->range, color);
}

void diag_print(const struct diag *diag, struct text *text, bool color)
{
    int n_errors = 0;

    for (int i = 0; i < diag->messages.n; i++) {
        const struct diag_message *message = &diag->messages.at[i];

        if (message->is_hidden)
            continue;
        if (message->kind == DIAG_KIND_ERROR && ++n_errors > MAX_SHOWN) {
            text_append(text, "tapc: too many errors, stopping here\n");
            return;
        }
        print_message(text, message, color);
    }
}

void diag_append_json(struct text *text, const char *string)
{
    size_t n = strlen(string);

    text_append(text, "\"");
    for (size_t i = 0; i < n;) {
        const unsigned char *at = (const unsigned char *)string + i;
        int length = sequence_bytes(at, n - i);

        if (length == 0)
            text_append(text, "\\ufffd");
        else if (*at == '"' || *at == '\\')
            text_printf(text, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7f)
            text_printf(text, "\\u%04x", *at);
        else
            text_append_bytes(text, string + i, (size_t)length);
        i += length == 0 ? 1 : (size_t)length;
    }
    text_append(text, "\"");
}

/* The members of one message that say where it is. */
static void print_json_place(struct text *text, struct source_range range)
{
    struct source_position from;
    struct source_position to;

    if (!range.source)
        return;
    from = source_locate(range.source, range.begin);
    to = source_locate(range.source, range.end);
    text_append(text, ",\"file\":");
    diag_append_json(text, range.source->path);
    text_printf(text,
        ",\"line\":%d,\"column\":%d,\"end_line\":%d,\"end_column\":%d",
        from.line, from.column, to.line, to.column);
}

void diag_print_json(const struct diag *diag, struct text *text)
{
    for (int i = 0; i < diag->messages.n; i++) {
        const struct diag_message *message = &diag->messages.at[i];

        if (message->is_hidden)
            continue;
        text_append(text, "{\"kind\":");
        diag_append_json(text, kind_word(message));
        if (message->kind == DIAG_KIND_ERROR ||
            message->kind == DIAG_KIND_INTERNAL)
            text_printf(
                text, ",\"code\":\"%s\"", diag_code_name(message->code));
        if (message->flag) {
            text_append(text, ",\"flag\":");
            diag_append_json(text, message->flag);
        }
        print_json_place(text, message->range);
        text_append(text, ",\"message\":");
        diag_append_json(text, message->text);
        text_append(text, "}\n");
    }
}
