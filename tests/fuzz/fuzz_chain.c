/* Kernels whose statements depend on each other: filters one after the other
 * through local tensors, rows normalised in several passes, outputs that read
 * outputs. */
#include "fuzz.h"

static struct fuzz_index symbol_index(int symbol)
{
    return index_plain(affine_symbol(symbol));
}

static int whole_loop(
    struct fuzz_case *fuzz, const char *name, struct fuzz_affine extent)
{
    return build_loop(fuzz, name, affine_constant(0), extent);
}

/* w[k] * source[... + k ...]: the sum over a window along one dimension. */
static int filter_along(struct fuzz_case *fuzz, int source,
    const struct fuzz_index *at, int rank, int dimension, int taps)
{
    enum fuzz_dtype type = dtype_arithmetic(fuzz->tensors[source].dtype);
    int k = whole_loop(fuzz, "k", affine_constant(taps));
    struct fuzz_index index[FUZZ_MAX_RANK];
    for (int i = 0; i < rank; i++)
        index[i] = at[i];
    index[dimension].outer =
        affine_add(index[dimension].outer, 1, FUZZ_NO_SYMBOL, affine_symbol(k));
    struct fuzz_index extent = index_plain(affine_constant(taps));
    struct fuzz_index at_w = symbol_index(k);
    int w =
        build_tensor(fuzz, "w", FUZZ_IN, dtype_random(fuzz, type), 1, &extent);
    int body = build_binary(fuzz, FUZZ_MULTIPLY, build_load(fuzz, w, &at_w, -1),
        build_load(fuzz, source, index, -1));
    return build_reduce(fuzz, FUZZ_SUM, 1, &k, body);
}

/* One stage of a chain: target[i][j] = f(source), target smaller along
 * "dimension" by the window. */
static int add_stage(struct fuzz_case *fuzz, int source,
    struct fuzz_affine *extents, int dimension, bool is_last)
{
    static const char *const names[] = {"i", "j"};
    struct fuzz_random *random = &fuzz->random;
    enum fuzz_dtype type = dtype_arithmetic(fuzz->tensors[source].dtype);
    int taps = random_between(random, 1, 4);
    extents[dimension] = affine_shift(extents[dimension], 1 - taps);
    int loops[2];
    struct fuzz_index at[2], sizes[2];
    for (int i = 0; i < 2; i++) {
        loops[i] = whole_loop(fuzz, names[i], extents[i]);
        at[i] = symbol_index(loops[i]);
        sizes[i] = index_plain(extents[i]);
    }
    int value = filter_along(fuzz, source, at, 2, dimension, taps);
    if (is_last)
        value = value_activate(fuzz, value);
    int target = build_tensor(fuzz, is_last ? "y" : "h",
        is_last ? FUZZ_OUT : FUZZ_LOCAL, dtype_random(fuzz, type), 2, sizes);
    int nest = build_for(fuzz, 2, loops);
    build_child(fuzz, nest, build_assign(fuzz, FUZZ_SET_TO, target, at, value));
    build_root(fuzz, nest);
    return target;
}

/* x -> h -> h2 -> y, along one or both dimensions. */
void family_chain(struct fuzz_case *fuzz)
{
    struct fuzz_random *random = &fuzz->random;
    enum fuzz_dtype type = dtype_random_arithmetic(fuzz);
    case_note(fuzz, FUZZ_FEATURE_CHAIN);
    case_note(fuzz, FUZZ_FEATURE_LOCAL);
    struct fuzz_affine extents[] = {
        affine_symbol(build_extent(fuzz, "H", true)),
        affine_symbol(build_extent(fuzz, "M", false))};
    struct fuzz_index sizes[] = {
        index_plain(extents[0]), index_plain(extents[1])};
    int source =
        build_tensor(fuzz, "x", FUZZ_IN, dtype_random(fuzz, type), 2, sizes);
    int n = random_between(random, 2, 3);
    for (int i = 0; i < n; i++)
        source = add_stage(
            fuzz, source, extents, random_below(random, 2), i == n - 1);
}

/* for n { s = sum or max of a row; for i y[n][i] = f(x, s); and maybe a
 * second pass over the row just written } */
void family_rows(struct fuzz_case *fuzz)
{
    static const enum fuzz_reduction kinds[] = {
        FUZZ_SUM, FUZZ_SUM, FUZZ_MAX_OF, FUZZ_MIN_OF};
    static const enum fuzz_operator operators[] = {
        FUZZ_ADD, FUZZ_SUBTRACT, FUZZ_MULTIPLY};
    struct fuzz_random *random = &fuzz->random;
    enum fuzz_dtype type = dtype_random_arithmetic(fuzz);
    case_note(fuzz, FUZZ_FEATURE_ROWS);
    struct fuzz_affine rows = affine_symbol(build_extent(fuzz, "N", true));
    struct fuzz_affine length = affine_symbol(build_extent(fuzz, "L", false));
    struct fuzz_index sizes[] = {index_plain(rows), index_plain(length)};
    int x =
        build_tensor(fuzz, "x", FUZZ_IN, dtype_random(fuzz, type), 2, sizes);
    bool has_second = random_chance(random, 50);
    int y = build_tensor(
        fuzz, "y", has_second ? FUZZ_INOUT : FUZZ_OUT, type, 2, sizes);
    int n = whole_loop(fuzz, "n", rows);
    int k = whole_loop(fuzz, "k", length);
    int nest = build_for(fuzz, 1, &n);
    struct fuzz_index at_k[] = {symbol_index(n), symbol_index(k)};
    int value = build_reduce(fuzz, kinds[random_below(random, 4)], 1, &k,
        build_load(fuzz, x, at_k, -1));
    int s = build_scalar(fuzz, type);
    build_child(fuzz, nest, build_declare(fuzz, s, value));
    int i = whole_loop(fuzz, "i", length);
    struct fuzz_index at_i[] = {symbol_index(n), symbol_index(i)};
    value = build_binary(fuzz, operators[random_below(random, 3)],
        build_load(fuzz, x, at_i, -1), build_read_scalar(fuzz, s));
    int pass = build_for(fuzz, 1, &i);
    build_child(fuzz, pass, build_assign(fuzz, FUZZ_SET_TO, y, at_i, value));
    build_child(fuzz, nest, pass);
    if (has_second) {
        int m = whole_loop(fuzz, random_chance(random, 50) ? "i" : "j", length);
        struct fuzz_index at_m[] = {symbol_index(n), symbol_index(m)};
        value = build_binary(fuzz, operators[random_below(random, 3)],
            build_load(fuzz, y, at_m, -1), build_load(fuzz, x, at_m, -1));
        int again = build_for(fuzz, 1, &m);
        build_child(
            fuzz, again, build_assign(fuzz, FUZZ_SET_TO, y, at_m, value));
        build_child(fuzz, nest, again);
        case_note(fuzz, FUZZ_FEATURE_INOUT);
    }
    build_root(fuzz, nest);
}

/* y[i] = f(x); y2[i] = g(y, x): in one nest or two, the second may look at
 * neighbours. */
void family_twice(struct fuzz_case *fuzz)
{
    struct fuzz_random *random = &fuzz->random;
    enum fuzz_dtype type = dtype_random_arithmetic(fuzz);
    case_note(fuzz, FUZZ_FEATURE_TWICE);
    struct fuzz_affine rows = affine_symbol(build_extent(fuzz, "C", true));
    struct fuzz_affine length = affine_symbol(build_extent(fuzz, "L", false));
    struct fuzz_index sizes[] = {index_plain(rows), index_plain(length)};
    int y =
        build_tensor(fuzz, "y", FUZZ_OUT, dtype_random(fuzz, type), 2, sizes);
    bool is_shared = random_chance(random, 40);
    struct fuzz_scope scope = {.n_loops = 2, .depth = 1};
    scope.loops[0] = whole_loop(fuzz, "c", rows);
    scope.loops[1] = whole_loop(fuzz, "i", length);
    struct fuzz_index at[] = {
        symbol_index(scope.loops[0]), symbol_index(scope.loops[1])};
    int nest = build_for(fuzz, 2, scope.loops);
    build_child(fuzz, nest,
        build_assign(
            fuzz, FUZZ_SET_TO, y, at, value_random(fuzz, &scope, type)));
    build_root(fuzz, nest);
    int load, target_nest = nest;
    if (is_shared) {
        load = build_load(fuzz, y, at, -1);
    } else {
        scope.loops[0] = whole_loop(fuzz, "c", rows);
        scope.loops[1] = whole_loop(fuzz, "i", length);
        at[0] = symbol_index(scope.loops[0]);
        at[1] = symbol_index(scope.loops[1]);
        target_nest = build_for(fuzz, 2, scope.loops);
        build_root(fuzz, target_nest);
        struct fuzz_index beside[] = {
            at[0], index_plain(affine_shift(affine_symbol(scope.loops[1]),
                       random_between(random, -2, 2)))};
        load = build_load(fuzz, y, beside, build_literal(fuzz, type, 0.0));
        fuzz->no_specials = true;
        case_note(fuzz, FUZZ_FEATURE_ELSE_ZERO);
    }
    scope.depth = 0;
    int value =
        build_binary(fuzz, FUZZ_ADD, value_random(fuzz, &scope, type), load);
    value = value_activate(fuzz, value);
    int z =
        build_tensor(fuzz, "z", FUZZ_OUT, dtype_random(fuzz, type), 2, sizes);
    build_child(
        fuzz, target_nest, build_assign(fuzz, FUZZ_SET_TO, z, at, value));
}
