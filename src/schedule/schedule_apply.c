/* Looks each directive up and applies it in order. */
#include "base/vector.h"
#include "schedule/directive.h"

#include <string.h>

bool directive_is_word(
    const struct directive *directive, int place, const char *text)
{
    const struct ast_word *word = &directive->words[place];

    return place < directive->n_words && word->kind == AST_WORD_NAME &&
           !strcmp(word->name->text, text);
}

/* The names of all loops, for a message; and the nearest to "wanted". */
struct loop_names {
    struct compilation *c;
    struct text text;
    const char *wanted;
    const char *nearest;
    int distance;
};

/* A visit: the name of a loop. */
static void add_loop_name(struct schedule_node *node, void *user)
{
    struct loop_names *names = user;
    int distance;

    if (node->kind != SCHEDULE_LOOP)
        return;
    text_printf(
        &names->text, "%s%s", names->text.length ? ", " : "", node->name->text);
    distance = name_distance(names->wanted, node->name->text, 2);
    if (distance < names->distance && distance < (int)strlen(names->wanted)) {
        names->distance = distance;
        names->nearest = node->name->text;
    }
}

/* E0401: no such loop. */
static void report_unknown_loop(
    struct directive *directive, const struct ast_word *word)
{
    struct schedule *schedule = directive->schedule;
    struct loop_names names = {
        schedule->c, text_new(schedule->c->arena), word->name->text, NULL, 3};

    schedule_foreach(schedule->root, add_loop_name, &names);
    diag_error(schedule->c->diag, word->range, DIAG_E0401,
        "no loop '%s' in kernel '%s'; its loops are %s", word->name->text,
        schedule->model->kernel->name->text, names.text.at);
    if (names.nearest)
        diag_hint(schedule->c->diag, "Did you mean '%s'?", names.nearest);
}

/* A visit: the user named the nest. */
static void set_fixed(struct schedule_node *node, void *user)
{
    (void)user;
    node->is_fixed = true;
}

struct schedule_nodes directive_find_loops(
    struct directive *directive, const struct ast_word *word)
{
    struct schedule_nodes loops =
        schedule_find_loops(directive->schedule, word->name->text);

    if (!loops.n)
        report_unknown_loop(directive, word);
    for (int i = 0; i < loops.n; i++) {
        struct schedule_node *top = loops.at[i];

        while (top->parent && top->parent->parent)
            top = top->parent;
        if (top->parent && top->parent->kind == SCHEDULE_LOOP)
            top = top->parent;
        schedule_foreach(top, set_fixed, NULL);
    }
    return loops;
}

struct directive_list directive_list_loops(
    struct directive *directive, int first, int *end)
{
    struct directive_list list = {0};
    int i = first;

    for (; i < directive->n_words; i++) {
        const struct ast_word *word = &directive->words[i];

        if (word->kind == AST_WORD_COMMA)
            continue;
        if (list.n && (directive_is_word(directive, i, "as") ||
                          directive_is_word(directive, i, "by")))
            break;
        VECTOR_PUSH(directive->schedule->c->arena, &list, word);
    }
    *end = i;
    return list;
}

bool directive_get_number(struct directive *directive, const char *word,
    int64_t limit, int64_t *value)
{
    for (int i = 0; i + 1 < directive->n_words; i++) {
        const struct ast_word *number = &directive->words[i + 1];

        if (!directive_is_word(directive, i, word))
            continue;
        if (number->kind != AST_WORD_INTEGER || number->integer < 1 ||
            number->integer > limit) {
            diag_error(directive->schedule->c->diag, number->range, DIAG_E0403,
                "expected a number from 1 to %lld after '%s'", (long long)limit,
                word);
            return false;
        }
        *value = number->integer;
        return true;
    }
    return true;
}

bool directive_check_mode(
    struct directive *directive, const struct schedule_node *loop)
{
    struct diag *diag = directive->schedule->c->diag;

    if (!loop->mode_range.source)
        return true;
    diag_error(diag, directive->ast->range, DIAG_E0404,
        "'%s' contradicts an earlier directive for loop '%s'", directive->text,
        loop->name->text);
    diag_note(diag, loop->mode_range, "the earlier directive is here");
    return false;
}

bool directive_check_loops(struct directive *directive, bool parallel_only)
{
    struct schedule *schedule = directive->schedule;
    struct schedule_nodes loops = {0};

    schedule_collect_loops(schedule, schedule->root, &loops);
    for (int i = 0; i < loops.n; i++) {
        const struct schedule_node *loop = loops.at[i];
        bool asks = !parallel_only && schedule_has_inner_loop(loop) &&
                    (loop->jam > 1 || loop->is_unrolled);
        enum schedule_question question = loop->is_thread ? SCHEDULE_REDUCE
                                          : schedule_is_concurrent(loop)
                                              ? SCHEDULE_PARALLEL
                                              : SCHEDULE_JAM;

        if (loop->n_lanes > 1 && !parallel_only) {
            question = SCHEDULE_VECTOR;
            asks = true;
        }
        if ((asks || schedule_is_concurrent(loop)) &&
            !schedule_is_legal(schedule, question, loop, true,
                directive->ast->range, directive->text))
            return false;
    }
    return true;
}

/* Is it the name of a parameter, a size or a tensor of the kernel? */
static bool is_declared(
    const struct ast_kernel *kernel, const struct name *name)
{
    for (int i = 0; i < kernel->n_parameters; i++)
        if (kernel->parameters[i]->name == name)
            return true;
    for (int i = 0; i < kernel->n_sizes; i++)
        if (kernel->sizes[i]->name == name)
            return true;
    for (int i = 0; i < kernel->n_tensors; i++)
        if (kernel->tensors[i]->name == name)
            return true;
    return false;
}

bool directive_is_name_taken(struct directive *directive,
    struct schedule_node *self, const struct name *name)
{
    struct schedule_nodes same =
        schedule_find_loops(directive->schedule, name->text);

    for (int i = 0; i < same.n; i++)
        if (same.at[i] != self && (schedule_is_above(same.at[i], self) ||
                                      schedule_is_above(self, same.at[i])))
            return true;
    return is_declared(directive->schedule->model->kernel, name);
}

/* The words with holes replaced by their first choice. */
static void add_words(struct compilation *c, struct directive *directive,
    int *capacity, int n, const struct ast_word *words)
{
    for (int i = 0; i < n; i++) {
        if (words[i].kind == AST_WORD_HOLE && words[i].n_choices) {
            add_words(c, directive, capacity, words[i].choices[0].n_words,
                words[i].choices[0].words);
            continue;
        }
        if (directive->n_words == *capacity)
            directive->words = vector_grow(c->arena, (void *)directive->words,
                directive->n_words, capacity, sizeof *words);
        ((struct ast_word *)directive->words)[directive->n_words++] = words[i];
    }
}

/* Refuse a directive for GPUs on a CPU, and the other way round. */
static bool check_target(struct directive *directive)
{
    static const bool runs[][AST_N_DIRECTIVES] = {{
#define DIRECTIVE(id, name, shape, cpu, gpu) cpu,
#include "../lang/directives.def"
#undef DIRECTIVE
                                                  },
        {
#define DIRECTIVE(id, name, shape, cpu, gpu) gpu,
#include "../lang/directives.def"
#undef DIRECTIVE
        }};
    const struct machine *machine = directive->schedule->machine;

    if (runs[machine->gpu != NULL][directive->ast->kind])
        return true;
    diag_error(directive->schedule->c->diag, directive->ast->name_range,
        DIAG_E0502, "directive '%s' is for %s; the target is %s",
        directive->ast->name->text, machine->gpu ? "CPUs" : "GPUs",
        machine->level);
    return false;
}

/* Call what implements the directive. */
static bool apply_directive(struct directive *directive)
{
    if (!check_target(directive))
        return false;
    switch (directive->ast->kind) {
    case AST_DIRECTIVE_LAYOUT:
        return directive_layout(directive);
    case AST_DIRECTIVE_ORDER:
        return directive_order(directive);
    case AST_DIRECTIVE_TILE:
        return directive_tile(directive);
    case AST_DIRECTIVE_FUSE:
        return directive_fuse(directive);
    case AST_DIRECTIVE_MERGE:
        return directive_merge(directive);
    case AST_DIRECTIVE_COMPUTE:
        return directive_compute(directive);
    case AST_DIRECTIVE_VECTORIZE:
        return directive_vectorize(directive);
    case AST_DIRECTIVE_UNROLL:
        return directive_unroll(directive);
    case AST_DIRECTIVE_PARALLEL:
        return directive_parallel(directive);
    case AST_DIRECTIVE_STAGE:
        return directive_stage(directive);
    case AST_DIRECTIVE_PACK:
        return directive_pack(directive);
    case AST_DIRECTIVE_PREFER:
        return directive_prefer(directive);
    case AST_DIRECTIVE_TUNED:
    case AST_DIRECTIVE_ALGORITHM:
        return true; /* the parser has said all there is to say */
    case AST_DIRECTIVE_BLOCK:
        return directive_block(directive);
    case AST_DIRECTIVE_THREAD:
        return directive_thread(directive);
    case AST_DIRECTIVE_PIPELINE:
        return directive_pipeline(directive);
    case AST_N_DIRECTIVES:
        break;
    }
    return false;
}

bool schedule_apply(
    struct schedule *schedule, const struct ast_schedule *source)
{
    struct compilation *c = schedule->c;

    for (int i = 0; i < source->n_directives; i++) {
        struct directive directive = {
            .schedule = schedule, .ast = source->directives[i]};
        struct text text = text_new(c->arena);
        int capacity = 0;

        add_words(c, &directive, &capacity, directive.ast->n_words,
            directive.ast->words);
        ast_print_directive(&text, directive.ast);
        while (text.length && strchr("; \n", text.at[text.length - 1]))
            text.at[--text.length] = 0;
        directive.text = text.at;
        if (!apply_directive(&directive))
            return false;
    }
    return true;
}
