/* What each option means. */
#include "driver/driver_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const emit_names[] = {
    [DRIVER_EMIT_AST] = "ast",
    [DRIVER_EMIT_MODEL] = "model",
    [DRIVER_EMIT_SCHEDULE] = "schedule",
    [DRIVER_EMIT_LOOP] = "loop",
    [DRIVER_EMIT_ROOF] = "roof",
    [DRIVER_EMIT_LLVM] = "llvm",
    [DRIVER_EMIT_ASSEMBLY] = "asm",
    [DRIVER_EMIT_PTX] = "ptx",
    [DRIVER_EMIT_RESOURCES] = "resources",
    [DRIVER_EMIT_OBJECT] = "obj",
    [DRIVER_EMIT_HEADER] = "header",
};

const char *driver_emit_name(enum driver_emit emit)
{
    return emit_names[emit];
}

enum driver_emit driver_emit_of(const char *name)
{
    for (int i = 0; i < DRIVER_N_EMITS; i++)
        if (strcmp(name, emit_names[i]) == 0)
            return (enum driver_emit)i;
    return DRIVER_N_EMITS;
}

/* Report a wrong argument. Always false. */
static bool refuse_argument(struct compilation *c, const char *option,
    const char *argument, const char *expected)
{
    struct source_range nowhere = {0};

    diag_error(c->diag, nowhere, DIAG_E0701, "%s: '%s' is not %s", option,
        argument, expected);
    return false;
}

/* Set a string that may be given once. */
static bool set_once(struct compilation *c, const char **to, const char *option,
    const char *argument)
{
    struct source_range nowhere = {0};

    if (*to) {
        diag_error(c->diag, nowhere, DIAG_E0701,
            "%s is given twice: '%s' and '%s'", option, *to, argument);
        return false;
    }
    *to = argument;
    return true;
}

/* A whole decimal number in 64 bits. */
static bool parse_integer(const char *text, int64_t *value)
{
    const char *digits = text + (*text == '-' || *text == '+');
    char *end;
    long long number;

    if (*digits < '0' || *digits > '9')
        return false;
    errno = 0;
    number = strtoll(text, &end, 10);
    *value = number;
    return errno == 0 && *end == '\0';
}

/* A number from 0 to "limit". */
static bool parse_count(const char *text, int64_t limit, int64_t *value)
{
    return parse_integer(text, value) && *value >= 0 && *value <= limit;
}

/* Whether the characters can be a name of the language. */
static bool is_name(const char *text)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

    return *text && strspn(text, letters) == strlen(text) &&
           !(*text >= '0' && *text <= '9');
}

/* -D NAME=VALUE */
static bool set_define(
    struct compilation *c, struct driver_options *options, const char *argument)
{
    struct driver_define define = {0};
    char *name = arena_string(c->arena, argument);
    char *equals = strchr(name, '=');
    struct source_range nowhere = {0};

    if (equals)
        *equals = '\0';
    define.name = name;
    if (!equals || !is_name(name) || !parse_integer(equals + 1, &define.value))
        return refuse_argument(
            c, "-D", argument, "NAME=VALUE with a 64-bit integer");
    for (int i = 0; i < options->defines.n; i++)
        if (strcmp(options->defines.at[i].name, name) == 0) {
            diag_error(c->diag, nowhere, DIAG_E0701,
                "-D gives '%s' a value twice", name);
            return false;
        }
    VECTOR_PUSH(c->arena, &options->defines, define);
    return true;
}

/* --emit=KIND[,KIND...] */
static bool set_emit(
    struct compilation *c, struct driver_options *options, const char *argument)
{
    char *names = arena_string(c->arena, argument);
    char *rest = names;

    for (char *name = names; name; name = rest) {
        enum driver_emit emit;

        rest = strchr(name, ',');
        if (rest)
            *rest++ = '\0';
        emit = driver_emit_of(name);
        if (emit == DRIVER_N_EMITS)
            return refuse_argument(c, "--emit", name,
                "one of obj, asm, ptx, llvm, header, ast, model, schedule, "
                "loop, roof, resources");
        VECTOR_PUSH(c->arena, &options->emits, emit);
    }
    return true;
}

/* --fp=MODE and -ffp-contract=MODE */
static bool set_fp(struct compilation *c, struct driver_options *options,
    const char *option, const char *argument)
{
    if (strcmp(argument, "contract") == 0 || strcmp(argument, "on") == 0)
        options->passes.fp = FP_CONTRACT;
    else if (strcmp(argument, "strict") == 0 || strcmp(argument, "off") == 0)
        options->passes.fp = FP_STRICT;
    else if (strcmp(argument, "reassoc") == 0)
        options->passes.fp = FP_REASSOC;
    else
        return refuse_argument(
            c, option, argument, "contract, strict or reassoc");
    return true;
}

/* -O, -O0 .. -O3 */
static bool set_optimize(
    struct compilation *c, struct driver_options *options, const char *argument)
{
    int64_t level = 1;

    if (*argument && !parse_count(argument, 3, &level))
        return refuse_argument(c, "-O", argument,
            "a level from 0 to 3 (size and fast-math levels do not exist)");
    options->passes.optimize_level = (int)level;
    return true;
}

/* --color=WHEN */
static bool set_color(
    struct compilation *c, struct driver_options *options, const char *argument)
{
    if (strcmp(argument, "auto") == 0)
        options->color = DRIVER_COLOR_AUTO;
    else if (strcmp(argument, "always") == 0)
        options->color = DRIVER_COLOR_ALWAYS;
    else if (strcmp(argument, "never") == 0)
        options->color = DRIVER_COLOR_NEVER;
    else
        return refuse_argument(c, "--color", argument, "auto, always or never");
    return true;
}

/* -W<name>, -Wno-<name>, -w (NULL) */
static bool set_warning(struct compilation *c, const char *argument)
{
    static const char *const flags[] = {
#define DIAG_FLAG(name, title) name,
#include "base/diag_flags.def"
#undef DIAG_FLAG
    };
    bool is_on = argument && strncmp(argument, "no-", 3) != 0;
    const char *name = argument && !is_on ? argument + 3 : argument;
    bool is_all =
        !name || strcmp(name, "all") == 0 || strcmp(name, "extra") == 0;
    bool is_known = is_all;

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (is_all || strcmp(name, flags[i]) == 0) {
            diag_set_warning(c->diag, flags[i], is_on);
            is_known = true;
        }
    return is_known || refuse_argument(c, "-W", name, "a warning of tapc");
}

/* A number option with a limit. */
static bool set_count(struct compilation *c, const char *option,
    const char *argument, int64_t limit, int64_t *value)
{
    return parse_count(argument, limit, value) ||
           refuse_argument(c, option, argument,
               arena_printf(
                   c->arena, "a number from 0 to %lld", (long long)limit));
}

/* --format=FORMAT */
static bool set_format(
    struct compilation *c, struct driver_options *options, const char *argument)
{
    bool is_db = options->command == DRIVER_DB;

    options->is_json_report = !is_db && strcmp(argument, "json") == 0;
    options->is_t4 = is_db && strcmp(argument, "t4") == 0;
    return options->is_json_report || options->is_t4 ||
           strcmp(argument, is_db ? "jsonl" : "table") == 0 ||
           refuse_argument(c, "--format", argument,
               is_db ? "jsonl or t4" : "table or json");
}

/* "10s", "500ms", "5m". */
static bool set_budget(
    struct compilation *c, struct driver_options *options, const char *argument)
{
    static const struct {
        const char *unit;
        int64_t ns;
    } units[] = {{"ms", 1000000}, {"s", 1000000000}, {"m", 60000000000},
        {"h", 3600000000000}};
    size_t n = strspn(argument, "0123456789");
    int64_t number = 0;

    if (n > 0 && n < 10)
        for (size_t i = 0; i < n; i++)
            number = 10 * number + (argument[i] - '0');
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(argument + n, units[i].unit) == 0 && number > 0 &&
            number < 1000000) {
            options->search.budget_ns = number * units[i].ns;
            return true;
        }
    return refuse_argument(c, "--budget", argument, "a time such as 10s");
}

bool options_set(struct compilation *c, struct driver_options *options,
    enum option_id id, const char *argument)
{
    int64_t number = 0;

    switch (id) {
    case OPTION_OUTPUT:
        return set_once(c, &options->output, "-o", argument);
    case OPTION_HEADER:
    case OPTION_HEADER_LONG:
        return set_once(c, &options->header, "-H", argument);
    case OPTION_ASSEMBLY:
        return set_emit(c, options, "asm");
    case OPTION_EMIT:
        return set_emit(c, options, argument);
    case OPTION_DEPENDENCIES:
    case OPTION_DEPENDENCIES_USER:
        options->wants_depfile = true;
        return true;
    case OPTION_DEPENDENCY_FILE:
        return set_once(c, &options->depfile, "-MF", argument);
    case OPTION_DEPENDENCY_TARGET:
        return set_once(c, &options->depfile_target, "-MT", argument);
    case OPTION_DEPENDENCY_PHONY:
        options->wants_phony = true;
        return true;
    case OPTION_SAVE_TEMPS:
    case OPTION_SAVE_TEMPS_LONG:
        options->wants_temps = true;
        return true;
    case OPTION_DEFINE:
        return set_define(c, options, argument);
    case OPTION_SCHEDULE:
        return set_once(c, &options->schedule, "--schedule", argument);
    case OPTION_NO_TUNED:
        options->is_untuned = true;
        return true;
    case OPTION_FP:
        return set_fp(c, options, "--fp", argument);
    case OPTION_FP_CONTRACT:
        return set_fp(c, options, "-ffp-contract",
            strcmp(argument, "fast") == 0 ? "contract" : argument);
    case OPTION_TARGET:
        return set_once(c, &options->target, "--target", argument);
    case OPTION_ISA:
        return set_once(c, &options->isa, "--isa", argument);
    case OPTION_MARCH:
        return set_once(c, &options->processor, "-march", argument);
    case OPTION_MCPU:
        return set_once(c, &options->processor, "-mcpu", argument);
    case OPTION_OBJECT:
    case OPTION_MTUNE:
    case OPTION_PIC:
    case OPTION_PIC_SMALL:
    case OPTION_JOBS:
        return true;
    case OPTION_MATTR:
        return set_once(c, &options->features, "-mattr", argument);
    case OPTION_GPU_ARCH:
        return set_once(c, &options->gpu_arch, "--gpu-arch", argument);
    case OPTION_PTXAS:
        return set_once(c, &options->ptxas, "--ptxas", argument);
    case OPTION_OPTIMIZE:
        return set_optimize(c, options, argument);
    case OPTION_DEBUG:
        options->passes.debug_lines = true;
        return true;
    case OPTION_MAX_UNROLL:
        if (!set_count(c, "--max-unroll", argument, 16384, &number))
            return false;
        options->passes.max_unroll = (int)number;
        return true;
    case OPTION_MAX_OPERATIONS:
        if (!set_count(c, "--max-operations", argument, INT64_MAX / 2, &number))
            return false;
        options->passes.max_isl_operations = (unsigned long)number;
        return true;
    case OPTION_NO_VERIFY:
        options->passes.verify = false;
        return true;
    case OPTION_BUDGET:
        return set_budget(c, options, argument);
    case OPTION_TRIALS:
        return set_count(
            c, "--trials", argument, INT32_MAX, &options->search.n_trials);
    case OPTION_SEARCH:
        return set_once(c, &options->search.strategy, "--search", argument);
    case OPTION_SEED:
        return set_count(
            c, "--seed", argument, INT32_MAX, &options->search.seed);
    case OPTION_CACHE:
        options->search.is_cold = strcmp(argument, "cold") == 0;
        return options->search.is_cold || strcmp(argument, "warm") == 0 ||
               refuse_argument(c, "--cache", argument, "warm or cold");
    case OPTION_KERNEL:
        return set_once(c, &options->kernel, "--kernel", argument);
    case OPTION_SHAPE:
        VECTOR_PUSH(c->arena, &options->search.shapes, argument);
        return true;
    case OPTION_SVG:
        return set_once(c, &options->search.picture, "--svg", argument);
    case OPTION_FRESH:
        options->search.is_fresh = true;
        return true;
    case OPTION_PLAN:
        return set_once(c, &options->search.plan, "--plan", argument);
    case OPTION_RESULTS:
        VECTOR_PUSH(c->arena, &options->search.results, argument);
        return true;
    case OPTION_COMPARE:
        VECTOR_PUSH(c->arena, &options->search.compare, argument);
        return true;
    case OPTION_REMEASURE:
        return set_count(c, "--remeasure", argument, 12,
                   &options->search.n_remeasured) &&
               (options->search.n_remeasured > 0 ||
                   refuse_argument(
                       c, "--remeasure", argument, "a number from 1 to 12"));
    case OPTION_LIST:
        options->search.is_list = true;
        return true;
    case OPTION_WERROR:
        diag_set_werror(c->diag, true);
        return true;
    case OPTION_WARNING:
        return set_warning(c, argument);
    case OPTION_NO_WARNINGS:
        return set_warning(c, NULL);
    case OPTION_DATABASE:
        return set_once(c, &options->database, "--db", argument);
    case OPTION_PART:
        return set_once(c, &options->part, "--part", argument);
    case OPTION_REST:
        options->only_rest = true;
        return true;
    case OPTION_DONE:
        VECTOR_PUSH(c->arena, &options->done, argument);
        return true;
    case OPTION_COLOR:
        return set_color(c, options, argument);
    case OPTION_DIAG:
        options->is_json = strcmp(argument, "json") == 0;
        return options->is_json || strcmp(argument, "text") == 0 ||
               refuse_argument(c, "--diag", argument, "text or json");
    case OPTION_FORMAT:
        return set_format(c, options, argument);
    case OPTION_VERBOSE:
        options->is_verbose = true;
        return true;
    case OPTION_DRY_RUN:
        options->is_dry_run = true;
        return true;
    case OPTION_HELP_SHORT:
    case OPTION_HELP:
        options->command = DRIVER_HELP;
        return true;
    case OPTION_VERSION:
        options->command = DRIVER_VERSION;
        return true;
    case OPTION_N:
        break;
    }
    return false;
}
