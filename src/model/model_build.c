/* A kernel to its model: parameters, sizes, arrays, context; then the body.
 *
 * Takes     a kernel after parser_check, and values of set parameters.
 * Ensures   what model.h says of struct model, unchecked.
 */
#include "model/model_internal.h"

#include <isl/options.h>

/* ---- Parameters and sizes ---------------------------------------------- */

/* Variables for the parameters that stay symbolic. */
static void build_parameters(struct model_builder *b)
{
    const struct ast_kernel *kernel = b->model->kernel;
    struct model *model = b->model;
    int64_t value;

    model->parameters =
        ARENA_ARRAY(b->c->arena, kernel->n_parameters, const struct variable *);
    model->declared = ARENA_ARRAY(
        b->c->arena, kernel->n_parameters, const struct ast_parameter *);
    for (int i = 0; i < kernel->n_parameters; i++) {
        const struct ast_parameter *parameter = kernel->parameters[i];

        model_unique_name(b, parameter->name);
        if (model_parameter_value(b, parameter, &value))
            continue;
        model->declared[model->n_parameters] = parameter;
        model->parameters[model->n_parameters++] =
            variable_new(b->v, VARIABLE_PARAMETER, parameter->name);
    }
}

/* The affine forms of the sizes. */
static bool build_sizes(struct model_builder *b)
{
    const struct ast_kernel *kernel = b->model->kernel;
    bool ok = true;

    b->model->sizes =
        ARENA_ARRAY(b->c->arena, kernel->n_sizes, const struct affine *);
    for (int i = 0; i < kernel->n_sizes; i++) {
        b->model->sizes[i] = model_read_affine(b, kernel->sizes[i]->value);
        ok = ok && b->model->sizes[i];
    }
    return ok;
}

/* ---- Arrays ------------------------------------------------------------ */

/* Report a negative extent, with the formula in numbers. */
static bool refuse_extent(struct model_builder *b,
    const struct ast_tensor *tensor, int dimension, int64_t value)
{
    const struct ast_expression *extent = tensor->extents[dimension];
    struct text formula = text_new(b->c->arena);
    struct text name = text_new(b->c->arena);

    ast_print_expression(&name, extent);
    if (extent->kind == AST_NAME &&
        extent->declared.kind == AST_DECLARED_SIZE) {
        const struct ast_expression *of = extent->declared.size->value;

        text_append(&formula, " = ");
        ast_print_expression(&formula, of);
        extent = of;
    }
    text_append(&formula, " = ");
    model_print_numbers(b, &formula, extent);
    if (extent->kind != AST_NAME && extent->kind != AST_INTEGER)
        text_printf(&formula, " = %lld", (long long)value);
    diag_error(b->c->diag, tensor->range, DIAG_E0208,
        "extent %d of '%s' is negative: %s%s", dimension + 1,
        tensor->name->text, name.at, formula.at);
    return false;
}

/* Refuse an array whose known extents need 2^63 bytes or more. */
static bool check_bytes(struct model_builder *b, const struct array *array)
{
    int64_t size_bytes = dtype_bits(array->type) / 8;
    bool overflow = false;

    for (int i = 0; i < array->n_dimensions; i++) {
        if (!affine_is_constant(array->extents[i]))
            continue;
        if (array->extents[i]->constant == 0)
            return true;
        overflow = __builtin_mul_overflow(
                       size_bytes, array->extents[i]->constant, &size_bytes) ||
                   overflow;
    }
    if (overflow)
        diag_error(b->c->diag, array->range, DIAG_E0210,
            "tensor '%s' needs 2^63 bytes or more", array->name->text);
    return !overflow;
}

/* One tensor. */
static bool build_tensor(
    struct model_builder *b, const struct ast_tensor *tensor)
{
    static const enum array_kind kinds[] = {
        [AST_IN] = ARRAY_IN,
        [AST_OUT] = ARRAY_OUT,
        [AST_INOUT] = ARRAY_INOUT,
        [AST_LOCAL] = ARRAY_LOCAL,
    };
    struct array *array = ARENA_NEW(b->c->arena, struct array);
    bool ok = true;

    array->kind = kinds[tensor->direction];
    array->name = tensor->name;
    array->range = tensor->range;
    array->type = tensor->type;
    array->n_dimensions = tensor->n_dimensions;
    array->is_strided = tensor->is_strided;
    array->position = tensor->position;
    array->id = b->arrays.n;
    array->extents =
        ARENA_ARRAY(b->c->arena, tensor->n_dimensions, const struct affine *);
    VECTOR_PUSH(b->c->arena, &b->arrays, array);
    model_unique_name(b, tensor->name);
    array_set_plain_axes(b->v, array);
    for (int i = 0; i < tensor->n_dimensions; i++) {
        array->extents[i] = model_read_affine(b, tensor->extents[i]);
        if (!array->extents[i])
            ok = false;
        else if (affine_is_constant(array->extents[i]) &&
                 array->extents[i]->constant < 0)
            ok = refuse_extent(b, tensor, i, array->extents[i]->constant);
    }
    return ok && check_bytes(b, array);
}

/* All tensors. */
static bool build_tensors(struct model_builder *b)
{
    const struct ast_kernel *kernel = b->model->kernel;
    bool ok = true;

    for (int i = 0; i < kernel->n_tensors; i++)
        ok = build_tensor(b, kernel->tensors[i]) && ok;
    return ok;
}

/* ---- Context ----------------------------------------------------------- */

/* Remember a condition the entry checks. */
static void add_require(struct model_builder *b, const struct guard *guard,
    struct source_range range)
{
    struct model *model = b->model;

    if (!guard)
        return;
    for (int i = 0; i < model->n_requires; i++)
        if (guard_is_equal(model->requires[i], guard))
            return;
    model->requires[model->n_requires] = guard;
    model->require_ranges[model->n_requires++] = range;
}

/* Report a condition that the known values violate. */
static bool refuse_require(
    struct model_builder *b, const struct ast_expression *condition)
{
    struct text text = text_new(b->c->arena);
    struct text numbers = text_new(b->c->arena);

    ast_print_expression(&text, condition);
    model_print_numbers(b, &numbers, condition);
    diag_error(b->c->diag, condition->range, DIAG_E0209,
        "the condition '%s' does not hold: %s", text.at, numbers.at);
    for (int i = 0; i < b->n_bindings; i++)
        diag_note(b->c->diag, b->bindings[i].parameter->range, "for %s = %lld",
            b->bindings[i].parameter->name->text,
            (long long)b->bindings[i].value);
    return false;
}

/* The conditions written as "require", then extents >= 0. */
static bool build_requires(struct model_builder *b)
{
    const struct ast_kernel *kernel = b->model->kernel;
    struct model *model = b->model;
    const struct guard *guard;
    bool ok = true;
    int n = kernel->n_requires;

    for (int i = 0; i < kernel->n_tensors; i++)
        n += kernel->tensors[i]->n_dimensions;
    model->requires = ARENA_ARRAY(b->c->arena, n, const struct guard *);
    model->require_ranges = ARENA_ARRAY(b->c->arena, n, struct source_range);
    for (int i = 0; i < kernel->n_requires; i++) {
        const struct ast_expression *condition = kernel->requires[i];

        if (!model_read_condition(b, condition, &guard))
            ok = false;
        else if (guard_is_false(guard))
            ok = refuse_require(b, condition);
        else
            add_require(b, guard, condition->range);
    }
    for (int i = 0; i < b->arrays.n; i++)
        for (int j = 0; j < b->arrays.at[i]->n_dimensions; j++)
            if (b->arrays.at[i]->extents[j])
                add_require(b, guard_all(b->v, 1, &b->arrays.at[i]->extents[j]),
                    kernel->tensors[i]->extents[j]->range);
    return ok;
}

/* A closed set of values whose parameter is not bound: one of them. */
static const struct guard *listed_values(struct model_builder *b, int parameter)
{
    const struct ast_parameter *declared = b->model->declared[parameter];
    const struct affine *at =
        affine_variable(b->v, b->model->parameters[parameter]);
    const struct guard *guard = guard_false(b->v);

    if (declared->kind != AST_PARAMETER_SET || declared->is_open)
        return NULL;
    for (int i = 0; i < declared->n_values; i++) {
        const struct affine *terms[] = {
            affine_shift(b->v, at, -declared->values[i]),
            affine_shift(b->v, affine_scale(b->v, at, -1), declared->values[i]),
        };

        guard = guard_or(b->v, guard, guard_all(b->v, 2, terms));
    }
    return guard;
}

/* The set of allowed parameter values; false after reporting, or with isl
 * in error. */
static bool build_context(struct model_builder *b)
{
    struct model *model = b->model;
    const struct guard *plain = NULL;
    isl_bool is_empty;

    for (int i = 0; i < model->n_requires; i++)
        if (model->requires[i] -> n_clauses == 1)
            plain = guard_and(b->v, plain, model->requires[i]);
    model->context = model_guard_to_isl(model, plain, NULL);
    for (int i = 0; i < model->n_requires; i++)
        if (model->requires[i] -> n_clauses > 1)
            model->context = isl_set_intersect(model->context,
                model_guard_to_isl(model, model->requires[i], NULL));
    for (int i = 0; i < model->n_parameters; i++)
        if (listed_values(b, i))
            model->context = isl_set_intersect(model->context,
                model_guard_to_isl(model, listed_values(b, i), NULL));
    is_empty = isl_set_is_empty(model->context);
    if (is_empty != isl_bool_true)
        return is_empty == isl_bool_false;
    diag_error(b->c->diag,
        model->n_requires ? model->require_ranges[0]
                          : model->kernel->name_range,
        DIAG_E0209,
        "the conditions on the parameters of '%s' are contradictory",
        model->kernel->name->text);
    for (int i = 1; i < model->n_requires; i++)
        diag_note(b->c->diag, model->require_ranges[i],
            "together with this, which may not be negative or must hold");
    return false;
}

/* ---- The whole --------------------------------------------------------- */

/* Everything that is read from the source. */
static bool build_all(struct model_builder *b)
{
    struct model *model = b->model;
    bool ok;

    build_parameters(b);
    ok = build_sizes(b) && build_tensors(b);
    ok = build_requires(b) && ok;
    ok = ok && build_context(b) && model_build_body(b);
    model->n_arrays = b->arrays.n;
    model->arrays = b->arrays.at;
    model->n_statements = b->statements.n;
    model->statements = b->statements.at;
    return ok;
}

/* An empty model with its isl context. */
static struct model *new_model(
    struct compilation *c, const struct ast_kernel *kernel)
{
    struct model *model = ARENA_NEW(c->arena, struct model);

    model->c = c;
    model->kernel = kernel;
    model->values = value_context_new(c);
    model->ctx = isl_ctx_alloc();
    isl_options_set_on_error(model->ctx, ISL_ON_ERROR_CONTINUE);
    return model;
}

struct model *model_build(struct compilation *c,
    const struct ast_kernel *kernel, int n_bindings,
    const struct model_binding *bindings)
{
    struct model *model = new_model(c, kernel);
    struct model_builder b = {.c = c,
        .model = model,
        .v = model->values,
        .n_bindings = n_bindings,
        .bindings = bindings};
    bool ok;

    model->is_special = n_bindings > 0;
    model_begin_phase(model, "the model");
    ok = build_all(&b);
    if (ok)
        model_build_accesses(model);
    ok = model_end_phase(model, kernel->name_range) && ok;
    if (!ok)
        return model_free(model);
    model_begin_phase(model, "dependence analysis");
    model_build_dependences(model);
    if (!model_end_phase(model, kernel->name_range))
        return model_free(model);
    return model;
}

/* The isl objects of a model, without its context. */
static void free_sets(struct model *model)
{
    for (int i = 0; i < model->n_statements; i++) {
        isl_set_free(model->statements[i]->domain);
        isl_union_map_free(model->statements[i]->reads);
        isl_map_free(model->statements[i]->write);
    }
    isl_set_free(model->context);
    isl_union_map_free(model->flow);
    isl_union_map_free(model->anti);
    isl_union_map_free(model->output);
}

struct model *model_free(struct model *model)
{
    if (!model)
        return NULL;
    for (struct model *copy = model->derived; copy; copy = copy->derived)
        free_sets(copy);
    free_sets(model);
#ifndef NDEBUG
    isl_options_set_on_error(model->ctx, ISL_ON_ERROR_ABORT);
#endif
    isl_ctx_free(model->ctx);
    return NULL;
}
