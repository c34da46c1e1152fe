/* Every operation and function, scalar and in vectors, at every ISA level and
 * fused or not, has the bits of value_compute; what is evaluated only under a
 * condition is not loaded otherwise; reductions and windows. */
#include "codegen_cpu/codegen_cpu.h"

#include "codegen_harness.h"

/* y[p + lane] = value(x[p + lane], w[p + lane], s, v[0]) for all p. */
struct pointwise {
    struct harness h;
    const struct affine *n;
    const struct variable *p;
    const struct variable *lane;
    const struct affine *at;
    struct array *x;
    struct array *w;
    struct array *u;
    struct array *y;
};

static void begin_pointwise(
    struct pointwise *f, enum dtype type, enum dtype result, int n_lanes)
{
    struct harness *h = &f->h;
    harness_begin(h);
    f->n = of(h, add_parameter(h, "N"));
    const struct affine *one = constant(h, 1);
    f->x = add_array(h, ARRAY_IN, "x", type, 1, &f->n);
    f->w = add_array(h, ARRAY_IN, "w", type, 1, &f->n);
    f->u = add_array(h, ARRAY_IN, "u", type, 1, &one);
    f->y = add_array(h, ARRAY_OUT, "y", result, 1, &f->n);
    f->p = variable_new_loop(h->v, name_of(h->c.names, "p"), n_lanes);
    f->at = of(h, f->p);
    f->lane = NULL;
    if (n_lanes > 1) {
        f->lane = variable_new_lane(h->v, n_lanes);
        f->at = plus(h, f->at, of(h, f->lane));
    }
}

/* for p: y[p + lane] = value where p + lane < N */
static void finish_pointwise(struct pointwise *f, const struct value *value)
{
    struct harness *h = &f->h;
    const struct affine *left = affine_shift(h->v, minus(h, f->n, f->at), -1);
    struct loop_node *node = assign_n(h, f->y, 1, &f->at, value, f->lane,
        f->lane ? all_of(h, 1, &left) : NULL);
    h->program.body = loop_over(
        h, f->p, constant(h, 0), f->n, f->lane ? f->lane->n_lanes : 1, node);
}

/* Compile for all levels ("has_fma": with FMA fused if the level has it, and
 * without) and run on sizes that end with -1. */
static void run_everywhere(
    struct harness *h, const int64_t *sizes, bool has_fma, const char *what)
{
    const struct machine *levels[8];
    int n_levels = host_levels(levels);
    for (int i = 0; i < n_levels; i++)
        for (int fused = 0; fused <= (has_fma && levels[i]->has_fma); fused++) {
            h->program.fused = fused;
            build(h, levels[i]);
            load_object(h);
            for (const int64_t *n = sizes; *n >= 0; n++)
                run_and_compare(h, what, n, (uint32_t)(*n + 3 * i), i % 2 == 0);
        }
}

/* Operand k of an operation that takes "type". */
static const struct value *make_operand(struct pointwise *f, int k)
{
    const struct affine *zero = constant(&f->h, 0);
    if (k == 0)
        return load1(&f->h, f->x, f->at);
    return k == 1 ? load1(&f->h, f->w, f->at) : load1(&f->h, f->u, zero);
}

static bool is_for_type(enum value_operation operation, enum dtype type)
{
    switch (operation) {
    case VALUE_FMA:
    case VALUE_SQRT:
    case VALUE_FLOOR:
    case VALUE_ROUND:
    case VALUE_RSQRT:
    case VALUE_EXP:
    case VALUE_LOG:
    case VALUE_TANH:
    case VALUE_SILU:
    case VALUE_SIGMOID:
    case VALUE_GELU:
    case VALUE_SOFTPLUS:
    case VALUE_HARDSWISH:
    case VALUE_BITS:
        return dtype_is_float(type);
    case VALUE_REMAINDER:
    case VALUE_AND:
    case VALUE_OR:
    case VALUE_XOR:
    case VALUE_SHIFT_LEFT:
    case VALUE_SHIFT_RIGHT:
    case VALUE_FROM_BITS:
        return type == DTYPE_I32;
    case VALUE_ADD:
    case VALUE_SUBTRACT:
    case VALUE_MULTIPLY:
    case VALUE_DIVIDE:
    case VALUE_NEGATE:
    case VALUE_ABS:
    case VALUE_MIN:
    case VALUE_MAX:
    case VALUE_LESS:
    case VALUE_LESS_EQUAL:
    case VALUE_EQUAL:
    case VALUE_NOT_EQUAL:
    case VALUE_RELU:
        return true;
    case VALUE_NOT:
    case VALUE_SELECT:
    case VALUE_FAST_EXP2:
    case VALUE_FAST_RECIPROCAL:
    case VALUE_FAST_RSQRT:
    case VALUE_N_OPERATIONS:
        break;
    }
    return false;
}

/* Is the operation, or what a function expands to, fused somewhere? */
static bool has_fma(enum value_operation operation)
{
    static const bool is_function[] = {
#define OPERATION(id, name, n_operands, is_function) is_function,
#include "value/operations.def"
#undef OPERATION
    };
    return operation == VALUE_FMA || is_function[operation];
}

static int count_operands(enum value_operation operation)
{
    static const int n[] = {
#define OPERATION(id, name, n_operands, is_function) n_operands,
#include "value/operations.def"
#undef OPERATION
    };
    return n[operation];
}

/* The operation on x[p], w[p] (a constant where it must be one), u[0]. */
static const struct value *make_operation(
    struct pointwise *f, enum value_operation operation, enum dtype type)
{
    struct value_context *v = f->h.v;
    bool needs_constant = operation == VALUE_SHIFT_LEFT ||
                          operation == VALUE_SHIFT_RIGHT ||
                          operation == VALUE_REMAINDER ||
                          (operation == VALUE_DIVIDE && type == DTYPE_I32);
    const struct value *a = make_operand(f, 0);
    const struct value *b =
        needs_constant ? value_integer(v, type, 5) : make_operand(f, 1);
    switch (count_operands(operation)) {
    case 1:
        return value_operation1(v, operation, a);
    case 2:
        return value_operation2(v, operation, a, b);
    }
    return value_operation3(v, operation, a, b, make_operand(f, 2));
}

static void test_operations(void **state)
{
    static const enum dtype types[] = {DTYPE_F32, DTYPE_F64, DTYPE_I32};
    (void)state;
    for (int operation = 0; operation < VALUE_N_OPERATIONS; operation++)
        for (int t = 0; t < 3; t++)
            for (int lanes = 1; lanes <= 16; lanes *= 4) {
                struct pointwise f;
                if (!is_for_type((enum value_operation)operation, types[t]))
                    continue;
                begin_pointwise(&f, types[t], types[t], lanes);
                const struct value *value = make_operation(
                    &f, (enum value_operation)operation, types[t]);
                if (value->type == DTYPE_BOOL)
                    value = value_operation3(f.h.v, VALUE_SELECT, value,
                        make_operand(&f, 1), make_operand(&f, 2));
                value = value_convert(
                    f.h.v, types[t], value_expand(f.h.v, value, false));
                finish_pointwise(&f, value);
                run_everywhere(&f.h, (const int64_t[]){41, -1},
                    has_fma((enum value_operation)operation),
                    value_operation_name((enum value_operation)operation));
                harness_end(&f.h);
            }
}

/* p + lane + shift is inside 0 .. N-1 */
static const struct value *make_inside(struct pointwise *f, int64_t shift)
{
    struct harness *h = &f->h;
    const struct affine *terms[2] = {affine_shift(h->v, f->at, shift),
        affine_shift(h->v, minus(h, f->n, f->at), -1 - shift)};
    return value_predicate(h->v, all_of(h, 2, terms));
}

/* select(inside, x[p + 2], select(inside, w[p - 1], 7)), and the same behind
 * && and ||: loads of the arm not chosen do not happen. */
static void test_predicates(void **state)
{
    (void)state;
    for (int lanes = 1; lanes <= 16; lanes *= 4)
        for (int form = 0; form < 3; form++) {
            struct pointwise f;
            begin_pointwise(&f, DTYPE_F32, DTYPE_F32, lanes);
            struct value_context *v = f.h.v;
            const struct value *seven = value_real(v, DTYPE_F32, 7);
            const struct value *up = load1(&f.h, f.x, affine_shift(v, f.at, 2));
            const struct value *down =
                load1(&f.h, f.w, affine_shift(v, f.at, -1));
            const struct value *value =
                value_operation3(v, VALUE_SELECT, make_inside(&f, 2), up,
                    value_operation3(
                        v, VALUE_SELECT, make_inside(&f, -1), down, seven));
            const struct value *is_up =
                value_operation2(v, VALUE_LESS, seven, up);
            if (form == 1)
                value = value_operation3(v, VALUE_SELECT,
                    value_operation2(v, VALUE_AND, make_inside(&f, 2), is_up),
                    value_real(v, DTYPE_F32, 1), value);
            if (form == 2)
                value = value_operation3(v, VALUE_SELECT,
                    value_operation2(v, VALUE_OR,
                        value_operation1(v, VALUE_NOT, make_inside(&f, 2)),
                        is_up),
                    seven, value);
            finish_pointwise(&f, value);
            run_everywhere(
                &f.h, (const int64_t[]){1, 50, -1}, false, "predicate");
            harness_end(&f.h);
        }
}

/* u[0] where p is beyond the middle, else w[..] scalar: a scalar load in a
 * vector statement that is inside only for some p. */
static void test_uniform_loads(void **state)
{
    struct pointwise f;
    (void)state;
    begin_pointwise(&f, DTYPE_F32, DTYPE_F32, 8);
    struct harness *h = &f.h;
    const struct affine *p = of(h, f.p);
    const struct affine *far = affine_shift(h->v, p, 20);
    const struct affine *terms[2] = {
        affine_shift(h->v, minus(h, f.n, f.at), -21),
        affine_shift(h->v, minus(h, f.n, far), -1)};
    const struct value *value = value_operation3(h->v, VALUE_SELECT,
        value_predicate(h->v, all_of(h, 1, terms)), load1(h, f.w, far),
        value_real(h->v, DTYPE_F32, 3));
    finish_pointwise(&f, value);
    run_everywhere(h, (const int64_t[]){50, 7, -1}, false, "uniform");
    harness_end(h);
}

/* y[0] = y[0] op x[0] op x[1] ..., lanes in order. */
static void test_reductions(void **state)
{
    static const enum dtype types[] = {
        DTYPE_F32, DTYPE_I32, DTYPE_F64, DTYPE_F16, DTYPE_U8};
    (void)state;
    for (int update = MODEL_ACCUMULATE; update <= MODEL_MAXIMIZE; update++)
        for (int t = 0; t < 5; t++) {
            struct pointwise f;
            begin_pointwise(&f, types[t], types[t], 8);
            struct harness *h = &f.h;
            const struct affine *zero = constant(h, 0);
            const struct affine *left =
                affine_shift(h->v, minus(h, f.n, f.at), -1);
            f.y->kind = ARRAY_INOUT;
            h->kernel.tensors[3]->direction = AST_INOUT;
            struct loop_node *node = assign_n(h, f.y, 1, &zero,
                value_convert(
                    h->v, dtype_arithmetic(types[t]), load1(h, f.x, f.at)),
                f.lane, all_of(h, 1, &left));
            node->reduce = (enum model_update)update;
            h->program.body = loop_over(h, f.p, zero, f.n, 8, node);
            run_everywhere(
                h, (const int64_t[]){0, 8, 21, -1}, false, "reduction");
            harness_end(h);
        }
}

/* Windows: a chunk in each of two registers, taps by shifts. */
static void test_windows(void **state)
{
    static const enum dtype types[] = {DTYPE_F32, DTYPE_F64, DTYPE_I32};
    (void)state;
    for (int t = 0; t < 3; t++)
        for (int amount = 0; amount <= 8; amount++) {
            struct pointwise f;
            begin_pointwise(&f, types[t], types[t], 8);
            struct harness *h = &f.h;
            struct array *low = add_register(h, "low", types[t], 8);
            struct array *high = add_register(h, "high", types[t], 8);
            struct array *sum = add_register(h, "sum", types[t], 8);
            const struct affine *next = affine_shift(h->v, f.at, 8);
            const struct affine *lefts[2] = {
                affine_shift(h->v, minus(h, f.n, f.at), -1),
                affine_shift(h->v, minus(h, f.n, next), -1)};
            const struct value *window =
                value_shift(h->v, load0(h, low), load0(h, high), amount);
            struct loop_node *body[6];
            const struct value *zero = types[t] == DTYPE_I32
                                           ? value_integer(h->v, types[t], 0)
                                           : value_real(h->v, types[t], 0);
            body[0] = assign_n(h, low, 0, NULL, zero, f.lane, NULL);
            body[1] = assign_n(h, high, 0, NULL, zero, f.lane, NULL);
            body[2] = assign_n(h, low, 0, NULL, load1(h, f.x, f.at), f.lane,
                all_of(h, 1, &lefts[0]));
            body[3] = assign_n(h, high, 0, NULL, load1(h, f.x, next), f.lane,
                all_of(h, 1, &lefts[1]));
            body[4] = assign_n(h, sum, 0, NULL,
                value_operation2(
                    h->v, VALUE_ADD, window, load1(h, f.u, constant(h, 0))),
                f.lane, NULL);
            body[5] = assign_n(h, f.y, 1, &f.at, load0(h, sum), f.lane,
                all_of(h, 1, &lefts[0]));
            h->program.body =
                loop_over(h, f.p, constant(h, 0), f.n, 8, sequence(h, 6, body));
            run_everywhere(h, (const int64_t[]){45, -1}, false, "window");
            harness_end(h);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operations),
        cmocka_unit_test(test_predicates),
        cmocka_unit_test(test_uniform_loads),
        cmocka_unit_test(test_reductions),
        cmocka_unit_test(test_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
