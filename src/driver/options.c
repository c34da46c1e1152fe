/* Command line to options, by the table options.def.
 *
 * Not getopt_long: it accepts abbreviations, which then become something
 * people depend on, and it cannot spell -march=X beside -MF X and -O2.
 */
#include "driver/driver_internal.h"

#include <string.h>

/* How an option takes its argument: see options.def. */
enum argument_kind {
    ARGUMENT_NONE,
    ARGUMENT_EQUALS,
    ARGUMENT_NEXT,
    ARGUMENT_GLUED
};

struct option_row {
    const char *spelling;
    enum argument_kind argument;
};

/* The row of an option. */
static struct option_row get_row(enum option_id id)
{
    static const struct option_row rows[] = {
#define OPTION_GROUP(text)
#define OPTION(id, spelling, argument, argument_name, help)                    \
    {spelling, ARGUMENT_##argument},
#include "driver/options.def"
#undef OPTION
#undef OPTION_GROUP
    };

    return rows[id];
}

/* Whether "word" is this option; "rest" is what follows the spelling, NULL
 * when the argument is the next word. */
static bool match_row(
    struct option_row row, const char *word, const char **rest)
{
    size_t n = strlen(row.spelling);

    *rest = NULL;
    if (row.argument == ARGUMENT_EQUALS &&
        strncmp(word, row.spelling, n - 1) == 0 && word[n - 1] == '\0')
        return row.spelling[1] == '-';
    if (strncmp(word, row.spelling, n) != 0)
        return false;
    if (word[n] != '\0')
        *rest = word + n;
    else if (row.argument == ARGUMENT_EQUALS || row.argument == ARGUMENT_GLUED)
        *rest = "";
    return row.argument != ARGUMENT_NONE || word[n] == '\0';
}

/* The option with the longest spelling that matches, or OPTION_N. */
static enum option_id find_option(const char *word, const char **rest)
{
    enum option_id best = OPTION_N;
    size_t best_length = 0;

    for (int i = 0; i < OPTION_N; i++) {
        struct option_row row = get_row((enum option_id)i);
        const char *at;

        if (strlen(row.spelling) > best_length && match_row(row, word, &at)) {
            best = (enum option_id)i;
            best_length = strlen(row.spelling);
            *rest = at;
        }
    }
    return best;
}

/* The spelling closest to "word", or NULL. */
static const char *find_similar(struct compilation *c, const char *word)
{
    char *name = arena_string(c->arena, word);
    const char *best = NULL;
    int best_distance = 3;

    name[strcspn(name, "=")] = '\0';
    for (int i = 0; i < OPTION_N; i++) {
        const char *spelling = get_row((enum option_id)i).spelling;
        char *bare = arena_string(c->arena, spelling);
        int distance;

        bare[strcspn(bare, "=")] = '\0';
        distance = name_distance(name, bare, 2);
        if (strlen(bare) > 3 && distance < best_distance) {
            best = spelling;
            best_distance = distance;
        }
    }
    return best;
}

/* Report an option nobody knows. */
static bool refuse_option(struct compilation *c, const char *word)
{
    const char *similar = find_similar(c, word);
    struct source_range nowhere = {0};

    diag_error(c->diag, nowhere, DIAG_E0701, "unknown option '%s'", word);
    if (similar)
        diag_hint(c->diag, "Did you mean '%s'?", similar);
    else
        diag_hint(c->diag, "'tapc --help' lists the options.");
    return false;
}

/* Take option words[*at], and its argument when that is the next word. */
static bool take_option(struct compilation *c, struct driver_options *options,
    const char *const *words, int *at)
{
    const char *rest = NULL;
    enum option_id id = find_option(words[*at], &rest);
    struct source_range nowhere = {0};
    enum argument_kind kind;

    if (id == OPTION_N)
        return refuse_option(c, words[*at]);
    kind = get_row(id).argument;
    if (kind != ARGUMENT_NONE && !rest) {
        if (!words[*at + 1]) {
            diag_error(c->diag, nowhere, DIAG_E0701,
                "option '%s' needs an argument", words[*at]);
            return false;
        }
        rest = words[++*at];
    }
    if ((kind == ARGUMENT_EQUALS || kind == ARGUMENT_NEXT) && !*rest) {
        diag_error(c->diag, nowhere, DIAG_E0701,
            "option '%s' has an empty argument", get_row(id).spelling);
        return false;
    }
    return options_set(c, options, id, rest);
}

/* Take an operand: the input, or the code of "explain E0203". */
static bool take_operand(
    struct compilation *c, struct driver_options *options, const char *word)
{
    struct source_range nowhere = {0};

    if (options->command == DRIVER_DB) {
        VECTOR_PUSH(c->arena, &options->operands, word);
        return true;
    }
    if (options->input) {
        diag_error(c->diag, nowhere, DIAG_E0701,
            "one input at a time: '%s' and '%s'", options->input, word);
        return false;
    }
    if (*word == '\0') {
        diag_error(c->diag, nowhere, DIAG_E0701, "the input's name is empty");
        return false;
    }
    options->input = word;
    return true;
}

/* The subcommand of the first word; DRIVER_N_COMMANDS when it is none. */
static bool find_command(const char *word, enum driver_command *command)
{
    static const struct {
        const char *word;
        enum driver_command command;
    } commands[] = {
        {"compile", DRIVER_COMPILE},
        {"check", DRIVER_CHECK},
        {"explain", DRIVER_EXPLAIN},
        {"bench", DRIVER_BENCH},
        {"tune", DRIVER_TUNE},
        {"db", DRIVER_DB},
        {"worker", DRIVER_WORKER},
        {"doctor", DRIVER_DOCTOR},
        {"help", DRIVER_HELP},
        {"version", DRIVER_VERSION},
    };

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(word, commands[i].word) == 0) {
            *command = commands[i].command;
            return true;
        }
    return false;
}

/* A code of the table, such as E0203. */
static bool is_code(const char *word)
{
    return word[0] == 'E' && strlen(word) == 5 &&
           strspn(word + 1, "0123456789") == 4;
}

/* What can be said only once all words are known. */
static bool check_options(struct compilation *c, struct driver_options *options)
{
    struct source_range nowhere = {0};

    if (options->command == DRIVER_DB)
        return true;
    if (options->is_verbose && !options->input)
        options->command = DRIVER_VERSION;
    if (options->command == DRIVER_HELP || options->command == DRIVER_VERSION)
        return true;
    if (options->command == DRIVER_DOCTOR ||
        options->command == DRIVER_WORKER) {
        if (options->input)
            diag_error(c->diag, nowhere, DIAG_E0701,
                "this command takes no input, found '%s'", options->input);
        return !options->input;
    }
    if (!options->input) {
        diag_error(c->diag, nowhere, DIAG_E0701, "no input file");
        diag_hint(c->diag, "'tapc --help' shows how it is called.");
        return false;
    }
    if (options->command == DRIVER_EXPLAIN && is_code(options->input))
        options->code = options->input;
    if (options->isa && options->processor) {
        diag_error(c->diag, nowhere, DIAG_E0701,
            "--isa names several levels, -march and -mcpu one: give only one "
            "of them");
        return false;
    }
    return true;
}

bool options_parse(struct compilation *c, struct driver_options *options,
    int n_words, const char *const *words)
{
    bool is_operand = false;
    bool has_command = false;
    int at = 0;

    options->passes = c->options;
    if (!response_expand(c, n_words, words, &n_words, &words))
        return false;
    for (; at < n_words; at++) {
        const char *word = words[at];

        if (!is_operand && strcmp(word, "--") == 0)
            is_operand = true;
        else if (!is_operand && !has_command && !options->input &&
                 find_command(word, &options->command))
            has_command = true;
        else if (is_operand || word[0] != '-' || word[1] == '\0') {
            if (!take_operand(c, options, word))
                return false;
        } else if (!take_option(c, options, words, &at)) {
            return false;
        }
    }
    return check_options(c, options);
}

struct compilation driver_compilation_new(void)
{
    struct compilation c = {.arena = arena_new(), .scratch = arena_new()};

    c.names = name_table_new(c.arena);
    c.diag = diag_new(c.arena);
    c.options.fp = FP_CONTRACT;
    c.options.max_isl_operations = 10000000;
    c.options.max_unroll = 4096;
    c.options.optimize_level = 2;
    c.options.verify = true;
    return c;
}
