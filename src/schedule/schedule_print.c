#include "schedule/schedule.h"

#include <string.h>

/* A loop, its modes, its coordinates. */
static void print_loop(struct text *text, const struct schedule *schedule,
    const struct schedule_node *node)
{
    text_printf(text, "loop %s", node->name->text);
    if (node->is_parallel)
        text_append(text, " parallel");
    if (node->is_block)
        text_append(text, " block");
    if (node->is_thread)
        text_append(text, " thread");
    if (node->n_lanes > 1)
        text_printf(text, " vectorize by %d", node->n_lanes);
    if (node->is_unrolled)
        text_append(text, node->is_jammed ? " jam" : " unroll");
    if (node->jam > 1)
        text_printf(text, " unroll by %d", node->jam);
    if (node->n_buffers > 1)
        text_printf(text, " pipeline by %d", node->n_buffers);
    for (int i = 0; i < schedule->model->n_statements; i++) {
        if (!node->coordinates[i])
            continue;
        text_printf(text, "  %s: ", schedule->model->statements[i]->name->text);
        affine_print(text, node->coordinates[i]);
    }
    text_append(text, "\n");
}

/* The assignment of a statement. */
static void print_statement(
    struct text *text, const struct model_statement *statement)
{
    text_printf(
        text, "%s: %s", statement->name->text, statement->target->name->text);
    for (int i = 0; i < statement->target->n_dimensions; i++) {
        text_append(text, "[");
        affine_print(text, statement->index[i]);
        text_append(text, "]");
    }
    text_append(text, " = ");
    value_print(text, statement->value);
    if (statement->range.source)
        text_printf(text, "  // line %d",
            source_locate(statement->range.source, statement->range.begin)
                .line);
    text_append(text, "\n");
}

/* A node and what is below. */
static void print_node(struct text *text, const struct schedule *schedule,
    const struct schedule_node *node, int indent)
{
    text_indent(text, indent);
    switch (node->kind) {
    case SCHEDULE_LOOP:
        print_loop(text, schedule, node);
        break;
    case SCHEDULE_SEQUENCE:
        text_append(text, "sequence\n");
        break;
    case SCHEDULE_STATEMENT:
        print_statement(text, node->statement);
        break;
    }
    for (int i = 0; i < node->n_children; i++)
        print_node(text, schedule, node->children[i], indent + 2);
}

void schedule_print(struct text *text, const struct schedule *schedule)
{
    text_printf(text, "schedule of %s for %s\n",
        schedule->model->kernel->name->text, schedule->machine->level);
    if (schedule->n_threads)
        text_printf(text, "  threads of a block %d\n", schedule->n_threads);
    for (int i = 0; i < schedule->model->n_arrays; i++)
        if (schedule->is_streamed[i])
            text_printf(text, "  stores to %s go past the caches\n",
                schedule->model->arrays[i]->name->text);
    if (schedule->point.windows)
        text_printf(text, "  windows by %s\n",
            schedule->point.windows == SCHEDULE_WINDOWS_LOADS ? "loads"
                                                              : "shifts");
    if (schedule->point.prefetch_bytes)
        text_printf(text, "  lines asked for %d bytes ahead\n",
            schedule->point.prefetch_bytes);
    print_node(text, schedule, schedule->root, 2);
}

bool schedule_is_equal(
    struct compilation *c, const struct schedule *a, const struct schedule *b)
{
    struct text texts[2] = {text_new(c->arena), text_new(c->arena)};

    schedule_print(&texts[0], a);
    schedule_print(&texts[1], b);
    return strcmp(texts[0].at, texts[1].at) == 0;
}
