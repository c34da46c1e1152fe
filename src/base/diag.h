/* Errors, warnings, notes and hints, collected in order and printed in
 * clang's layout.
 *
 * A pass that fails reports exactly one or more errors and returns NULL or
 * false. Messages are lower case, without full stop; hints are sentences.
 */
#ifndef TAPC_BASE_DIAG_H
#define TAPC_BASE_DIAG_H

#include "base/source.h"
#include "base/text.h"

#include <stdbool.h>

/* Exit statuses of the process, by the gravest thing reported. */
enum diag_status {
    DIAG_OK = 0,
    DIAG_REJECTED = 1,
    DIAG_USAGE = 2,
    DIAG_FILE = 3,
    DIAG_LIMIT = 4,
    DIAG_UNSUPPORTED = 5,
    DIAG_SELF_CHECK = 6,
    DIAG_INTERNAL = 70
};

struct diag;

struct diag *diag_new(struct arena *arena);

/* Report an error. "code" is a row of base/diag_codes.def without the E
 * prefix's quotes, such as E0203 (an enumerator); its exit status comes from
 * that table. */
enum diag_code {
#define DIAG_CODE(code, status, title) DIAG_##code,
#include "base/diag_codes.def"
#undef DIAG_CODE
    DIAG_N_CODES
};

void diag_error(struct diag *diag, struct source_range range,
    enum diag_code code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diag_warning(struct diag *diag, struct source_range range,
    const char *flag, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Belong to the error or warning before them. */
void diag_note(struct diag *diag, struct source_range range,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
void diag_hint(struct diag *diag, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Our own bug: says so, with C file and line; status 70. */
#define diag_internal(diag, range, ...)                                       \
    diag_internal_at((diag), (range), __FILE__, __LINE__, __VA_ARGS__)
void diag_internal_at(struct diag *diag, struct source_range range,
    const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

int diag_n_errors(const struct diag *diag);

/* True once 20 errors were reported: passes stop then. */
bool diag_is_full(const struct diag *diag);

/* Exit status for what was reported so far: 0 without errors. */
enum diag_status diag_get_status(const struct diag *diag);

/* Everything reported so far, as text; "color" adds escape sequences. One
 * error per line and code is printed once. */
void diag_print(const struct diag *diag, struct text *text, bool color);

/* The same as JSON, one object a line: kind, code or flag, file, line,
 * column, end_line, end_column, message; for tools. */
void diag_print_json(const struct diag *diag, struct text *text);

/* "E0203", its title, its exit status. */
const char *diag_code_name(enum diag_code code);
const char *diag_code_title(enum diag_code code);
enum diag_status diag_code_status(enum diag_code code);

/* Append a string with controls and what is not UTF-8 as <1B>; or as a JSON
 * string with its quotes. */
void diag_append_escaped(struct text *text, const char *string);
void diag_append_json(struct text *text, const char *string);

/* -Werror: warnings become errors. -W<flag>, -Wno-<flag>. */
void diag_set_werror(struct diag *diag, bool on);
void diag_set_warning(struct diag *diag, const char *flag, bool on);

#endif
