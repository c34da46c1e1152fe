/* Sizes that a schedule's condition fixes: constants in the body it is for. */
#include "driver/driver_internal.h"

/* An integer, maybe with a sign. */
static bool read_integer(
    const struct ast_expression *expression, int64_t *value)
{
    bool is_negated =
        expression->kind == AST_UNARY && expression->operator== AST_NEGATE;

    if (is_negated)
        expression = expression->operands[0];
    *value = is_negated ? -expression->integer : expression->integer;
    return expression->kind == AST_INTEGER;
}

/* The parameter that must have a value, which is no constant yet; NULL. */
static const struct ast_parameter *read_equality(
    const struct ast_expression *expression, int64_t *value)
{
    bool is_equality =
        expression->kind == AST_BINARY && expression->operator== AST_EQUAL;
    const struct ast_expression *name;
    bool is_first;

    if (!is_equality)
        return NULL;
    is_first = expression->operands[0]->kind == AST_NAME;
    name = expression->operands[!is_first];
    if (name->kind != AST_NAME ||
        name->declared.kind != AST_DECLARED_PARAMETER ||
        !read_integer(expression->operands[is_first], value) ||
        header_is_fixed(name->declared.parameter))
        return NULL;
    return name->declared.parameter;
}

/* The bindings being made. */
struct bound {
    struct compilation *c;
    VECTOR(struct model_binding) bindings;
    bool is_covered; /* by the body for a listed value */
};

/* Is the value one of those listed, which have a body of their own? */
static bool is_listed(const struct ast_parameter *parameter, int64_t value)
{
    for (int i = 0; i < parameter->n_values; i++)
        if (parameter->values[i] == value)
            return true;
    return false;
}

/* Bind what the parts joined by '&&' fix. */
static void bind(struct bound *bound, const struct ast_expression *condition)
{
    struct model_binding binding;

    if (condition->kind == AST_BINARY && condition->operator== AST_AND) {
        bind(bound, condition->operands[0]);
        bind(bound, condition->operands[1]);
        return;
    }
    binding.parameter = read_equality(condition, &binding.value);
    if (!binding.parameter)
        return;
    for (int i = 0; i < bound->bindings.n; i++)
        if (bound->bindings.at[i].parameter == binding.parameter)
            return;
    bound->is_covered =
        bound->is_covered || is_listed(binding.parameter, binding.value);
    VECTOR_PUSH(bound->c->arena, &bound->bindings, binding);
}

/* Do both bind the same parameters to the same values? */
static bool is_same(
    const struct driver_variant *a, const struct driver_variant *b)
{
    if (a->n_bindings != b->n_bindings)
        return false;
    for (int i = 0; i < a->n_bindings; i++) {
        bool found = false;

        for (int j = 0; j < b->n_bindings; j++)
            found = found ||
                    (a->bindings[i].parameter == b->bindings[j].parameter &&
                        a->bindings[i].value == b->bindings[j].value);
        if (!found)
            return false;
    }
    return true;
}

bool condition_bind(struct compilation *c, const struct driver_kernel *kernel,
    const struct ast_expression *condition, struct driver_variant *variant)
{
    struct bound bound = {.c = c};

    for (int i = 0; i < variant->n_bindings; i++)
        VECTOR_PUSH(c->arena, &bound.bindings, variant->bindings[i]);
    bind(&bound, condition);
    variant->n_bindings = bound.bindings.n;
    variant->bindings = bound.bindings.at;
    for (int i = 0; i < kernel->variants.n; i++) {
        const struct driver_variant *other = &kernel->variants.at[i];

        if (other->machine == variant->machine && !other->size_class &&
            is_same(other, variant))
            return false;
    }
    return !bound.is_covered;
}
