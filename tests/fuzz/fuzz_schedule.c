/* A random schedule: directives on the loops of the kernel, in an order that
 * is mostly sensible. It may be illegal; then the compiler has to say so. */
#include <string.h>

#include "fuzz.h"

enum { MAX_NAMES = 24 };

/* Names of the loops of a nest as they stand after the directives so far,
 * outermost first. */
struct names {
    int n;
    char name[MAX_NAMES][24];
    bool is_reduction[MAX_NAMES];
    bool has_mode[MAX_NAMES]; /* vectorised, unrolled, parallel */
    int root;
    bool is_vectorized;
};

static void add_name(struct names *names, const char *name, bool reduction)
{
    for (int i = 0; i < names->n; i++)
        if (strcmp(names->name[i], name) == 0)
            return;
    if (names->n == MAX_NAMES)
        return;
    snprintf(names->name[names->n], 24, "%.20s", name);
    names->is_reduction[names->n++] = reduction;
}

/* A new name before position "at": the outer loop of a tile. */
static void insert_name(struct names *names, int at, const char *name)
{
    if (names->n == MAX_NAMES)
        return;
    for (int i = names->n; i > at; i--) {
        memcpy(names->name[i], names->name[i - 1], sizeof names->name[i]);
        names->is_reduction[i] = names->is_reduction[i - 1];
        names->has_mode[i] = names->has_mode[i - 1];
    }
    names->has_mode[at] = false;
    snprintf(names->name[at], sizeof names->name[at], "%.20s", name);
    names->n++;
}

static void collect_expression(
    const struct fuzz_case *fuzz, int at, struct names *names)
{
    const struct fuzz_expression *expression = &fuzz->expressions[at];
    for (int i = 0; i < expression->n_loops; i++)
        add_name(names, symbol_name(fuzz, expression->loops[i]), true);
    for (int i = 0; i < expression->n_operands; i++)
        collect_expression(fuzz, expression->operands[i], names);
}

static void collect_statement(
    const struct fuzz_case *fuzz, int at, int depth, struct names *names)
{
    const struct fuzz_statement *statement = &fuzz->statements[at];
    for (int i = 0; i < statement->n_loops; i++)
        add_name(names, symbol_name(fuzz, statement->loops[i]), depth > 0);
    for (int i = 0; i < statement->n_children; i++)
        collect_statement(fuzz, statement->children[i], depth + 1, names);
    if (statement->kind != FUZZ_FOR)
        collect_expression(fuzz, statement->value, names);
}

/* The next directive; the last place is overwritten when all are taken. */
static struct fuzz_directive *add_directive(
    struct fuzz_case *fuzz, enum fuzz_directive_kind kind)
{
    struct fuzz_directive *directive = &fuzz->directives[fuzz->n_directives];
    if (fuzz->n_directives < FUZZ_MAX_DIRECTIVES)
        fuzz->n_directives++;
    directive->kind = kind;
    directive->tensor = -1;
    return directive;
}

static const char *pick_name(struct fuzz_case *fuzz, const struct names *names)
{
    return names->name[random_below(&fuzz->random, names->n)];
}

/* A loop for a mode: mostly one that has none yet. */
static const char *pick_for_mode(
    struct fuzz_case *fuzz, struct names *names, int start)
{
    int at = start;
    for (int i = 0; i < names->n; i++) {
        at = (start + i) % names->n;
        if (!names->has_mode[at] || random_chance(&fuzz->random, 4))
            break;
    }
    names->has_mode[at] = true;
    return names->name[at];
}

/* "16", now and then a hole "?{16, 8}". */
static void print_factor(struct fuzz_case *fuzz, char text[24])
{
    static const int factors[] = {
        1, 2, 3, 4, 4, 5, 7, 8, 8, 8, 16, 16, 16, 32, 64, 100};
    int factor = random_pick(&fuzz->random, 16, factors);
    if (random_chance(&fuzz->random, 8))
        snprintf(text, 24, "?{%d, 8}", factor);
    else
        snprintf(text, 24, "%d", factor);
}

static void draw_tile(struct fuzz_case *fuzz, struct names *names)
{
    struct fuzz_directive *directive = add_directive(fuzz, FUZZ_TILE);
    char factor[24];
    print_factor(fuzz, factor);
    int at = random_below(&fuzz->random, names->n);
    char name[24];
    memcpy(name, names->name[at], sizeof name);
    if (random_chance(&fuzz->random, 50)) {
        snprintf(directive->text, sizeof directive->text, "tile %s by %s", name,
            factor);
        char outer[30];
        snprintf(outer, sizeof outer, "%.14s_tile", name);
        insert_name(names, at, outer);
        return;
    }
    snprintf(directive->text, sizeof directive->text,
        "tile %s by %s as %so, %si", name, factor, name, name);
    snprintf(names->name[at], 24, "%.20si", name);
    char outer[30];
    snprintf(outer, sizeof outer, "%.20so", name);
    insert_name(names, at, outer);
}

static void swap_names(struct names *names, int a, int b)
{
    char kept[24];
    bool flag = names->is_reduction[a];
    names->is_reduction[a] = names->is_reduction[b];
    names->is_reduction[b] = flag;
    flag = names->has_mode[a];
    names->has_mode[a] = names->has_mode[b];
    names->has_mode[b] = flag;
    memcpy(kept, names->name[a], sizeof kept);
    memcpy(names->name[a], names->name[b], sizeof kept);
    memcpy(names->name[b], kept, sizeof kept);
}

/* All names or some, in an order that is a few swaps away. */
static void draw_order(struct fuzz_case *fuzz, struct names *names)
{
    if (names->n < 2)
        return;
    struct fuzz_directive *directive = add_directive(fuzz, FUZZ_ORDER);
    int n_swaps = random_between(&fuzz->random, 1, 3);
    for (int i = 0; i < n_swaps && names->n > 1; i++) {
        int a = random_below(&fuzz->random, names->n);
        int b = random_chance(&fuzz->random, 70)
                    ? (a + 1) % names->n
                    : random_below(&fuzz->random, names->n);
        bool mixes = names->is_reduction[a] != names->is_reduction[b];
        if (!mixes || random_chance(&fuzz->random, 40))
            swap_names(names, a, b);
    }
    int n = names->n;
    if (n > 2 && random_chance(&fuzz->random, 30))
        n--;
    char *text = directive->text;
    size_t size = sizeof directive->text;
    size_t length = (size_t)snprintf(text, size, "order ");
    for (int i = 0; i < n && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%s",
            i > 0 ? ", " : "", names->name[i]);
}

static void draw_vectorize(struct fuzz_case *fuzz, struct names *names)
{
    static const int widths[] = {2, 4, 8, 8, 16, 16, 16, 32, 8, 4, 3};
    if (names->is_vectorized && !random_chance(&fuzz->random, 4))
        return;
    names->is_vectorized = true;
    struct fuzz_directive *directive = add_directive(fuzz, FUZZ_VECTORIZE);
    int at = random_below(&fuzz->random, names->n);
    for (int i = 0; i < names->n && random_chance(&fuzz->random, 85); i++)
        if (!names->is_reduction[i])
            at = i;
    const char *name = pick_for_mode(fuzz, names, at);
    if (random_chance(&fuzz->random, 50))
        snprintf(directive->text, sizeof directive->text, "vectorize %s by %d",
            name, random_pick(&fuzz->random, 11, widths));
    else
        snprintf(directive->text, sizeof directive->text, "vectorize %s", name);
}

static void draw_unroll(struct fuzz_case *fuzz, struct names *names)
{
    struct fuzz_directive *directive = add_directive(fuzz, FUZZ_UNROLL);
    const char *name =
        pick_for_mode(fuzz, names, random_below(&fuzz->random, names->n));
    if (random_chance(&fuzz->random, 50))
        snprintf(directive->text, sizeof directive->text, "unroll %s by %d",
            name, random_between(&fuzz->random, 1, 6));
    else
        snprintf(directive->text, sizeof directive->text, "unroll %s", name);
}

static void draw_parallel(struct fuzz_case *fuzz, struct names *names)
{
    struct fuzz_directive *directive = add_directive(fuzz, FUZZ_PARALLEL);
    char *text = directive->text;
    size_t size = sizeof directive->text;
    bool is_outer = random_chance(&fuzz->random, 75);
    int at = is_outer ? 0 : random_below(&fuzz->random, names->n);
    bool has_two = names->n > 1 && random_chance(&fuzz->random, 40);
    const char *first = pick_for_mode(fuzz, names, at);
    if (has_two)
        snprintf(text, size, "parallel %s, %s", first,
            pick_for_mode(fuzz, names, (at + 1) % names->n));
    else
        snprintf(text, size, "parallel %s", first);
}

static void draw_fuse(struct fuzz_case *fuzz, struct names *names)
{
    if (names->n < 2)
        return;
    int at = random_below(&fuzz->random, names->n - 1);
    bool mixes = names->is_reduction[at] != names->is_reduction[at + 1];
    if (mixes && !random_chance(&fuzz->random, 5))
        return;
    struct fuzz_directive *directive = add_directive(fuzz, FUZZ_FUSE);
    snprintf(directive->text, sizeof directive->text, "fuse %s, %s as fz",
        names->name[at], names->name[at + 1]);
    snprintf(names->name[at], 24, "fz");
    for (int i = at + 1; i + 1 < names->n; i++) {
        memcpy(names->name[i], names->name[i + 1], 24);
        names->is_reduction[i] = names->is_reduction[i + 1];
        names->has_mode[i] = names->has_mode[i + 1];
    }
    names->n--;
    if (mixes || random_chance(&fuzz->random, 40))
        return;
    names->has_mode[at] = true;
    directive = add_directive(fuzz, FUZZ_PARALLEL);
    snprintf(directive->text, sizeof directive->text, "parallel fz");
}

/* Join loops of the same name. */
static void draw_merge(struct fuzz_case *fuzz, const struct names *names)
{
    if (fuzz->n_roots < 2 && !fuzz->features[FUZZ_FEATURE_STENCIL])
        return;
    struct fuzz_directive *directive = add_directive(fuzz, FUZZ_MERGE);
    int at = fuzz->n_roots < 2 && names->n > 1 ? 1 : 0;
    if (random_chance(&fuzz->random, 15))
        at = random_below(&fuzz->random, names->n);
    bool has_two = at + 1 < names->n && random_chance(&fuzz->random, 50);
    snprintf(directive->text, sizeof directive->text, "merge %s%s%s",
        names->name[at], has_two ? ", " : "",
        has_two ? names->name[at + 1] : "");
}

static bool expression_reads(const struct fuzz_case *fuzz, int at, int tensor)
{
    const struct fuzz_expression *expression = &fuzz->expressions[at];
    if (expression->kind == FUZZ_LOAD && expression->tensor == tensor)
        return true;
    for (int i = 0; i < expression->n_operands; i++)
        if (expression_reads(fuzz, expression->operands[i], tensor))
            return true;
    return false;
}

static bool statement_reads(const struct fuzz_case *fuzz, int at, int tensor)
{
    const struct fuzz_statement *statement = &fuzz->statements[at];
    if (statement->kind != FUZZ_FOR)
        return expression_reads(fuzz, statement->value, tensor);
    for (int i = 0; i < statement->n_children; i++)
        if (statement_reads(fuzz, statement->children[i], tensor))
            return true;
    return false;
}

/* A tensor of one direction, or -1. */
static int pick_tensor(struct fuzz_case *fuzz, enum fuzz_direction direction)
{
    int start = random_below(&fuzz->random, fuzz->n_tensors);
    for (int i = 0; i < fuzz->n_tensors; i++) {
        int at = (start + i) % fuzz->n_tensors;
        if (fuzz->tensors[at].direction == direction &&
            fuzz->tensors[at].rank > 0)
            return at;
    }
    return -1;
}

static void draw_compute(struct fuzz_case *fuzz, const struct names *names)
{
    int local = pick_tensor(fuzz, FUZZ_LOCAL);
    bool is_reader = names->root == fuzz->roots[fuzz->n_roots - 1];
    if (local < 0 || (!is_reader && !random_chance(&fuzz->random, 10)))
        return;
    struct fuzz_directive *directive = add_directive(fuzz, FUZZ_COMPUTE);
    int at = random_below(&fuzz->random, names->n);
    if (names->is_reduction[at])
        at = 0;
    snprintf(directive->text, sizeof directive->text, "compute %s at %s",
        fuzz->tensors[local].name, names->name[at]);
}

/* A tensor that the nest reads, or -1. */
static int pick_read(struct fuzz_case *fuzz, int root)
{
    int found[FUZZ_MAX_TENSORS];
    int n = 0;
    for (int i = 0; i < fuzz->n_tensors; i++)
        if (fuzz->tensors[i].direction == FUZZ_IN &&
            fuzz->tensors[i].rank > 0 && statement_reads(fuzz, root, i))
            found[n++] = i;
    return n > 0 ? found[random_below(&fuzz->random, n)] : -1;
}

static void draw_stage(struct fuzz_case *fuzz, struct names *names)
{
    static const char *const places[] = {"registers", "registers", "registers",
        "stack", "stack", "stack", "stack", "shared"};
    int tensor = pick_read(fuzz, names->root);
    if (tensor < 0)
        return;
    struct fuzz_directive *directive = add_directive(fuzz, FUZZ_STAGE);
    int at = random_between(&fuzz->random, names->n / 2, names->n - 1);
    snprintf(directive->text, sizeof directive->text, "stage %s in %s at %s",
        fuzz->tensors[tensor].name, places[random_below(&fuzz->random, 8)],
        names->name[at]);
    if (random_chance(&fuzz->random, 40)) {
        directive = add_directive(fuzz, FUZZ_PIPELINE);
        snprintf(directive->text, sizeof directive->text, "pipeline %s by 2",
            names->name[at]);
    }
    if (!random_chance(&fuzz->random, 40))
        return;
    directive = add_directive(fuzz, FUZZ_PACK);
    snprintf(directive->text, sizeof directive->text, "pack %s by %s %d",
        fuzz->tensors[tensor].name, pick_name(fuzz, names),
        random_chance(&fuzz->random, 50) ? 16 : 8);
}

/* Permute dimensions and maybe block one: [#1][#0/8][#0%8]. */
static void draw_layout(struct fuzz_case *fuzz)
{
    struct fuzz_random *random = &fuzz->random;
    int at = random_below(random, fuzz->n_tensors);
    struct fuzz_tensor *tensor = &fuzz->tensors[at];
    if (tensor->rank == 0 || tensor->is_strided || tensor->has_layout)
        return;
    struct fuzz_directive *directive = add_directive(fuzz, FUZZ_LAYOUT);
    directive->tensor = at;
    tensor->has_layout = true;
    for (int i = 0; i + 1 < tensor->rank; i++) {
        int j = random_between(random, i, tensor->rank - 1);
        struct fuzz_axis kept = tensor->axes[i];
        tensor->axes[i] = tensor->axes[j];
        tensor->axes[j] = kept;
    }
    if (random_chance(random, 40)) {
        static const int blocks[] = {4, 8, 16, 3};
        int axis = random_below(random, tensor->rank);
        int block = random_pick(random, 4, blocks);
        tensor->axes[axis].block = block;
        tensor->axes[tensor->n_axes++] =
            (struct fuzz_axis){tensor->axes[axis].dimension, block, true};
    }
    char *text = directive->text;
    size_t size = sizeof directive->text;
    size_t length = (size_t)snprintf(text, size, "layout %s as ", tensor->name);
    for (int i = 0; i < tensor->n_axes; i++) {
        const struct fuzz_axis *axis = &tensor->axes[i];
        char block[16] = "";
        if (axis->block > 0)
            snprintf(block, sizeof block, "%c%d", axis->is_inner ? '%' : '/',
                axis->block);
        length += (size_t)snprintf(
            text + length, size - length, "[#%d%s]", axis->dimension, block);
    }
}

static void draw_foreign(struct fuzz_case *fuzz, const struct names *names)
{
    static const char *const words[] = {"block", "thread"};
    struct fuzz_directive *directive = add_directive(fuzz, FUZZ_FOREIGN);
    snprintf(directive->text, sizeof directive->text, "%s %s",
        words[random_below(&fuzz->random, 2)], pick_name(fuzz, names));
}

/* Add " word N" or nothing. */
static void draw_number(struct fuzz_random *random, char *text, size_t size,
    const char *word, int limit)
{
    size_t length = strlen(text);
    if (random_chance(random, 35))
        snprintf(text + length, size - length, " %s %d", word,
            random_between(random, 1, limit));
}

/* Which of its schedules the default makes, for nests without directives. */
static void draw_prefer(struct fuzz_case *fuzz)
{
    static const char *const strategies[] = {"rules", "plain", "tile", "pack",
        "short", "panel", "flat", "strip", "rows", "stencil"};
    static const char *const bytes[] = {
        "", "", "", " vector_bytes 16", " vector_bytes 32", " vector_bytes 64"};
    static const char *const stores[] = {
        "", "", " stores streamed", " stores cached"};
    static const char *const windows[] = {
        "", "", " window shifts", " window loads"};
    struct fuzz_random *random = &fuzz->random;
    struct fuzz_directive *directive = add_directive(fuzz, FUZZ_PREFER);
    char *text = directive->text;
    size_t size = sizeof directive->text, length;
    snprintf(text, size, "prefer %s", strategies[random_below(random, 10)]);
    draw_number(random, text, size, "jam", 12);
    draw_number(random, text, size, "unroll", 20);
    length = strlen(text);
    snprintf(
        text + length, size - length, "%s", bytes[random_below(random, 6)]);
    draw_number(random, text, size, "axis", 2);
    length = strlen(text);
    snprintf(text + length, size - length, "%s%s",
        stores[random_below(random, 4)], windows[random_below(random, 4)]);
}

static void draw_directive(
    struct fuzz_case *fuzz, enum fuzz_directive_kind kind, struct names *names)
{
    switch (kind) {
    case FUZZ_LAYOUT:
    case FUZZ_PREFER:
        return;
    case FUZZ_ORDER:
        draw_order(fuzz, names);
        return;
    case FUZZ_TILE:
        draw_tile(fuzz, names);
        return;
    case FUZZ_FUSE:
        draw_fuse(fuzz, names);
        return;
    case FUZZ_MERGE:
        draw_merge(fuzz, names);
        return;
    case FUZZ_COMPUTE:
        draw_compute(fuzz, names);
        return;
    case FUZZ_VECTORIZE:
        draw_vectorize(fuzz, names);
        return;
    case FUZZ_UNROLL:
        draw_unroll(fuzz, names);
        return;
    case FUZZ_PARALLEL:
        draw_parallel(fuzz, names);
        return;
    case FUZZ_STAGE:
    case FUZZ_PACK:
    case FUZZ_PIPELINE:
        draw_stage(fuzz, names);
        return;
    case FUZZ_FOREIGN:
    case FUZZ_N_DIRECTIVES:
        draw_foreign(fuzz, names);
        return;
    }
}

/* Directives for one nest. */
static void schedule_nest(struct fuzz_case *fuzz, int root)
{
    /* layout order tile fuse merge compute vectorize unroll parallel stage
     * pack pipeline prefer foreign, in the order in which they are usually
     * written */
    static const int percent[] = {
        0, 30, 38, 10, 20, 40, 58, 40, 30, 14, 0, 0, 0, 1};
    static const enum fuzz_directive_kind usual[] = {FUZZ_MERGE, FUZZ_COMPUTE,
        FUZZ_TILE, FUZZ_ORDER, FUZZ_FUSE, FUZZ_PARALLEL, FUZZ_VECTORIZE,
        FUZZ_UNROLL, FUZZ_STAGE, FUZZ_FOREIGN};
    struct fuzz_random *random = &fuzz->random;
    struct names names = {.root = root};
    collect_statement(fuzz, root, 0, &names);
    int n_rounds = random_chance(random, 20) ? 20 : 10;
    for (int i = 0; i < n_rounds && names.n > 0; i++) {
        enum fuzz_directive_kind kind = usual[i % 10];
        if (random_chance(random, 6))
            kind = usual[random_below(random, 9)];
        if (random_chance(random, percent[kind]))
            draw_directive(fuzz, kind, &names);
    }
}

void schedule_generate(struct fuzz_case *fuzz)
{
    static const char *const targets[] = {
        "cpu", "cpu", "cpu", "x86", "x86", "x86-64-v3", "x86-64-v4", "arm"};
    struct fuzz_random *random = &fuzz->random;
    int target = random_below(random, 8);
    snprintf(fuzz->schedule_target, sizeof fuzz->schedule_target, "%s",
        targets[target]);
    for (int i = 0; i < 2 && target < 5; i++)
        if (random_chance(random, 14))
            draw_layout(fuzz);
    if (random_chance(random, 25))
        draw_prefer(fuzz);
    if (random_chance(random, fuzz->n_directives > 0 ? 50 : 4))
        return;
    for (int i = 0; i < fuzz->n_roots; i++)
        if (fuzz->n_roots == 1 || random_chance(random, 65))
            schedule_nest(fuzz, fuzz->roots[i]);
}
