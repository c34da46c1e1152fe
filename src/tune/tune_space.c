/* Points of a schedule with holes. */
#include "tune/tune_space.h"

#include "base/random.h"

#include <string.h>

/* ---- The holes --------------------------------------------------------- */

static void collect_words(
    struct tune_space *space, int n_words, const struct ast_word *words);

/* The holes of one word, itself first. */
static void collect_word(struct tune_space *space, const struct ast_word *word)
{
    if (word->kind == AST_WORD_HOLE) {
        VECTOR_PUSH(space->arena, &space->holes, word);
        for (int i = 0; i < word->n_choices; i++)
            collect_words(
                space, word->choices[i].n_words, word->choices[i].words);
    }
    for (int i = 0; i < word->n_axes; i++)
        if (word->axes[i].block_hole)
            collect_word(space, word->axes[i].block_hole);
}

/* The holes of a list of words. */
static void collect_words(
    struct tune_space *space, int n_words, const struct ast_word *words)
{
    for (int i = 0; i < n_words; i++)
        collect_word(space, &words[i]);
}

static int64_t count_words(int n_words, const struct ast_word *words);

/* A product that stays far from overflow. */
static int64_t multiply(int64_t a, int64_t b)
{
    return b > 0 && a > INT64_MAX / 4 / b ? INT64_MAX / 4 : a * b;
}

/* How many ways there are to fill the holes of a word. */
static int64_t count_word(const struct ast_word *word)
{
    int64_t n = word->kind == AST_WORD_HOLE ? 0 : 1;

    for (int i = 0; word->kind == AST_WORD_HOLE && i < word->n_choices; i++)
        n += count_words(word->choices[i].n_words, word->choices[i].words);
    for (int i = 0; i < word->n_axes; i++)
        if (word->axes[i].block_hole)
            n = multiply(n, count_word(word->axes[i].block_hole));
    return n;
}

/* The same for a list. */
static int64_t count_words(int n_words, const struct ast_word *words)
{
    int64_t n = 1;

    for (int i = 0; i < n_words; i++)
        n = multiply(n, count_word(&words[i]));
    return n;
}

struct tune_space tune_space_new(
    struct arena *arena, const struct ast_schedule *schedule)
{
    struct tune_space space = {
        .arena = arena, .schedule = schedule, .n_points = 1};

    for (int i = 0; i < schedule->n_directives; i++) {
        const struct ast_directive *directive = schedule->directives[i];

        collect_words(&space, directive->n_words, directive->words);
        space.n_points = multiply(
            space.n_points, count_words(directive->n_words, directive->words));
    }
    return space;
}

/* A word's place among the holes, -1 if it is none. */
static int find_hole(
    const struct tune_space *space, const struct ast_word *word)
{
    for (int i = 0; i < space->holes.n; i++)
        if (space->holes.at[i] == word)
            return i;
    return -1;
}

/* ---- Numbers to points ------------------------------------------------- */

/* A point being made: "number" is what is left to be taken apart. */
struct decoding {
    const struct tune_space *space;
    int64_t number;
    int *choices;
};

static void decode_words(
    struct decoding *decoding, int n_words, const struct ast_word *words);

/* The choices of one hole and of those inside the choice taken. */
static void decode_hole(struct decoding *decoding, const struct ast_word *word)
{
    int64_t n = count_word(word);
    int64_t number = decoding->number % n;
    int64_t rest = decoding->number / n;

    for (int i = 0; i < word->n_choices; i++) {
        const struct ast_word_list *choice = &word->choices[i];
        int64_t size = count_words(choice->n_words, choice->words);

        if (number < size) {
            decoding->choices[find_hole(decoding->space, word)] = i;
            decoding->number = number;
            decode_words(decoding, choice->n_words, choice->words);
            break;
        }
        number -= size;
    }
    decoding->number = rest;
}

/* The choices of all holes in a list. */
static void decode_words(
    struct decoding *decoding, int n_words, const struct ast_word *words)
{
    for (int i = 0; i < n_words; i++) {
        if (words[i].kind == AST_WORD_HOLE)
            decode_hole(decoding, &words[i]);
        for (int j = 0; j < words[i].n_axes; j++)
            if (words[i].axes[j].block_hole)
                decode_hole(decoding, words[i].axes[j].block_hole);
    }
}

struct tune_point tune_space_get(const struct tune_space *space, int64_t i)
{
    struct decoding decoding = {
        space, i, ARENA_ARRAY(space->arena, space->holes.n + 1, int)};

    for (int at = 0; at < space->schedule->n_directives; at++)
        decode_words(&decoding, space->schedule->directives[at]->n_words,
            space->schedule->directives[at]->words);
    return (struct tune_point){decoding.choices};
}

/* ---- Filling ----------------------------------------------------------- */

/* Words with the holes filled, as they are made. */
struct filling {
    const struct tune_space *space;
    struct tune_point point;
    VECTOR(struct ast_word) words;
};

static void fill_words(
    struct filling *filling, int n_words, const struct ast_word *words);

/* The block that stands in an axis's hole, 0 if it is no number. */
static int64_t fill_block(
    const struct filling *filling, const struct ast_word *hole)
{
    int choice = filling->point.choices[find_hole(filling->space, hole)];
    const struct ast_word_list *list = &hole->choices[choice];

    return list->n_words == 1 && list->words->kind == AST_WORD_INTEGER
               ? list->words->integer
               : 0;
}

/* A layout with the holes of its blocks filled. */
static struct ast_word fill_layout(
    const struct filling *filling, const struct ast_word *word)
{
    struct ast_word filled = *word;

    filled.axes = arena_copy(filling->space->arena, word->axes,
        (size_t)word->n_axes * sizeof *word->axes);
    for (int i = 0; i < word->n_axes; i++)
        if (word->axes[i].block_hole) {
            filled.axes[i].block =
                fill_block(filling, word->axes[i].block_hole);
            filled.axes[i].block_hole = NULL;
        }
    return filled;
}

/* Append a word, or what fills it. */
static void fill_word(struct filling *filling, const struct ast_word *word)
{
    struct arena *arena = filling->space->arena;
    const struct ast_word_list *choice;

    if (word->kind == AST_WORD_LAYOUT) {
        VECTOR_PUSH(arena, &filling->words, fill_layout(filling, word));
    } else if (word->kind == AST_WORD_HOLE) {
        choice = &word->choices[filling->point
                                    .choices[find_hole(filling->space, word)]];
        fill_words(filling, choice->n_words, choice->words);
    } else {
        VECTOR_PUSH(arena, &filling->words, *word);
    }
}

/* Append words, filled. */
static void fill_words(
    struct filling *filling, int n_words, const struct ast_word *words)
{
    for (int i = 0; i < n_words; i++)
        fill_word(filling, &words[i]);
}

const struct ast_schedule *tune_space_fill(
    const struct tune_space *space, struct tune_point point)
{
    struct arena *arena = space->arena;
    struct ast_schedule *filled =
        arena_copy(arena, space->schedule, sizeof *space->schedule);

    filled->directives =
        ARENA_ARRAY(arena, filled->n_directives, struct ast_directive *);
    for (int i = 0; i < filled->n_directives; i++) {
        struct filling filling = {space, point, {0}};
        struct ast_directive *directive = arena_copy(
            arena, space->schedule->directives[i], sizeof *directive);

        fill_words(&filling, directive->n_words, directive->words);
        directive->n_words = filling.words.n;
        directive->words = filling.words.at;
        filled->directives[i] = directive;
    }
    return filled;
}

const char *tune_space_line(
    const struct tune_space *space, struct tune_point point)
{
    const struct ast_schedule *filled = tune_space_fill(space, point);
    struct text text = text_new(space->arena);

    for (int i = 0; i < filled->n_directives; i++) {
        text_append(&text, i ? " " : "");
        ast_print_directive(&text, filled->directives[i]);
        text_append(&text, ";");
    }
    return text.at;
}

/* The layouts of a schedule, as a space of their own. */
static struct tune_space take_layouts(
    struct arena *arena, const struct ast_schedule *schedule)
{
    struct ast_schedule *layouts =
        arena_copy(arena, schedule, sizeof *schedule);

    layouts->n_directives = 0;
    layouts->directives =
        ARENA_ARRAY(arena, schedule->n_directives, struct ast_directive *);
    for (int i = 0; i < schedule->n_directives; i++)
        if (schedule->directives[i]->kind == AST_DIRECTIVE_LAYOUT)
            layouts->directives[layouts->n_directives++] =
                schedule->directives[i];
    return tune_space_new(arena, layouts);
}

int64_t tune_space_count_layouts(
    struct arena *arena, const struct ast_schedule *schedule)
{
    return take_layouts(arena, schedule).n_points;
}

const struct ast_schedule *tune_space_fix_layouts(
    struct arena *arena, const struct ast_schedule *schedule, int64_t i)
{
    struct tune_space layouts = take_layouts(arena, schedule);
    const struct ast_schedule *filled =
        tune_space_fill(&layouts, tune_space_get(&layouts, i));
    struct ast_schedule *fixed = arena_copy(arena, schedule, sizeof *schedule);
    int n = 0;

    fixed->directives = arena_copy(arena, schedule->directives,
        (size_t)schedule->n_directives * sizeof *schedule->directives);
    for (int at = 0; at < schedule->n_directives; at++)
        if (schedule->directives[at]->kind == AST_DIRECTIVE_LAYOUT)
            fixed->directives[at] = filled->directives[n++];
    return fixed;
}

/* ---- Neighbours -------------------------------------------------------- */

/* The choices of the holes in force, others 0, with "from" where it has
 * them. */
static void keep_words(const struct tune_space *space, int *choices,
    const int *from, int n_words, const struct ast_word *words)
{
    for (int i = 0; i < n_words; i++) {
        int hole = find_hole(space, &words[i]);

        if (hole >= 0) {
            const struct ast_word_list *list;

            choices[hole] = from[hole];
            list = &words[i].choices[from[hole]];
            keep_words(space, choices, from, list->n_words, list->words);
        }
        for (int j = 0; j < words[i].n_axes; j++)
            if (words[i].axes[j].block_hole)
                keep_words(
                    space, choices, from, 1, words[i].axes[j].block_hole);
    }
}

/* The point of some choices: those in force. */
static struct tune_point normalize(
    const struct tune_space *space, const int *from)
{
    int *choices = ARENA_ARRAY(space->arena, space->holes.n + 1, int);

    for (int i = 0; i < space->schedule->n_directives; i++)
        keep_words(space, choices, from,
            space->schedule->directives[i]->n_words,
            space->schedule->directives[i]->words);
    return (struct tune_point){choices};
}

struct tune_point tune_space_mutate(
    const struct tune_space *space, struct tune_point point, uint64_t *random)
{
    int n = space->holes.n;
    int *choices =
        arena_copy(space->arena, point.choices, ((size_t)n + 1) * sizeof(int));
    int hole = (int)random_below(random, n);

    if (n > 0)
        choices[hole] =
            (int)random_below(random, space->holes.at[hole]->n_choices);
    return normalize(space, choices);
}

struct tune_point tune_space_cross(const struct tune_space *space,
    struct tune_point one, struct tune_point two, uint64_t *random)
{
    int n = space->holes.n;
    int *choices = ARENA_ARRAY(space->arena, n + 1, int);

    for (int i = 0; i < n; i++)
        choices[i] = random_below(random, 2) ? one.choices[i] : two.choices[i];
    return normalize(space, choices);
}

/* ---- The default's space ----------------------------------------------- */

/* Is an output so large that going past the caches may pay? */
static bool has_large_output(const struct driver_variant *variant)
{
    const struct loop_program *program = variant->program;
    int64_t cached = variant->machine->costs->levels[COSTS_L2].bytes / 2;

    for (int i = 0; i < program->n_arrays; i++)
        if (program->arrays[i]->kind == ARRAY_OUT &&
            array_constant_bytes(program->values, program->arrays[i]) > cached)
            return true;
    return false;
}

/* The default's schedule at a point, NULL if there is none. What is reported on
 * the way is forgotten. */
static struct schedule *build_at(struct compilation *c,
    const struct driver_variant *variant, struct schedule_point point)
{
    /* The schedule keeps it. */
    struct compilation *own = arena_copy(c->arena, c, sizeof *c);

    own->diag = diag_new(c->arena);
    own->options.verify = false;
    return schedule_build_at(own, variant->model, variant->machine,
        variant->schedule->source, &point);
}

/* The numbers of copies of a statement that make a difference, after the usual
 * one. */
static void append_unrolls(struct compilation *c, struct text *text,
    const struct driver_variant *variant)
{
    static const int numbers[] = {4, 32, 64};
    struct schedule *usual = build_at(
        c, variant, (struct schedule_point){.strategy = SCHEDULE_PLAIN});
    int n = 0;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct schedule *other = build_at(c, variant,
            (struct schedule_point){
                .strategy = SCHEDULE_PLAIN, .unroll = numbers[i]});

        if (usual && other && !schedule_is_equal(c, usual, other))
            text_printf(text, "%s, %d", n++ ? "" : " unroll ?{16", numbers[i]);
    }
    text_append(text, n ? "}" : "");
}

/* Does a point with another number make another schedule? Two numbers are
 * tried: one may be the usual one. "number" is a field of "point". */
static bool has_choice(struct compilation *c,
    const struct driver_variant *variant, struct schedule_point *point,
    int *number)
{
    struct schedule *usual = build_at(c, variant, *point);
    bool found = false;

    for (int i = 2; i <= 4; i += 2) {
        struct schedule *other;

        *number = i;
        other = build_at(c, variant, *point);
        found =
            found || (usual && other && !schedule_is_equal(c, usual, other));
    }
    *number = 0;
    return found;
}

/* A strategy with the sizes of its tiles, if it has tiles. */
static void append_strategy(struct compilation *c, struct text *text,
    const struct driver_variant *variant, enum schedule_strategy strategy)
{
    struct schedule_point point = {.strategy = strategy};

    schedule_append_strategy(text, strategy);
    if (has_choice(c, variant, &point, &point.jam))
        text_append(text, " jam ?{12, 2, 3, 4, 6, 8, 9, 10, 14, 16}");
    if (has_choice(c, variant, &point, &point.unroll))
        text_append(text, " unroll ?{3, 1, 2, 4, 5, 8}");
}

/* Do two points make programs that differ, though their schedules may not? */
static bool do_differ(struct compilation *c,
    const struct driver_variant *variant, struct schedule_point one,
    struct schedule_point two)
{
    struct schedule *schedules[2] = {
        build_at(c, variant, one), build_at(c, variant, two)};
    struct text texts[2] = {text_new(c->arena), text_new(c->arena)};

    for (int i = 0; i < 2; i++) {
        struct loop_program *program =
            schedules[i] ? loop_build(c, schedules[i]) : NULL;

        if (!program)
            return false;
        loop_print(&texts[i], program);
    }
    return strcmp(texts[0].at, texts[1].at) != 0;
}

/* Do loads overlap, so that it matters how windows are read? */
static bool has_windows(
    struct compilation *c, const struct driver_variant *variant)
{
    return do_differ(c, variant,
        (struct schedule_point){.windows = SCHEDULE_WINDOWS_LOADS},
        (struct schedule_point){.windows = SCHEDULE_WINDOWS_SHIFTS});
}

/* Are lines asked for ahead, or may they be? */
static bool has_prefetch(
    struct compilation *c, const struct driver_variant *variant)
{
    return do_differ(c, variant, (struct schedule_point){.prefetch_bytes = 512},
        (struct schedule_point){.prefetch_bytes = 1024});
}

/* A visit: does the loop run in lanes? */
static void find_lanes(struct schedule_node *node, void *user)
{
    bool *is_found = user;

    *is_found = *is_found || node->n_lanes > 1;
}

/* Are there other loops for the lanes? */
static bool has_other_lanes(
    struct compilation *c, const struct driver_variant *variant)
{
    struct schedule *other = build_at(c, variant,
        (struct schedule_point){.strategy = SCHEDULE_PLAIN, .other_lanes = 1});
    bool is_found = false;

    if (other)
        schedule_foreach(other->root, find_lanes, &is_found);
    return is_found;
}

/* For a GPU: steps of a thread along a window, copies of statements in it,
 * bytes at a time, threads of a block. */
static void print_for_gpu(
    struct text *text, const struct driver_variant *variant)
{
    text_append(text, "prefer ?{rules, rules jam ?{1, 2, 4, 8} unroll ?{256, "
                      "64, 16}} vector_bytes ?{");
    for (int bytes = 2 * variant->machine->vector_bytes; bytes >= 4; bytes /= 2)
        text_printf(text, "%d%s", bytes, bytes > 4 ? ", " : "");
    text_append(text, "} threads ?{");
    for (int n = variant->machine->gpu->block_threads / 2; n >= 32; n /= 2)
        text_printf(text, "%d%s", n, n > 32 ? ", " : "");
    text_append(text, "};");
}

void tune_space_print_derived(struct compilation *c, struct text *text,
    const struct driver_variant *variant)
{
    if (variant->machine->gpu) {
        print_for_gpu(text, variant);
        return;
    }
    text_append(text, "prefer ?{rules, plain jam ?{8, 1, 2, 3, 4, 6, 12, 16}");
    append_unrolls(c, text, variant);
    for (int i = SCHEDULE_PLAIN + 1; i < SCHEDULE_N_STRATEGIES; i++) {
        struct schedule *schedule = build_at(c, variant,
            (struct schedule_point){.strategy = (enum schedule_strategy)i});

        if (!schedule || (int)schedule->applied != i)
            continue;
        text_append(text, ", ");
        append_strategy(c, text, variant, (enum schedule_strategy)i);
    }
    text_append(text, "} vector_bytes ?{");
    for (int bytes = variant->machine->vector_bytes; bytes >= 16; bytes /= 2)
        text_printf(text, "%s%d",
            bytes == variant->machine->vector_bytes ? "" : ", ", bytes);
    text_append(text, "}");
    if (has_other_lanes(c, variant))
        text_append(text, " axis ?{1, 2}");
    if (has_large_output(variant))
        text_append(text, " stores ?{cached, streamed}");
    if (has_windows(c, variant))
        text_append(text, " window ?{mixed, loads, shifts}");
    if (has_prefetch(c, variant))
        text_append(text, " prefetch ?{1024, 256, 512, 2048, 4096}");
    text_append(text, ";");
}
