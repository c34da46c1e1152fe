/* Random expressions over the loops in scope, and random tensors to read:
 * their extents follow from the indices, so that every access is inside. */
#include "fuzz.h"

static struct fuzz_affine pick_loop(
    struct fuzz_case *fuzz, const struct fuzz_scope *scope)
{
    if (scope->n_loops == 0)
        return affine_constant(0);
    return affine_symbol(
        scope->loops[random_below(&fuzz->random, scope->n_loops)]);
}

/* upper - 1 - i */
static struct fuzz_affine reverse_loop(
    struct fuzz_case *fuzz, const struct fuzz_scope *scope)
{
    if (scope->n_loops == 0)
        return affine_constant(0);
    int loop = scope->loops[random_below(&fuzz->random, scope->n_loops)];
    struct fuzz_affine upper = fuzz->loops[loop - FUZZ_FIRST_LOOP].upper;
    return affine_add(
        affine_shift(upper, -1), -1, FUZZ_NO_SYMBOL, affine_symbol(loop));
}

/* An index as a kernel would have it, not yet shifted inside. */
static struct fuzz_index draw_index(
    struct fuzz_case *fuzz, const struct fuzz_scope *scope)
{
    static const int weights[] = {45, 12, 8, 10, 6, 6, 6, 3, 5};
    struct fuzz_random *random = &fuzz->random;
    struct fuzz_affine a = pick_loop(fuzz, scope);
    struct fuzz_affine b = pick_loop(fuzz, scope);
    int factor = random_between(random, 1, 3);
    switch (random_weighted(random, 9, weights)) {
    case 1:
        return index_plain(affine_add(a, factor == 3 ? 2 : 1, -1, b));
    case 2:
        return index_plain(
            affine_add(affine_constant(factor - 1), factor, -1, a));
    case 3:
        return index_plain(affine_shift(a, random_between(random, -2, 2)));
    case 4:
        return index_plain(reverse_loop(fuzz, scope));
    case 5:
        case_note(fuzz, FUZZ_FEATURE_FLOOR);
        return index_floor(affine_shift(a, random_between(random, -1, 2)),
            factor + 1, FUZZ_NO_SYMBOL, affine_constant(0));
    case 6:
        case_note(fuzz, FUZZ_FEATURE_MODULO);
        return index_modulo(
            affine_shift(a, random_between(random, -1, 3)), factor + 1);
    case 7:
        return index_plain(affine_constant(random_between(random, 0, 2)));
    case 8:
        return index_plain(affine_add(a, -1, FUZZ_NO_SYMBOL, b));
    default:
        return index_plain(a);
    }
}

/* Move an index so that its least value is 0; the extent it then needs, with
 * "slack" more elements. */
static struct fuzz_index fit_index(
    struct fuzz_case *fuzz, struct fuzz_index *index, int slack)
{
    if (index->quasi == FUZZ_PLAIN) {
        struct fuzz_index low = index_bound(fuzz, *index, false);
        bool is_positive = low.outer.n_terms == 0 && low.outer.constant >= 0;
        if (!is_positive)
            index->outer =
                affine_add(index->outer, -1, FUZZ_NO_SYMBOL, low.outer);
    }
    if (index->quasi == FUZZ_FLOOR) {
        struct fuzz_index low = index_bound(fuzz, *index, false);
        bool is_positive = low.inner.n_terms == 0 && low.inner.constant >= 0;
        if (!is_positive)
            index->inner =
                affine_add(index->inner, -1, FUZZ_NO_SYMBOL, low.inner);
    }
    struct fuzz_index extent = index_bound(fuzz, *index, true);
    extent.outer = affine_shift(extent.outer, 1 + slack);
    return extent;
}

/* An extent for an index that may leave: the extent of some loop. */
static struct fuzz_index loose_extent(
    struct fuzz_case *fuzz, const struct fuzz_scope *scope)
{
    struct fuzz_affine size =
        affine_constant(random_between(&fuzz->random, 1, 9));
    if (scope->n_loops > 0) {
        int loop = scope->loops[random_below(&fuzz->random, scope->n_loops)];
        struct fuzz_affine upper = fuzz->loops[loop - FUZZ_FIRST_LOOP].upper;
        if (upper.n_terms == 1 && upper.terms[0].symbol < FUZZ_FIRST_LOOP &&
            upper.terms[0].coefficient > 0 && upper.constant >= 0)
            size = upper;
    }
    return index_plain(size);
}

/* A literal of a type: small, exact in all of them. */
static int draw_literal(struct fuzz_case *fuzz, enum fuzz_dtype type)
{
    static const double literals[] = {
        0.5, 1.0, 2.0, 3.0, 0.25, -1.0, -2.0, 1.5, 4.0, 0.0};
    int at = random_below(&fuzz->random, 10);
    if (type == FUZZ_I32)
        return build_literal(fuzz, type, random_between(&fuzz->random, -3, 7));
    return build_literal(fuzz, type, literals[at]);
}

/* What "else" gives: 0 (a tap) or another literal. */
static int draw_otherwise(struct fuzz_case *fuzz, enum fuzz_dtype type)
{
    bool is_zero = random_chance(&fuzz->random, 70);
    fuzz->no_specials = true;
    case_note(fuzz, is_zero ? FUZZ_FEATURE_ELSE_ZERO : FUZZ_FEATURE_ELSE_VALUE);
    return build_literal(fuzz, type, is_zero ? 0.0 : 2.0);
}

/* A tensor with borders. */
static int draw_border_load(struct fuzz_case *fuzz,
    const struct fuzz_scope *scope, enum fuzz_dtype type, int rank)
{
    struct fuzz_random *random = &fuzz->random;
    struct fuzz_index index[FUZZ_MAX_RANK];
    struct fuzz_index extents[FUZZ_MAX_RANK];
    bool uses_else = random_chance(random, 55);
    for (int i = 0; i < rank; i++) {
        index[i] = draw_index(fuzz, scope);
        bool is_plain = index[i].quasi == FUZZ_PLAIN;
        if (random_chance(random, 50) && (uses_else || is_plain)) {
            extents[i] = loose_extent(fuzz, scope);
            index[i].outer =
                affine_shift(index[i].outer, random_between(random, -2, 2));
            if (!uses_else)
                build_border(fuzz, &index[i],
                    (enum fuzz_border)random_between(random, 1, 3),
                    &extents[i]);
        } else {
            extents[i] = fit_index(fuzz, &index[i], 0);
        }
    }
    int tensor = build_tensor(
        fuzz, "a", FUZZ_IN, dtype_random(fuzz, type), rank, extents);
    int otherwise = uses_else ? draw_otherwise(fuzz, type) : -1;
    return build_load(fuzz, tensor, index, otherwise);
}

/* x[i], or x[i] + x[i + 1] - x[i + 2]. */
static int draw_window(struct fuzz_case *fuzz, int tensor,
    struct fuzz_index *index, int rank, int slack)
{
    int value = build_load(fuzz, tensor, index, -1);
    for (int i = 0; i < slack; i++) {
        index[rank - 1].outer = affine_shift(index[rank - 1].outer, 1);
        int next = build_load(fuzz, tensor, index, -1);
        enum fuzz_operator operator= random_chance(&fuzz->random, 70)
            ? FUZZ_ADD
            : FUZZ_SUBTRACT;
        value = build_binary(fuzz, operator, value, next);
    }
    return value;
}

int value_random_load(struct fuzz_case *fuzz, const struct fuzz_scope *scope,
    enum fuzz_dtype type)
{
    static const int ranks[] = {8, 42, 35, 15};
    struct fuzz_random *random = &fuzz->random;
    int rank = random_weighted(random, 4, ranks);
    if (rank == 0)
        case_note(fuzz, FUZZ_FEATURE_SCALAR_ARGUMENT);
    if (rank > 0 && random_chance(random, 25))
        return draw_border_load(fuzz, scope, type, rank);
    struct fuzz_index index[FUZZ_MAX_RANK];
    struct fuzz_index extents[FUZZ_MAX_RANK];
    int slack = rank > 0 && random_chance(random, 20)
                    ? random_between(random, 1, 2)
                    : 0;
    for (int i = 0; i < rank; i++) {
        index[i] = draw_index(fuzz, scope);
        bool is_last = i == rank - 1;
        extents[i] = fit_index(fuzz, &index[i], is_last ? slack : 0);
    }
    int tensor = build_tensor(
        fuzz, "a", FUZZ_IN, dtype_random(fuzz, type), rank, extents);
    return draw_window(fuzz, tensor, index, rank, slack);
}

/* f32(i + 2*j) */
static int draw_index_value(struct fuzz_case *fuzz,
    const struct fuzz_scope *scope, enum fuzz_dtype type)
{
    int at = build_expression(fuzz, FUZZ_INDEX_VALUE, type);
    fuzz->expressions[at].index[0] = index_plain(
        affine_add(pick_loop(fuzz, scope), random_between(&fuzz->random, -1, 2),
            FUZZ_NO_SYMBOL, pick_loop(fuzz, scope)));
    return at;
}

/* a[i - c] where i >= c, or a[i + c] where i + c < E: the load and the
 * condition under which it is inside. */
static int draw_guarded_load(struct fuzz_case *fuzz,
    const struct fuzz_scope *scope, enum fuzz_dtype type,
    struct fuzz_condition *condition)
{
    struct fuzz_random *random = &fuzz->random;
    int loop = scope->loops[random_below(random, scope->n_loops)];
    const struct fuzz_loop *around = &fuzz->loops[loop - FUZZ_FIRST_LOOP];
    struct fuzz_index extent =
        index_bound(fuzz, index_plain(affine_symbol(loop)), true);
    extent.outer = affine_shift(extent.outer, 1);
    bool is_low = random_chance(random, 50) && around->lower.n_terms == 0;
    int step = random_between(random, 1, 4);
    struct fuzz_affine at =
        affine_shift(affine_symbol(loop), is_low ? -step : step);
    struct fuzz_index index = index_plain(at);
    if (is_low)
        *condition = (struct fuzz_condition){true, FUZZ_GREATER_EQUAL,
            affine_symbol(loop), affine_constant(step)};
    else
        *condition = (struct fuzz_condition){true, FUZZ_LESS, at, extent.outer};
    int tensor =
        build_tensor(fuzz, "e", FUZZ_IN, dtype_random(fuzz, type), 1, &extent);
    case_note(fuzz, FUZZ_FEATURE_GUARD);
    return build_load(fuzz, tensor, &index, -1);
}

/* i >= 2 ? a[i - 2] : e, or (i >= 2 && a[i - 2] > 1) ? x : y */
static int draw_guarded(struct fuzz_case *fuzz, const struct fuzz_scope *scope,
    enum fuzz_dtype type)
{
    struct fuzz_condition condition;
    int load = draw_guarded_load(fuzz, scope, type, &condition);
    int other = value_random_load(fuzz, scope, type);
    bool is_logical = random_chance(&fuzz->random, 40);
    int test = -1;
    if (is_logical) {
        test = build_expression(fuzz, FUZZ_TEST, FUZZ_BOOL);
        fuzz->expressions[test].condition = condition;
        int compared =
            build_binary(fuzz, FUZZ_IS_GREATER, load, draw_literal(fuzz, type));
        test = build_binary(fuzz, FUZZ_AND, test, compared);
        load = value_random_load(fuzz, scope, type);
    }
    int at = build_expression(fuzz, FUZZ_SELECT, type);
    struct fuzz_expression *select = &fuzz->expressions[at];
    if (!is_logical)
        select->condition = condition;
    if (is_logical)
        select->operands[select->n_operands++] = test;
    select->operands[select->n_operands++] = load;
    select->operands[select->n_operands++] = other;
    return at;
}

/* A value that is not a literal. */
static int draw_leaf(struct fuzz_case *fuzz, const struct fuzz_scope *scope,
    enum fuzz_dtype type)
{
    static const int weights[] = {74, 8, 10, 8};
    switch (random_weighted(&fuzz->random, 4, weights)) {
    case 3:
        if (scope->n_loops > 0)
            return draw_guarded(fuzz, scope, type);
        return value_random_load(fuzz, scope, type);
    case 1:
        return draw_index_value(fuzz, scope, type);
    case 2: {
        enum fuzz_dtype other = dtype_random_arithmetic(fuzz);
        int load = value_random_load(fuzz, scope, other);
        return build_convert(fuzz, type, load);
    }
    default:
        return value_random_load(fuzz, scope, type);
    }
}

/* a < b ? x : y, or i < 3 ? x : y */
static int draw_select(struct fuzz_case *fuzz, const struct fuzz_scope *scope,
    enum fuzz_dtype type)
{
    int a = value_random(fuzz, scope, type);
    int b = value_random(fuzz, scope, type);
    case_note(fuzz, FUZZ_FEATURE_SELECT);
    int at = build_expression(fuzz, FUZZ_SELECT, type);
    if (scope->n_loops > 0 && random_chance(&fuzz->random, 40)) {
        fuzz->expressions[at].condition = (struct fuzz_condition){true,
            (enum fuzz_comparison)random_below(&fuzz->random, 4),
            pick_loop(fuzz, scope),
            affine_constant(random_between(&fuzz->random, 0, 5))};
        fuzz->expressions[at].n_operands = 2;
        fuzz->expressions[at].operands[0] = a;
        fuzz->expressions[at].operands[1] = b;
        return at;
    }
    int test = build_binary(fuzz,
        (enum fuzz_operator)random_between(
            &fuzz->random, FUZZ_IS_LESS, FUZZ_IS_NOT_EQUAL),
        value_random_load(fuzz, scope, type), draw_literal(fuzz, type));
    if (random_chance(&fuzz->random, 25)) {
        int other = build_binary(fuzz, FUZZ_IS_GREATER,
            value_random_load(fuzz, scope, type), draw_literal(fuzz, type));
        test = build_binary(fuzz,
            random_chance(&fuzz->random, 50) ? FUZZ_AND : FUZZ_OR, test, other);
    }
    if (random_chance(&fuzz->random, 15))
        test = build_unary(fuzz, FUZZ_NOT, test);
    fuzz->expressions[at].n_operands = 3;
    fuzz->expressions[at].operands[0] = test;
    fuzz->expressions[at].operands[1] = a;
    fuzz->expressions[at].operands[2] = b;
    return at;
}

/* Division: of integers by a constant that is not 0. */
static int draw_division(struct fuzz_case *fuzz, int a)
{
    static const int divisors[] = {2, 3, 4, 5, 7, -3, 1};
    enum fuzz_dtype type = fuzz->expressions[a].type;
    int divisor = random_pick(&fuzz->random, 7, divisors);
    int b = build_literal(fuzz, type, divisor);
    bool is_remainder = type == FUZZ_I32 && random_chance(&fuzz->random, 50);
    return build_binary(
        fuzz, is_remainder ? FUZZ_REMAINDER : FUZZ_DIVIDE, a, b);
}

/* A call of an exact function. */
static int draw_call(struct fuzz_case *fuzz, const struct fuzz_scope *scope,
    enum fuzz_dtype type, int a)
{
    int last = type == FUZZ_I32 ? FUZZ_RELU : FUZZ_SQRT;
    enum fuzz_function function =
        (enum fuzz_function)random_between(&fuzz->random, 0, last);
    int b = -1;
    if (function <= FUZZ_MAX)
        b = random_chance(&fuzz->random, 50)
                ? draw_literal(fuzz, type)
                : value_random_load(fuzz, scope, type);
    return build_call(fuzz, function, a, b);
}

int value_random(struct fuzz_case *fuzz, const struct fuzz_scope *scope,
    enum fuzz_dtype type)
{
    static const int weights[] = {24, 12, 26, 7, 11, 7, 5, 8};
    struct fuzz_scope inner = *scope;
    inner.depth--;
    if (scope->depth <= 0)
        return draw_leaf(fuzz, scope, type);
    int choice = random_weighted(&fuzz->random, 8, weights);
    if (choice == 6)
        return draw_select(fuzz, &inner, type);
    int a = value_random(fuzz, &inner, type);
    if (choice == 3)
        return draw_division(fuzz, a);
    if (choice == 4)
        return draw_call(fuzz, &inner, type, a);
    if (choice == 5)
        return build_unary(fuzz, FUZZ_NEGATE, a);
    if (choice == 7)
        return a;
    int b = random_chance(&fuzz->random, 20) ? draw_literal(fuzz, type)
                                             : value_random(fuzz, &inner, type);
    enum fuzz_operator operator=(enum fuzz_operator) choice;
    if (random_chance(&fuzz->random, 30))
        return build_binary(fuzz, operator, b, a);
    return build_binary(fuzz, operator, a, b);
}

int value_activate(struct fuzz_case *fuzz, int value)
{
    enum fuzz_dtype type = fuzz->expressions[value].type;
    if (!random_chance(&fuzz->random, 35))
        return value;
    if (type == FUZZ_I32 || random_chance(&fuzz->random, 45))
        return build_call(fuzz, FUZZ_RELU, value, -1);
    enum fuzz_function function = (enum fuzz_function)random_between(
        &fuzz->random, FUZZ_TANH, FUZZ_HARDSWISH);
    return build_call(fuzz, function, value, -1);
}
