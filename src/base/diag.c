/* Collecting errors, warnings, notes and hints. */
#include "base/diag.h"

#include "base/diag_internal.h"

#include <string.h>

enum { MAX_ERRORS = 20, MAX_HIDDEN_ERRORS = 200 };

struct diag *diag_new(struct arena *arena)
{
    struct diag *diag = ARENA_NEW(arena, struct diag);

    diag->arena = arena;
    return diag;
}

const char *diag_code_name(enum diag_code code)
{
    static const char *const names[] = {
#define DIAG_CODE(code, status, title) #code,
#include "base/diag_codes.def"
#undef DIAG_CODE
    };

    return names[code];
}

const char *diag_code_title(enum diag_code code)
{
    static const char *const titles[] = {
#define DIAG_CODE(code, status, title) title,
#include "base/diag_codes.def"
#undef DIAG_CODE
    };

    return titles[code];
}

enum diag_status diag_code_status(enum diag_code code)
{
    static const enum diag_status statuses[] = {
#define DIAG_CODE(code, status, title) status,
#include "base/diag_codes.def"
#undef DIAG_CODE
    };

    return statuses[code];
}

/* Formatted text in the arena. */
static const char *format_text(
    struct arena *arena, const char *format, va_list arguments)
{
    struct text text = text_new(arena);

    text_vprintf(&text, format, arguments);
    return text.at;
}

/* Line of the start of a range, 0 when no place is known. */
static int line_of(struct source_range range)
{
    return range.source ? source_locate(range.source, range.begin).line : 0;
}

/* Whether an error of this line and code was reported before. Errors without
 * a place are the same only when their text is. */
static bool is_repeated(
    const struct diag *diag, const struct diag_message *message)
{
    int line = line_of(message->range);

    for (int i = 0; i < diag->messages.n; i++) {
        const struct diag_message *old = &diag->messages.at[i];

        if (old->kind != message->kind || old->code != message->code ||
            old->range.source != message->range.source)
            continue;
        if (old->kind == DIAG_KIND_WARNING &&
            strcmp(old->flag, message->flag) != 0)
            continue;
        if (line == 0 ? strcmp(old->text, message->text) == 0
                      : line_of(old->range) == line)
            return true;
    }
    return false;
}

/* Note an error and its exit status. */
static void count_error(
    struct diag *diag, enum diag_status status, bool is_hidden)
{
    diag->n_errors++;
    if (!is_hidden)
        diag->n_shown_errors++;
    if (status > diag->status)
        diag->status = status;
}

void diag_error(struct diag *diag, struct source_range range,
    enum diag_code code, const char *format, ...)
{
    struct diag_message message = {.kind = DIAG_KIND_ERROR, .range = range};
    va_list arguments;

    va_start(arguments, format);
    message.code = code;
    message.text = format_text(diag->arena, format, arguments);
    va_end(arguments);
    message.is_hidden = is_repeated(diag, &message);
    count_error(diag, diag_code_status(code), message.is_hidden);
    VECTOR_PUSH(diag->arena, &diag->messages, message);
}

/* Whether warnings of "flag" are wanted. */
static bool is_switched_on(const struct diag *diag, const char *flag)
{
    bool is_on = true;

    for (int i = 0; i < diag->switches.n; i++)
        if (strcmp(diag->switches.at[i].flag, flag) == 0)
            is_on = diag->switches.at[i].is_on;
    return is_on;
}

void diag_warning(struct diag *diag, struct source_range range,
    const char *flag, const char *format, ...)
{
    struct diag_message message = {.kind = DIAG_KIND_WARNING, .range = range};
    va_list arguments;

    va_start(arguments, format);
    message.flag = arena_string(diag->arena, flag);
    message.text = format_text(diag->arena, format, arguments);
    va_end(arguments);
    message.is_hidden =
        !is_switched_on(diag, flag) || is_repeated(diag, &message);
    message.is_promoted = diag->is_werror && !message.is_hidden;
    if (message.is_promoted)
        count_error(diag, DIAG_REJECTED, false);
    VECTOR_PUSH(diag->arena, &diag->messages, message);
}

/* A note or hint; hidden with the message it belongs to. */
static void add_detail(struct diag *diag, struct diag_message message)
{
    int n = diag->messages.n;

    message.is_hidden = n > 0 && diag->messages.at[n - 1].is_hidden;
    VECTOR_PUSH(diag->arena, &diag->messages, message);
}

void diag_note(
    struct diag *diag, struct source_range range, const char *format, ...)
{
    struct diag_message message = {.kind = DIAG_KIND_NOTE, .range = range};
    va_list arguments;

    va_start(arguments, format);
    message.text = format_text(diag->arena, format, arguments);
    va_end(arguments);
    add_detail(diag, message);
}

void diag_hint(struct diag *diag, const char *format, ...)
{
    struct diag_message message = {.kind = DIAG_KIND_HINT};
    va_list arguments;

    va_start(arguments, format);
    message.text = format_text(diag->arena, format, arguments);
    va_end(arguments);
    add_detail(diag, message);
}

void diag_internal_at(struct diag *diag, struct source_range range,
    const char *file, int line, const char *format, ...)
{
    struct diag_message message = {.kind = DIAG_KIND_INTERNAL, .range = range};
    va_list arguments;

    va_start(arguments, format);
    message.code = DIAG_E0901;
    message.text = arena_printf(diag->arena, "%s (%s:%d)",
        format_text(diag->arena, format, arguments), file, line);
    va_end(arguments);
    count_error(diag, DIAG_INTERNAL, false);
    VECTOR_PUSH(diag->arena, &diag->messages, message);
}

int diag_n_errors(const struct diag *diag)
{
    return diag->n_errors;
}

bool diag_is_full(const struct diag *diag)
{
    return diag->n_shown_errors >= MAX_ERRORS ||
           diag->n_errors >= MAX_HIDDEN_ERRORS;
}

enum diag_status diag_get_status(const struct diag *diag)
{
    return diag->status;
}

void diag_set_werror(struct diag *diag, bool on)
{
    diag->is_werror = on;
}

void diag_set_warning(struct diag *diag, const char *flag, bool on)
{
    struct diag_switch change = {arena_string(diag->arena, flag), on};

    VECTOR_PUSH(diag->arena, &diag->switches, change);
}
