/* What diag.c (collecting) and diag_print.c (printing) share. */
#ifndef TAPC_BASE_DIAG_INTERNAL_H
#define TAPC_BASE_DIAG_INTERNAL_H

#include "base/diag.h"
#include "base/vector.h"

enum diag_kind {
    DIAG_KIND_ERROR,
    DIAG_KIND_WARNING,
    DIAG_KIND_INTERNAL,
    DIAG_KIND_NOTE,
    DIAG_KIND_HINT
};

/* "flag" is that of a warning, "code" that of an error. "is_hidden": an
 * earlier message says the same, or a warning that is switched off. */
struct diag_message {
    enum diag_kind kind;
    struct source_range range;
    enum diag_code code;
    const char *flag;
    const char *text;
    bool is_promoted; /* a warning made an error by -Werror */
    bool is_hidden;
};

/* A -W<flag> or -Wno-<flag>; the last of a flag counts. */
struct diag_switch {
    const char *flag;
    bool is_on;
};

struct diag {
    struct arena *arena;
    VECTOR(struct diag_message) messages;
    VECTOR(struct diag_switch) switches;
    int n_errors;
    int n_shown_errors;
    enum diag_status status;
    bool is_werror;
};

#endif
