/* What the grammar's actions do for schedules: directives are lists of words
 * here, parser_directive.c checks them.
 */
#include "parser/parser_build.h"

enum { MOST_WORDS = 256, MOST_AXES = 64 };

/* A target's name from its pieces: "x86", "-", "64", ... */
const struct name *parser_build_target(struct parser_context *context,
    const struct name *before, struct source_range range)
{
    struct text text = text_new(context->c->scratch);
    if (before)
        text_printf(&text, "%s-", before->text);
    text_append_bytes(
        &text, range.source->text + range.begin, range.end - range.begin);
    return name_get(context->c->names, text.at, text.length);
}

void parser_build_schedule_begin(struct parser_context *context,
    const struct name *kernel, struct source_range kernel_range,
    const struct name *target, struct source_range target_range,
    struct ast_expression *condition)
{
    struct ast_schedule *schedule =
        ARENA_NEW(context->c->arena, struct ast_schedule);
    schedule->kernel_name = kernel;
    schedule->kernel_range = kernel_range;
    schedule->target = target;
    schedule->target_range = target_range;
    schedule->condition = condition;
    context->schedule = schedule;
    context->directives.n = context->directives.capacity = 0;
}

void parser_build_schedule_end(
    struct parser_context *context, struct source_range range)
{
    struct ast_schedule *schedule = context->schedule;
    schedule->range = range;
    schedule->n_directives = context->directives.n;
    schedule->directives = context->directives.at;
    VECTOR_PUSH(context->c->arena, &context->schedules, schedule);
    context->directives.n = context->directives.capacity = 0;
}

void parser_build_directive(struct parser_context *context,
    const struct name *name, struct source_range name_range,
    const struct ast_word_list *words, struct source_range range)
{
    struct ast_directive *directive =
        ARENA_NEW(context->c->arena, struct ast_directive);
    directive->kind = AST_N_DIRECTIVES;
    directive->name = name;
    directive->name_range = name_range;
    directive->range = range;
    directive->n_words = words->n_words;
    directive->words = words->words;
    VECTOR_PUSH(context->c->arena, &context->directives, directive);
}

struct ast_word_list *parser_build_word_list(struct parser_context *context)
{
    return ARENA_NEW(context->c->arena, struct ast_word_list);
}

/* Append the axis of the layout word "axis" to the layout word "word". */
static void extend_layout(struct parser_context *context, struct ast_word *word,
    const struct ast_word *axis)
{
    if (word->n_axes == MOST_AXES) {
        parser_syntax_too_many(
            context, axis->range, "dimensions in a layout", MOST_AXES);
        return;
    }
    struct ast_layout_axis *axes = ARENA_ARRAY(
        context->c->arena, word->n_axes + 1, struct ast_layout_axis);
    for (int i = 0; i < word->n_axes; i++)
        axes[i] = word->axes[i];
    axes[word->n_axes++] = axis->axes[0];
    word->axes = axes;
    word->range = source_join(word->range, axis->range);
}

/* Append a word; an axis right after a layout belongs to it. */
struct ast_word_list *parser_build_add_word(struct parser_context *context,
    struct ast_word_list *list, struct ast_word word)
{
    int n = list->n_words;
    if (n > 0 && word.kind == AST_WORD_LAYOUT &&
        list->words[n - 1].kind == AST_WORD_LAYOUT) {
        extend_layout(context, &list->words[n - 1], &word);
        return list;
    }
    if (n == MOST_WORDS) {
        parser_syntax_too_many(
            context, word.range, "words in a directive", MOST_WORDS);
        return list;
    }
    if ((n & (n - 1)) == 0) {
        struct ast_word *words =
            ARENA_ARRAY(context->c->arena, n ? 2 * n : 1, struct ast_word);
        for (int i = 0; i < n; i++)
            words[i] = list->words[i];
        list->words = words;
    }
    list->words[list->n_words++] = word;
    return list;
}

struct ast_word parser_build_word(struct parser_context *context,
    enum ast_word_kind kind, const struct name *name, int64_t integer,
    struct source_range range)
{
    (void)context;
    return (struct ast_word){
        .kind = kind, .name = name, .integer = integer, .range = range};
}

/* The text of the range without blanks as one name: "t.l", "in". */
struct ast_word parser_build_dotted(
    struct parser_context *context, struct source_range range)
{
    struct text text = text_new(context->c->scratch);
    for (uint32_t i = range.begin; i < range.end; i++)
        if ((unsigned char)range.source->text[i] > ' ')
            text_append_bytes(&text, range.source->text + i, 1);
    return parser_build_word(context, AST_WORD_NAME,
        name_get(context->c->names, text.at, text.length), 0, range);
}

struct ast_word parser_build_hole(struct parser_context *context,
    const struct parser_list *choices, struct source_range range)
{
    struct ast_word word = {.kind = AST_WORD_HOLE, .range = range};
    word.n_choices = choices->nodes.n;
    word.choices =
        ARENA_ARRAY(context->c->arena, word.n_choices, struct ast_word_list);
    for (int i = 0; i < word.n_choices; i++)
        word.choices[i] = *(const struct ast_word_list *)choices->nodes.at[i];
    return word;
}

/* A layout of one axis so far. */
struct ast_word parser_build_layout(struct parser_context *context,
    struct ast_layout_axis axis, struct source_range range)
{
    struct ast_word word = {.kind = AST_WORD_LAYOUT, .range = range};
    word.n_axes = 1;
    word.axes = ARENA_NEW(context->c->arena, struct ast_layout_axis);
    word.axes[0] = axis;
    return word;
}

/* An axis named by the text of its extent. */
static struct ast_layout_axis build_named_axis(struct parser_context *context,
    struct ast_expression *extent, struct source_range range)
{
    struct text text = text_new(context->c->scratch);
    struct ast_layout_axis axis = {.range = range, .position = -1};
    ast_print_expression(&text, extent);
    axis.extent = extent;
    axis.name = name_get(context->c->names, text.at, text.length);
    return axis;
}

/* "[C]", "[C/16]" or "[C%16]"; an extent with a division of its own is put
 * in parentheses: "[(L/2)]". */
struct ast_layout_axis parser_build_axis(struct parser_context *context,
    struct ast_expression *extent, struct source_range range)
{
    bool is_division =
        extent->kind == AST_BINARY &&
        (extent->operator== AST_DIVIDE || extent->operator== AST_REMAINDER) &&
        extent->range.begin == extent->operands[0]->range.begin;
    if (!is_division || extent->operands[1]->kind != AST_INTEGER)
        return build_named_axis(context, extent, range);
    struct ast_layout_axis axis =
        build_named_axis(context, extent->operands[0], range);
    axis.block = extent->operands[1]->integer;
    axis.is_inner = extent->operator== AST_REMAINDER;
    if (axis.block < 1)
        diag_error(context->c->diag, extent->operands[1]->range, DIAG_E0403,
            "the block of a layout is at least 1, not %lld",
            (long long)axis.block);
    return axis;
}

/* "[#1]", "[#1/16]" or "[#1%16]". */
struct ast_layout_axis parser_build_axis_at(struct parser_context *context,
    int64_t position, int64_t block, bool is_inner, struct source_range range)
{
    (void)context;
    return (struct ast_layout_axis){.range = range,
        .position = position > 1000 ? 1000 : (int)position,
        .block = block,
        .is_inner = is_inner};
}

/* The block of an axis is a hole. */
struct ast_layout_axis parser_build_axis_hole(struct parser_context *context,
    struct ast_expression *extent, int64_t position, struct ast_word hole,
    bool is_inner, struct source_range range)
{
    struct ast_layout_axis axis =
        extent ? build_named_axis(context, extent, range)
               : parser_build_axis_at(context, position, 0, is_inner, range);
    axis.is_inner = is_inner;
    axis.block_hole = arena_copy(context->c->arena, &hole, sizeof hole);
    for (int i = hole.n_choices - 1; i >= 0; i--) {
        const struct ast_word *word = hole.choices[i].words;
        if (hole.choices[i].n_words == 1 && word->kind == AST_WORD_INTEGER &&
            word->integer > 0)
            axis.block = word->integer;
        else
            diag_error(context->c->diag, word->range, DIAG_E0403,
                "expected a block size, an integer of at least 1");
    }
    return axis;
}
