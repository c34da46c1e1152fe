/* --emit=model: parameters, context, arrays, tree, statements, dependences,
 * always in the same order.
 */
#include "model/model_internal.h"

#include <stdlib.h>

/* Append an isl object's text and free it. */
static void print_isl(struct text *text, char *isl_text)
{
    text_append(text, isl_text ? isl_text : "?");
    text_append(text, "\n");
    free(isl_text);
}

/* Append "in f32 x[N][C]". */
static void print_array(struct text *text, const struct array *array)
{
    static const char *const kinds[] = {
        [ARRAY_IN] = "in",
        [ARRAY_OUT] = "out",
        [ARRAY_INOUT] = "inout",
        [ARRAY_LOCAL] = "local",
        [ARRAY_PRIVATE] = "private",
        [ARRAY_REGISTER] = "register",
        [ARRAY_STACK] = "stack",
        [ARRAY_SHARED] = "shared",
    };

    text_printf(text, "  %s %s %s", kinds[array->kind], dtype_name(array->type),
        array->name->text);
    for (int i = 0; i < array->n_dimensions; i++) {
        text_append(text, "[");
        if (array->extents[i])
            affine_print(text, array->extents[i]);
        text_append(text, "]");
    }
    text_append(text, array->is_strided ? " strided\n" : "\n");
}

/* Append the loops and statements below a node, indented. */
static void print_node(
    struct text *text, const struct model_node *node, int depth)
{
    int inner = depth;

    if (node->kind != MODEL_SEQUENCE) {
        text_indent(text, 2 * depth);
        inner++;
    }
    if (node->kind == MODEL_LOOP) {
        text_printf(text, "for %s in ", node->name->text);
        affine_print(text, node->lower);
        text_append(text, "..");
        affine_print(text, node->upper);
        text_append(text, "\n");
    } else if (node->kind == MODEL_STATEMENT) {
        text_printf(text, "%s\n", node->statement->name->text);
    }
    for (int i = 0; i < node->n_children; i++)
        print_node(text, node->children[i], inner);
}

/* Append the reads of a statement, by array. */
static void print_reads(struct text *text, const struct model *model,
    const struct model_statement *statement)
{
    for (int i = 0; i < model->n_arrays; i++) {
        struct model *lent = (struct model *)model;
        isl_space *space = isl_space_map_from_domain_and_range(
            model_statement_space(lent, statement),
            model_array_space(lent, model->arrays[i]));
        isl_map *map = isl_union_map_extract_map(statement->reads, space);

        if (isl_map_plain_is_empty(map) == isl_bool_false) {
            text_append(text, "    read ");
            print_isl(text, isl_map_to_str(map));
        }
        isl_map_free(map);
    }
}

/* Append one statement. */
static void print_statement(struct text *text, const struct model *model,
    const struct model_statement *statement)
{
    text_printf(
        text, "  %s: %s", statement->name->text, statement->target->name->text);
    for (int i = 0; i < statement->target->n_dimensions; i++) {
        text_append(text, i ? ", " : "[");
        affine_print(text, statement->index[i]);
    }
    text_append(text, statement->target->n_dimensions ? "] = " : " = ");
    value_print(text, statement->value);
    if (statement->range.source)
        text_printf(text, "  // line %d",
            source_locate(statement->range.source, statement->range.begin)
                .line);
    text_append(text, "\n    domain ");
    print_isl(text, isl_set_to_str(statement->domain));
    text_append(text, "    write ");
    print_isl(text, isl_map_to_str(statement->write));
    print_reads(text, model, statement);
}

/* Append the dependences of one kind, by pair of statements. */
static void print_dependences(struct text *text, const struct model *model,
    const char *kind, __isl_keep isl_union_map *dependences)
{
    struct model *lent = (struct model *)model;

    for (int i = 0; i < model->n_statements; i++)
        for (int j = 0; j < model->n_statements; j++) {
            isl_space *space = isl_space_map_from_domain_and_range(
                model_statement_space(lent, model->statements[i]),
                model_statement_space(lent, model->statements[j]));
            isl_map *map = isl_union_map_extract_map(dependences, space);

            if (isl_map_plain_is_empty(map) == isl_bool_false) {
                text_printf(text, "  %s ", kind);
                print_isl(text, isl_map_to_str(map));
            }
            isl_map_free(map);
        }
}

void model_print_class(struct text *text, const struct model *model,
    const char *first, const char *then)
{
    const char *before = first;

    if (model->large) {
        text_printf(text, "%s%s of %lld bytes or more", before,
            model->large->name->text, (long long)model->large_bytes);
        before = then;
    }
    for (int i = model->n_requires - model->n_given; i < model->n_requires;
         i++) {
        text_append(text, before);
        guard_print(text, model->requires[i]);
        before = then;
    }
}

void model_print(struct text *text, const struct model *model)
{
    text_printf(text, "model %s\nparameters", model->kernel->name->text);
    for (int i = 0; i < model->n_parameters; i++)
        text_printf(
            text, "%s %s", i ? "," : "", model->parameters[i]->name->text);
    text_append(text, "\ncontext ");
    print_isl(text, isl_set_to_str(model->context));
    for (int i = 0; i < model->n_requires; i++) {
        text_append(text, "require ");
        guard_print(text, model->requires[i]);
        text_append(text, "\n");
    }
    text_append(text, "arrays\n");
    for (int i = 0; i < model->n_arrays; i++)
        print_array(text, model->arrays[i]);
    text_append(text, "tree\n");
    print_node(text, model->root, 1);
    text_append(text, "statements\n");
    for (int i = 0; i < model->n_statements; i++)
        print_statement(text, model, model->statements[i]);
    text_append(text, "dependences\n");
    print_dependences(text, model, "flow", model->flow);
    print_dependences(text, model, "anti", model->anti);
    print_dependences(text, model, "output", model->output);
}
