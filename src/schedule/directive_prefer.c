/* prefer plain jam 4 vector_bytes 32: which of the schedules the default makes,
 * for nests whose loops no directive names. */
#include "schedule/directive.h"

/* The word after "word" as a small number; "*value" is left alone when there
 * is no such word. */
static bool take_number(
    struct directive *directive, const char *word, int limit, int *value)
{
    int64_t number = *value;

    if (!directive_get_number(directive, word, limit, &number))
        return false;
    *value = (int)number;
    return true;
}

/* The word after "word", one of three: "*value" becomes 0, 1 or 2, and is left
 * alone when there is no such word. */
static bool take_word(struct directive *directive, const char *word,
    const char *const choices[3], int *value)
{
    int i = 0;
    int at = 0;

    while (i < directive->n_words && !directive_is_word(directive, i, word))
        i++;
    if (i + 1 >= directive->n_words)
        return true;
    while (at < 3 && !directive_is_word(directive, i + 1, choices[at]))
        at++;
    if (at == 3)
        diag_error(directive->schedule->c->diag, directive->words[i + 1].range,
            DIAG_E0403, "expected %s, %s or %s after '%s'", choices[0],
            choices[1], choices[2], word);
    *value = at;
    return at < 3;
}

/* E0403: no such strategy. */
static bool refuse_strategy(struct directive *directive)
{
    struct compilation *c = directive->schedule->c;
    struct text text = text_new(c->arena);

    for (int i = 0; i < SCHEDULE_N_STRATEGIES; i++) {
        text_append(&text, i ? ", " : "");
        schedule_append_strategy(&text, (enum schedule_strategy)i);
    }
    diag_error(c->diag, directive->words[0].range, DIAG_E0403,
        "no strategy '%s'; there are %s", directive->words[0].name->text,
        text.at);
    return false;
}

/* E0403: threads of a GPU's block come in groups of 32. */
static bool check_threads(struct directive *directive, int n_threads)
{
    struct compilation *c = directive->schedule->c;

    if (n_threads % 32 == 0 &&
        (!n_threads || directive->schedule->machine->gpu))
        return true;
    diag_error(c->diag, directive->ast->range, DIAG_E0403,
        directive->schedule->machine->gpu
            ? "%d threads: expected a multiple of 32"
            : "%d threads of a block: the target is no GPU",
        n_threads);
    return false;
}

bool directive_prefer(struct directive *directive)
{
    static const char *const stores_words[] = {"sized", "cached", "streamed"};
    static const char *const window_words[] = {"mixed", "loads", "shifts"};
    enum {
        MAX_JAM = 32,
        MAX_UNROLL = 4096,
        MAX_BYTES = 256,
        MAX_AXIS = 16,
        MAX_THREADS = 1024,
        MAX_AHEAD = 65536
    };
    struct schedule *schedule = directive->schedule;
    struct schedule_point point = {.name = "preferred"};
    int axis = 1;
    int stores = SCHEDULE_STORES_RULES;
    int windows = SCHEDULE_WINDOWS_RULES;

    if (schedule->preferred.source) {
        diag_error(schedule->c->diag, directive->ast->range, DIAG_E0404,
            "a second 'prefer'");
        diag_note(schedule->c->diag, schedule->preferred, "first given here");
        return false;
    }
    point.strategy = schedule_strategy_of(directive->words[0].name->text);
    if (point.strategy == SCHEDULE_N_STRATEGIES)
        return refuse_strategy(directive);
    if (!take_number(directive, "jam", MAX_JAM, &point.jam) ||
        !take_number(directive, "unroll", MAX_UNROLL, &point.unroll) ||
        !take_number(directive, "vector_bytes", MAX_BYTES, &point.lane_bytes) ||
        !take_number(directive, "axis", MAX_AXIS, &axis) ||
        !take_word(directive, "stores", stores_words, &stores) ||
        !take_word(directive, "window", window_words, &windows) ||
        !take_number(directive, "prefetch", MAX_AHEAD, &point.prefetch_bytes) ||
        !take_number(directive, "threads", MAX_THREADS, &point.threads) ||
        !check_threads(directive, point.threads))
        return false;
    point.stores = (enum schedule_stores)stores;
    point.windows = (enum schedule_windows)windows;
    point.other_lanes = axis - 1;
    schedule->point = point;
    schedule->preferred = directive->ast->range;
    return true;
}
