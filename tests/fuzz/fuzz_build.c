/* Making the pieces of a kernel. A full array marks the case as unusable and
 * gives position 0. */
#include <string.h>

#include "fuzz.h"

/* The next position of an array with a limit. */
static int take_position(struct fuzz_case *fuzz, int *n, int limit)
{
    if (*n < limit)
        return (*n)++;
    fuzz->is_full = true;
    return 0;
}

void case_note(struct fuzz_case *fuzz, enum fuzz_feature feature)
{
    fuzz->features[feature] = true;
}

/* A name nobody has yet: "x", "x2", "x3", ... */
static void choose_name(
    const struct fuzz_case *fuzz, const char *name, char result[16])
{
    char candidate[16];
    snprintf(candidate, sizeof candidate, "%s", name);
    for (unsigned char number = 2; number < 100; number++) {
        bool is_taken = false;
        for (int i = 0; i < fuzz->n_parameters; i++)
            is_taken |= strcmp(fuzz->parameters[i].name, candidate) == 0;
        for (int i = 0; i < fuzz->n_sizes; i++)
            is_taken |= strcmp(fuzz->sizes[i].name, candidate) == 0;
        for (int i = 0; i < fuzz->n_tensors; i++)
            is_taken |= strcmp(fuzz->tensors[i].name, candidate) == 0;
        for (int i = 0; i < fuzz->n_scalars; i++)
            is_taken |= strcmp(fuzz->scalars[i].name, candidate) == 0;
        if (!is_taken)
            break;
        snprintf(candidate, sizeof candidate, "%.11s%d", name, number);
    }
    memcpy(result, candidate, sizeof candidate);
}

/* Sizes worth trying: 0, 1, primes, powers of two and their neighbours. */
static int draw_extent(struct fuzz_random *random, bool is_small)
{
    static const int small[] = {1, 2, 2, 3, 3, 4, 5, 7, 8};
    static const int general[] = {1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 15, 16, 17,
        19, 23, 29, 31, 32, 33, 37, 47, 63, 64, 65, 100, 127, 128, 129, 200,
        255, 257};
    if (random_chance(random, 4))
        return 0;
    if (is_small)
        return random_pick(random, 9, small);
    return random_pick(random, 31, general);
}

/* Give a parameter its values in the runs. */
static void draw_runs(
    struct fuzz_case *fuzz, struct fuzz_parameter *parameter, bool is_small)
{
    for (int i = 0; i < FUZZ_MAX_RUNS; i++)
        parameter->runs[i] = draw_extent(&fuzz->random, is_small);
    if (parameter->is_defined || parameter->kind == FUZZ_CONSTANT)
        for (int i = 1; i < FUZZ_MAX_RUNS; i++)
            parameter->runs[i] = parameter->runs[0];
}

static int add_parameter(struct fuzz_case *fuzz, const char *name)
{
    int at = take_position(fuzz, &fuzz->n_parameters, FUZZ_MAX_PARAMETERS);
    struct fuzz_parameter *parameter = &fuzz->parameters[at];
    memset(parameter, 0, sizeof *parameter);
    choose_name(fuzz, name, parameter->name);
    return at;
}

/* The values of a set: "low .. high" without duplicates, in any order; the
 * runs take them in turn, now and then another one. */
static void draw_set(struct fuzz_case *fuzz, struct fuzz_parameter *parameter,
    int low, int high, bool may_be_open)
{
    struct fuzz_random *random = &fuzz->random;
    parameter->kind = FUZZ_SET;
    parameter->is_open = may_be_open && random_chance(random, 60);
    int n = random_between(random, 1, 3);
    for (int i = 0; i < n && parameter->n_values < FUZZ_MAX_VALUES; i++) {
        int value = random_between(random, low, high);
        bool is_new = true;
        for (int j = 0; j < parameter->n_values; j++)
            is_new &= parameter->values[j] != value;
        if (is_new)
            parameter->values[parameter->n_values++] = value;
    }
    for (int i = 0; i < FUZZ_MAX_RUNS; i++) {
        parameter->runs[i] = parameter->values[i % parameter->n_values];
        if (i > 0 && random_chance(random, 25))
            parameter->runs[i] = random_between(random, low, high + 2);
    }
    if (random_chance(random, 15)) {
        parameter->is_defined = true;
        for (int i = 0; i < FUZZ_MAX_RUNS; i++)
            parameter->runs[i] = parameter->values[0];
    }
    case_note(fuzz,
        parameter->is_open ? FUZZ_FEATURE_SET_OPEN : FUZZ_FEATURE_SET_CLOSED);
}

int build_extent(struct fuzz_case *fuzz, const char *name, bool is_small)
{
    struct fuzz_random *random = &fuzz->random;
    for (int i = 0; i < fuzz->n_parameters; i++)
        if (strcmp(fuzz->parameters[i].name, name) == 0 &&
            !fuzz->parameters[i].is_multiplier && random_chance(random, 75))
            return i;
    int at = add_parameter(fuzz, name);
    struct fuzz_parameter *parameter = &fuzz->parameters[at];
    int kind = random_below(random, 100);
    if (is_small && kind < 12) {
        draw_set(fuzz, parameter, 1, 7, true);
        return at;
    }
    parameter->kind = kind < 20 ? FUZZ_CONSTANT : FUZZ_RUNTIME;
    parameter->is_defined = kind >= 20 && random_chance(random, 30);
    draw_runs(fuzz, parameter, is_small);
    parameter->default_value = parameter->runs[0];
    case_note(fuzz, parameter->is_defined             ? FUZZ_FEATURE_DEFINED
                    : parameter->kind == FUZZ_RUNTIME ? FUZZ_FEATURE_RUNTIME
                                                      : FUZZ_FEATURE_DEFINED);
    return at;
}

struct fuzz_number build_number(struct fuzz_case *fuzz, const char *name,
    int low, int high, bool is_multiplier)
{
    struct fuzz_random *random = &fuzz->random;
    struct fuzz_number number = {
        FUZZ_NO_SYMBOL, random_between(random, low, high)};
    if (random_chance(random, 65))
        return number;
    int at = add_parameter(fuzz, name);
    struct fuzz_parameter *parameter = &fuzz->parameters[at];
    parameter->is_multiplier = is_multiplier;
    number.symbol = at;
    int kind = random_below(random, 100);
    if (kind < 25) {
        draw_set(fuzz, parameter, low, high, !is_multiplier);
        return number;
    }
    parameter->kind = kind < 70 || is_multiplier ? FUZZ_CONSTANT : FUZZ_RUNTIME;
    parameter->is_defined = random_chance(random, 30);
    parameter->default_value = number.value;
    int value = random_between(random, low, high);
    for (int i = 0; i < FUZZ_MAX_RUNS; i++) {
        parameter->runs[i] = parameter->is_defined ? value : number.value;
        if (parameter->kind == FUZZ_RUNTIME && !parameter->is_defined)
            parameter->runs[i] = random_between(random, low, high);
    }
    if (parameter->is_defined)
        case_note(fuzz, FUZZ_FEATURE_DEFINED);
    return number;
}

struct fuzz_affine affine_add_number(struct fuzz_affine a, int sign,
    struct fuzz_number number, struct fuzz_affine b)
{
    if (number.symbol != FUZZ_NO_SYMBOL)
        return affine_add(a, sign, number.symbol, b);
    return affine_add(a, sign * number.value, FUZZ_NO_SYMBOL, b);
}

int build_size(
    struct fuzz_case *fuzz, const char *name, struct fuzz_index value)
{
    int at = take_position(fuzz, &fuzz->n_sizes, FUZZ_MAX_SIZES);
    choose_name(fuzz, name, fuzz->sizes[at].name);
    fuzz->sizes[at].value = value;
    return FUZZ_FIRST_SIZE + at;
}

int build_loop(struct fuzz_case *fuzz, const char *name,
    struct fuzz_affine lower, struct fuzz_affine upper)
{
    int at = take_position(fuzz, &fuzz->n_loops, FUZZ_MAX_LOOPS);
    snprintf(fuzz->loops[at].name, sizeof fuzz->loops[at].name, "%s", name);
    fuzz->loops[at].lower = lower;
    fuzz->loops[at].upper = upper;
    return FUZZ_FIRST_LOOP + at;
}

int build_tensor(struct fuzz_case *fuzz, const char *name,
    enum fuzz_direction direction, enum fuzz_dtype dtype, int rank,
    const struct fuzz_index *extents)
{
    int at = take_position(fuzz, &fuzz->n_tensors, FUZZ_MAX_TENSORS);
    struct fuzz_tensor *tensor = &fuzz->tensors[at];
    memset(tensor, 0, sizeof *tensor);
    choose_name(fuzz, name, tensor->name);
    tensor->direction = direction;
    tensor->dtype = dtype;
    tensor->rank = rank;
    tensor->n_axes = rank;
    for (int i = 0; i < rank; i++) {
        tensor->extents[i] = extents[i];
        tensor->axes[i].dimension = i;
    }
    if (direction != FUZZ_LOCAL && rank > 0)
        tensor->is_strided = random_chance(&fuzz->random, 6);
    case_note(fuzz, (enum fuzz_feature)(FUZZ_FEATURE_F64 + (int)dtype));
    return at;
}

void build_require(struct fuzz_case *fuzz, struct fuzz_affine left,
    enum fuzz_comparison comparison, struct fuzz_affine right)
{
    if (left.n_terms == 0 && right.n_terms == 0)
        return;
    int at = take_position(fuzz, &fuzz->n_requires, FUZZ_MAX_REQUIRES);
    fuzz->requires[at] = (struct fuzz_condition){true, comparison, left, right};
    case_note(fuzz, FUZZ_FEATURE_REQUIRE);
}

void build_border(struct fuzz_case *fuzz, struct fuzz_index *index,
    enum fuzz_border border, const struct fuzz_index *extent)
{
    struct fuzz_index low = index_bound(fuzz, *index, false);
    struct fuzz_index high = index_bound(fuzz, *index, true);
    struct fuzz_affine size = extent->outer;
    struct fuzz_affine one = affine_constant(1);
    struct fuzz_affine minus =
        affine_add(affine_constant(0), -1, FUZZ_NO_SYMBOL, size);
    struct fuzz_affine twice = affine_add(size, 1, FUZZ_NO_SYMBOL, size);
    index->border = border;
    if (border == FUZZ_CLAMP)
        build_require(fuzz, size, FUZZ_GREATER_EQUAL, one);
    if (border == FUZZ_WRAP) {
        build_require(fuzz, low.outer, FUZZ_GREATER_EQUAL, minus);
        build_require(fuzz, high.outer, FUZZ_LESS, twice);
    }
    if (border == FUZZ_MIRROR) {
        build_require(fuzz, low.outer, FUZZ_GREATER, minus);
        build_require(fuzz, high.outer, FUZZ_LESS, affine_shift(twice, -1));
    }
    if (border != FUZZ_INSIDE)
        case_note(fuzz,
            (enum fuzz_feature)(FUZZ_FEATURE_CLAMP + border - FUZZ_CLAMP));
}

int build_scalar(struct fuzz_case *fuzz, enum fuzz_dtype dtype)
{
    int at = take_position(fuzz, &fuzz->n_scalars, FUZZ_MAX_SCALARS);
    choose_name(fuzz, "acc", fuzz->scalars[at].name);
    fuzz->scalars[at].dtype = dtype;
    return at;
}

int build_statement(struct fuzz_case *fuzz, enum fuzz_statement_kind kind)
{
    int at = take_position(fuzz, &fuzz->n_statements, FUZZ_MAX_STATEMENTS);
    memset(&fuzz->statements[at], 0, sizeof fuzz->statements[at]);
    fuzz->statements[at].kind = kind;
    fuzz->statements[at].tensor = -1;
    fuzz->statements[at].value = -1;
    return at;
}

int build_for(struct fuzz_case *fuzz, int n_loops, const int *loops)
{
    int at = build_statement(fuzz, FUZZ_FOR);
    fuzz->statements[at].n_loops = n_loops;
    for (int i = 0; i < n_loops; i++)
        fuzz->statements[at].loops[i] = loops[i];
    return at;
}

void build_child(struct fuzz_case *fuzz, int parent, int child)
{
    struct fuzz_statement *statement = &fuzz->statements[parent];
    int at = take_position(fuzz, &statement->n_children, 6);
    statement->children[at] = child;
}

void build_root(struct fuzz_case *fuzz, int statement)
{
    fuzz->roots[take_position(fuzz, &fuzz->n_roots, 6)] = statement;
}

int build_assign(struct fuzz_case *fuzz, enum fuzz_assignment assignment,
    int tensor, const struct fuzz_index *index, int value)
{
    int at = build_statement(fuzz, FUZZ_ASSIGN);
    struct fuzz_statement *statement = &fuzz->statements[at];
    statement->assignment = assignment;
    statement->tensor = tensor;
    for (int i = 0; i < fuzz->tensors[tensor].rank; i++)
        statement->index[i] = index[i];
    statement->value =
        assignment == FUZZ_SET_TO
            ? build_stored(fuzz, fuzz->tensors[tensor].dtype, value)
            : value;
    return at;
}

int build_assign_scalar(struct fuzz_case *fuzz, enum fuzz_assignment assignment,
    int scalar, int value)
{
    int at = build_statement(fuzz, FUZZ_ASSIGN);
    fuzz->statements[at].assignment = assignment;
    fuzz->statements[at].scalar = scalar;
    fuzz->statements[at].value = value;
    return at;
}

int build_declare(struct fuzz_case *fuzz, int scalar, int value)
{
    int at = build_statement(fuzz, FUZZ_DECLARE);
    fuzz->statements[at].scalar = scalar;
    fuzz->statements[at].value = value;
    return at;
}
