/* The handle all passes get. */
#ifndef TAPC_BASE_COMPILATION_H
#define TAPC_BASE_COMPILATION_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/name.h"

#include <stdbool.h>
#include <stdint.h>

enum fp_mode {
    FP_CONTRACT, /* the default: one rounding for a product feeding a sum */
    FP_STRICT,   /* never fused */
    FP_REASSOC   /* contract, and reductions may be reordered */
};

/* Options that change what passes do; filled by the driver.
 *
 * "max_isl_operations" bounds each isl phase, 0 = unlimited.
 * "max_unroll" bounds the statements one loop nest may unroll to.
 * "optimize_level" is 0 to 3. "debug_lines" is -g. "verify" is off with
 * --no-verify.
 */
struct options {
    enum fp_mode fp;
    unsigned long max_isl_operations;
    int max_unroll;
    int optimize_level;
    bool debug_lines;
    bool verify;
};

/* "arena" lives as long as the compilation; "scratch" may be reset between
 * passes by the driver. */
struct compilation {
    struct arena *arena;
    struct arena *scratch;
    struct name_table *names;
    struct diag *diag;
    struct options options;
};

#endif
