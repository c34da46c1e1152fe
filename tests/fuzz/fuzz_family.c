/* Kernels that are not convolutions: pooling, stencils, scans, scatters,
 * reindexing, producer and consumer, random nests. */
#include "fuzz.h"

static struct fuzz_index symbol_index(int symbol)
{
    return index_plain(affine_symbol(symbol));
}

/* A loop over a whole new or known parameter. */
static int draw_loop(struct fuzz_case *fuzz, const char *name,
    const char *extent_name, bool is_small)
{
    int extent = build_extent(fuzz, extent_name, is_small);
    return build_loop(fuzz, name, affine_constant(0), affine_symbol(extent));
}

/* "rank" loops, the last of general size; they fill "scope". */
static void draw_loops(
    struct fuzz_case *fuzz, struct fuzz_scope *scope, int rank)
{
    static const char *const names[] = {"n", "c", "i", "j"};
    static const char *const extents[] = {"N", "C", "H", "M"};
    for (int i = 4 - rank; i < 4; i++)
        scope->loops[scope->n_loops++] =
            draw_loop(fuzz, names[i], extents[i], i < 3);
}

/* Index and extents of an output of all loops in scope, in a random order of
 * dimensions. */
static void cover_loops(struct fuzz_case *fuzz, const struct fuzz_scope *scope,
    struct fuzz_index *index, struct fuzz_index *extents)
{
    int order[8];
    for (int i = 0; i < scope->n_loops; i++)
        order[i] = i;
    for (int i = 0; i + 1 < scope->n_loops; i++) {
        int j = random_between(&fuzz->random, i, scope->n_loops - 1);
        if (!random_chance(&fuzz->random, 25))
            continue;
        int other = order[i];
        order[i] = order[j];
        order[j] = other;
    }
    for (int i = 0; i < scope->n_loops; i++) {
        int loop = scope->loops[order[i]];
        index[i] = symbol_index(loop);
        extents[i] = index_plain(fuzz->loops[loop - FUZZ_FIRST_LOOP].upper);
    }
}

/* Max, min, product or mean over a window. */
void family_pool(struct fuzz_case *fuzz)
{
    struct fuzz_random *random = &fuzz->random;
    struct fuzz_scope scope = {0};
    case_note(fuzz, FUZZ_FEATURE_POOL);
    enum fuzz_dtype type = dtype_random_arithmetic(fuzz);
    int n_outer = random_between(random, 0, 2);
    draw_loops(fuzz, &scope, n_outer);
    int stride = random_between(random, 1, 3);
    int taps = random_between(random, 1, 5);
    int length = build_extent(fuzz, "L", false);
    struct fuzz_index size =
        index_floor(affine_shift(affine_symbol(length), -taps), stride,
            FUZZ_NO_SYMBOL, affine_constant(1));
    int extent = build_size(fuzz, "P", size);
    int p = build_loop(fuzz, "p", affine_constant(0), affine_symbol(extent));
    scope.loops[scope.n_loops++] = p;
    int k = build_loop(fuzz, "k", affine_constant(0), affine_constant(taps));
    struct fuzz_index x[FUZZ_MAX_RANK], y[FUZZ_MAX_RANK];
    struct fuzz_index extents_x[FUZZ_MAX_RANK], extents_y[FUZZ_MAX_RANK];
    for (int i = 0; i < scope.n_loops; i++) {
        x[i] = y[i] = symbol_index(scope.loops[i]);
        extents_x[i] = extents_y[i] =
            index_plain(fuzz->loops[scope.loops[i] - FUZZ_FIRST_LOOP].upper);
    }
    x[n_outer] = index_plain(
        affine_add(affine_symbol(k), stride, FUZZ_NO_SYMBOL, affine_symbol(p)));
    extents_x[n_outer] = symbol_index(length);
    int tensor = build_tensor(
        fuzz, "x", FUZZ_IN, dtype_random(fuzz, type), n_outer + 1, extents_x);
    int body = build_load(fuzz, tensor, x, -1);
    enum fuzz_reduction reduction =
        (enum fuzz_reduction)random_between(random, 0, 3);
    int value = build_reduce(fuzz, reduction, 1, &k, body);
    if (reduction == FUZZ_SUM && random_chance(random, 50))
        value = build_binary(
            fuzz, FUZZ_DIVIDE, value, build_literal(fuzz, type, taps));
    if (random_chance(random, 25)) {
        int at = fuzz->expressions[value].kind == FUZZ_REDUCE ? value : -1;
        if (at >= 0) {
            fuzz->expressions[at].condition = (struct fuzz_condition){
                true, FUZZ_LESS_EQUAL, affine_symbol(k), affine_symbol(p)};
            case_note(fuzz, FUZZ_FEATURE_CONDITIONAL_REDUCTION);
        }
    }
    int out = build_tensor(fuzz, "y", FUZZ_OUT, dtype_random(fuzz, type),
        scope.n_loops, extents_y);
    int nest = build_for(fuzz, scope.n_loops, scope.loops);
    build_child(fuzz, nest, build_assign(fuzz, FUZZ_SET_TO, out, y, value));
    build_root(fuzz, nest);
}

/* The weighted sum of a tensor at the neighbours of a point. */
static int draw_neighbours(struct fuzz_case *fuzz, int tensor, int rank,
    const struct fuzz_index *at, int radius)
{
    enum fuzz_dtype type = dtype_arithmetic(fuzz->tensors[tensor].dtype);
    int value = build_load(fuzz, tensor, at, -1);
    for (int i = 0; i < rank; i++)
        for (int step = -radius; step <= radius; step++) {
            if (step == 0 || random_chance(&fuzz->random, 20))
                continue;
            struct fuzz_index index[FUZZ_MAX_RANK];
            for (int j = 0; j < rank; j++)
                index[j] = at[j];
            index[i].outer = affine_shift(index[i].outer, step);
            int load = build_load(fuzz, tensor, index, -1);
            value = build_binary(fuzz, FUZZ_ADD, value, load);
        }
    bool is_scaled = random_chance(&fuzz->random, 60);
    if (!is_scaled)
        return value;
    double factor = type == FUZZ_I32 ? 2.0 : 0.25;
    return build_binary(
        fuzz, FUZZ_MULTIPLY, build_literal(fuzz, type, factor), value);
}

/* Loops radius <= i < H - radius around a point of a tensor. */
static void draw_interior(struct fuzz_case *fuzz, int rank,
    const struct fuzz_affine *extents, int radius, int *loops,
    struct fuzz_index *at)
{
    static const char *const names[] = {"i", "j"};
    for (int i = 0; i < rank; i++) {
        loops[i] = build_loop(fuzz, names[i], affine_constant(radius),
            affine_shift(extents[i], -radius));
        at[i] = symbol_index(loops[i]);
    }
}

/* for t { for i a[i] = f(a[i-1 .. i+1]) } or through a second tensor. */
void family_stencil(struct fuzz_case *fuzz)
{
    static const char *const names[] = {"H", "M"};
    struct fuzz_random *random = &fuzz->random;
    enum fuzz_dtype type = dtype_random_arithmetic(fuzz);
    case_note(fuzz, FUZZ_FEATURE_STENCIL);
    case_note(fuzz, FUZZ_FEATURE_INOUT);
    int rank = random_chance(random, 60) ? 1 : 2;
    int radius = random_chance(random, 75) ? 1 : 2;
    bool is_seidel = random_chance(random, 35);
    bool has_time = random_chance(random, 70);
    struct fuzz_affine sizes[2];
    struct fuzz_index extents[2];
    for (int i = 0; i < rank; i++) {
        int extent = build_extent(fuzz, names[i], rank == 2 && i == 0);
        sizes[i] = affine_symbol(extent);
        extents[i] = symbol_index(extent);
    }
    int a = build_tensor(fuzz, "a", FUZZ_INOUT, type, rank, extents);
    int t = build_loop(fuzz, "t", affine_constant(0),
        affine_constant(random_between(random, 1, 4)));
    int outer = build_for(fuzz, 1, &t);
    int loops[2];
    struct fuzz_index at[FUZZ_MAX_RANK];
    draw_interior(fuzz, rank, sizes, radius, loops, at);
    int nest = build_for(fuzz, rank, loops);
    int value = draw_neighbours(fuzz, a, rank, at, radius);
    int target = a;
    if (!is_seidel) {
        target = build_tensor(fuzz, "b", FUZZ_INOUT, type, rank, extents);
        if (random_chance(random, 40) && radius == 1) {
            fuzz->tensors[target].direction = FUZZ_LOCAL;
            fuzz->tensors[target].is_strided = false;
            case_note(fuzz, FUZZ_FEATURE_LOCAL);
        }
    }
    build_child(fuzz, nest, build_assign(fuzz, FUZZ_SET_TO, target, at, value));
    if (has_time)
        build_child(fuzz, outer, nest);
    else
        build_root(fuzz, nest);
    if (!is_seidel) {
        int again[2];
        draw_interior(fuzz, rank, sizes, radius, again, at);
        int back = build_for(fuzz, rank, again);
        int load = fuzz->tensors[target].direction == FUZZ_LOCAL
                       ? build_load(fuzz, target, at, -1)
                       : draw_neighbours(fuzz, target, rank, at, radius);
        build_child(fuzz, back, build_assign(fuzz, FUZZ_SET_TO, a, at, load));
        if (has_time)
            build_child(fuzz, outer, back);
        else
            build_root(fuzz, back);
    }
    if (has_time)
        build_root(fuzz, outer);
}

/* a[n][i] = a[n][i-1]*c + x[n][i]: a recurrence. */
void family_scan(struct fuzz_case *fuzz)
{
    struct fuzz_random *random = &fuzz->random;
    enum fuzz_dtype type = dtype_random_arithmetic(fuzz);
    case_note(fuzz, FUZZ_FEATURE_SCAN);
    case_note(fuzz, FUZZ_FEATURE_INOUT);
    int rows = build_extent(fuzz, "C", true);
    int length = build_extent(fuzz, "L", false);
    int step = random_between(random, 1, 4);
    int c = build_loop(fuzz, "c", affine_constant(0), affine_symbol(rows));
    int i = build_loop(fuzz, "i", affine_constant(step), affine_symbol(length));
    struct fuzz_index extents[] = {symbol_index(rows), symbol_index(length)};
    struct fuzz_index here[] = {symbol_index(c), symbol_index(i)};
    struct fuzz_index before[] = {
        symbol_index(c), index_plain(affine_shift(affine_symbol(i), -step))};
    bool is_transposed = random_chance(random, 40);
    if (is_transposed) {
        struct fuzz_index other = extents[0];
        extents[0] = extents[1];
        extents[1] = other;
        other = here[0], here[0] = here[1], here[1] = other;
        other = before[0], before[0] = before[1], before[1] = other;
    }
    int a = build_tensor(fuzz, "a", FUZZ_INOUT, type, 2, extents);
    int x =
        build_tensor(fuzz, "x", FUZZ_IN, dtype_random(fuzz, type), 2, extents);
    int load = build_load(fuzz, a, before, -1);
    int input = build_load(fuzz, x, here, -1);
    if (random_chance(random, 50))
        load = build_binary(fuzz, FUZZ_MULTIPLY, load,
            build_literal(fuzz, type, type == FUZZ_I32 ? 3.0 : 0.5));
    int value = build_binary(fuzz, FUZZ_ADD, load, input);
    if (random_chance(random, 25))
        value = build_call(fuzz, FUZZ_MAX, load, input);
    int loops[] = {c, i};
    if (random_chance(random, 30))
        loops[0] = i, loops[1] = c;
    int nest = build_for(fuzz, 2, loops);
    build_child(fuzz, nest, build_assign(fuzz, FUZZ_SET_TO, a, here, value));
    build_root(fuzz, nest);
}

/* y = 0; y[p*s + k] += w[k]*x[p]: a transposed convolution; or the gradient
 * of the weights, dw[k] += x[p + k]*dy[p]. */
void family_scatter(struct fuzz_case *fuzz)
{
    struct fuzz_random *random = &fuzz->random;
    enum fuzz_dtype type = dtype_random_arithmetic(fuzz);
    case_note(fuzz, FUZZ_FEATURE_SCATTER);
    case_note(fuzz, FUZZ_FEATURE_OUT_ACCUMULATE);
    int length = build_extent(fuzz, "L", false);
    int taps = build_extent(fuzz, "K", true);
    int stride = random_between(random, 1, 3);
    bool is_gradient = random_chance(random, 40);
    int p = build_loop(fuzz, "p", affine_constant(0), affine_symbol(length));
    int k = build_loop(fuzz, "k", affine_constant(0), affine_symbol(taps));
    struct fuzz_affine sum =
        affine_add(affine_symbol(k), stride, FUZZ_NO_SYMBOL, affine_symbol(p));
    struct fuzz_index wide = index_bound(fuzz, index_plain(sum), true);
    wide.outer = affine_shift(wide.outer, 1);
    int wide_size = build_size(fuzz, "Q", wide);
    wide = symbol_index(wide_size);
    struct fuzz_index at_p = symbol_index(p), at_k = symbol_index(k);
    struct fuzz_index at_sum = index_plain(sum);
    struct fuzz_index extent_p = symbol_index(length);
    struct fuzz_index extent_k = symbol_index(taps);
    int y = build_tensor(
        fuzz, "y", FUZZ_OUT, type, 1, is_gradient ? &extent_k : &wide);
    int a = build_tensor(fuzz, "x", FUZZ_IN, dtype_random(fuzz, type), 1,
        is_gradient ? &wide : &extent_p);
    int b = build_tensor(fuzz, "w", FUZZ_IN, dtype_random(fuzz, type), 1,
        is_gradient ? &extent_p : &extent_k);
    int first = build_loop(fuzz, is_gradient ? "k" : "q", affine_constant(0),
        affine_symbol(is_gradient ? taps : wide_size));
    struct fuzz_index at_first = symbol_index(first);
    int init = build_for(fuzz, 1, &first);
    build_child(fuzz, init,
        build_assign(
            fuzz, FUZZ_SET_TO, y, &at_first, build_literal(fuzz, type, 0.0)));
    build_root(fuzz, init);
    int loops[] = {p, k};
    if (random_chance(random, 40))
        loops[0] = k, loops[1] = p;
    int nest = build_for(fuzz, 2, loops);
    int left = build_load(fuzz, a, is_gradient ? &at_sum : &at_p, -1);
    int right = build_load(fuzz, b, is_gradient ? &at_p : &at_k, -1);
    int value = build_binary(fuzz, FUZZ_MULTIPLY, left, right);
    build_child(fuzz, nest,
        build_assign(
            fuzz, FUZZ_ACCUMULATE, y, is_gradient ? &at_k : &at_sum, value));
    if (random_chance(random, 20)) {
        fuzz->statements[nest].condition = (struct fuzz_condition){
            true, FUZZ_LESS_EQUAL, affine_symbol(k), affine_symbol(p)};
        case_note(fuzz, FUZZ_FEATURE_CONDITION);
    }
    build_root(fuzz, nest);
}

/* y[c][i][r] = x[c][i*2 + r] and other moves of elements. */
void family_reindex(struct fuzz_case *fuzz)
{
    struct fuzz_random *random = &fuzz->random;
    struct fuzz_scope scope = {0};
    case_note(fuzz, FUZZ_FEATURE_REINDEX);
    draw_loops(fuzz, &scope, random_between(random, 1, 3));
    if (random_chance(random, 35) && scope.n_loops < 4)
        scope.loops[scope.n_loops++] = build_loop(fuzz, "r", affine_constant(0),
            affine_constant(random_between(random, 2, 4)));
    struct fuzz_index index[FUZZ_MAX_RANK], extents[FUZZ_MAX_RANK];
    cover_loops(fuzz, &scope, index, extents);
    enum fuzz_dtype type = dtype_random_arithmetic(fuzz);
    int value = value_random_load(fuzz, &scope, type);
    int y = build_tensor(
        fuzz, "y", FUZZ_OUT, dtype_random(fuzz, type), scope.n_loops, extents);
    int nest = build_for(fuzz, scope.n_loops, scope.loops);
    build_child(fuzz, nest, build_assign(fuzz, FUZZ_SET_TO, y, index, value));
    build_root(fuzz, nest);
}

/* local t[c][i] = f(x); y[c][p] = sum(k) w[k]*t[c][p + k]. */
void family_pipeline(struct fuzz_case *fuzz)
{
    struct fuzz_random *random = &fuzz->random;
    enum fuzz_dtype type = dtype_random_arithmetic(fuzz);
    case_note(fuzz, FUZZ_FEATURE_PIPELINE);
    case_note(fuzz, FUZZ_FEATURE_LOCAL);
    int rows = build_extent(fuzz, "C", true);
    int length = build_extent(fuzz, "L", false);
    int taps = random_between(random, 1, 5);
    struct fuzz_scope scope = {.depth = random_between(random, 0, 2)};
    scope.n_loops = 2;
    scope.loops[0] =
        build_loop(fuzz, "c", affine_constant(0), affine_symbol(rows));
    bool same_name = random_chance(random, 50);
    scope.loops[1] = build_loop(
        fuzz, same_name ? "p" : "l", affine_constant(0), affine_symbol(length));
    struct fuzz_index extents[] = {symbol_index(rows), symbol_index(length)};
    int t = build_tensor(
        fuzz, "h", FUZZ_LOCAL, dtype_random(fuzz, type), 2, extents);
    struct fuzz_index at[] = {
        symbol_index(scope.loops[0]), symbol_index(scope.loops[1])};
    int first = build_for(fuzz, 2, scope.loops);
    build_child(fuzz, first,
        build_assign(
            fuzz, FUZZ_SET_TO, t, at, value_random(fuzz, &scope, type)));
    build_root(fuzz, first);
    struct fuzz_index size =
        index_plain(affine_shift(affine_symbol(length), 1 - taps));
    int extent = build_size(fuzz, "P", size);
    int c = build_loop(fuzz, "c", affine_constant(0), affine_symbol(rows));
    int p = build_loop(fuzz, "p", affine_constant(0), affine_symbol(extent));
    int k = build_loop(fuzz, "k", affine_constant(0), affine_constant(taps));
    bool mixes = random_chance(random, 25);
    int row =
        mixes ? build_loop(fuzz, "d", affine_constant(0), affine_symbol(rows))
              : c;
    struct fuzz_index from[] = {symbol_index(row),
        index_plain(
            affine_add(affine_symbol(p), 1, FUZZ_NO_SYMBOL, affine_symbol(k)))};
    struct fuzz_index extent_w = index_plain(affine_constant(taps));
    struct fuzz_index at_w = symbol_index(k);
    int w = build_tensor(
        fuzz, "w", FUZZ_IN, dtype_random(fuzz, type), 1, &extent_w);
    int body = build_binary(fuzz, FUZZ_MULTIPLY, build_load(fuzz, w, &at_w, -1),
        build_load(fuzz, t, from, -1));
    int reduced[] = {row, k};
    int value =
        build_reduce(fuzz, FUZZ_SUM, mixes ? 2 : 1, mixes ? reduced : &k, body);
    value = value_activate(fuzz, value);
    struct fuzz_index extents_y[] = {symbol_index(rows), symbol_index(extent)};
    struct fuzz_index at_y[] = {symbol_index(c), symbol_index(p)};
    int y = build_tensor(
        fuzz, "y", FUZZ_OUT, dtype_random(fuzz, type), 2, extents_y);
    int loops[] = {c, p};
    int second = build_for(fuzz, 2, loops);
    build_child(fuzz, second, build_assign(fuzz, FUZZ_SET_TO, y, at_y, value));
    build_root(fuzz, second);
}

/* A reduction of random values over a random loop. */
static int draw_reduction(struct fuzz_case *fuzz,
    const struct fuzz_scope *scope, enum fuzz_dtype type)
{
    static const int weights[] = {60, 8, 16, 16};
    struct fuzz_random *random = &fuzz->random;
    struct fuzz_scope inner = *scope;
    int loops[2];
    int n = random_chance(random, 25) ? 2 : 1;
    static const char *const names[] = {"k", "m"};
    for (int i = 0; i < n; i++) {
        struct fuzz_affine upper =
            affine_constant(random_between(random, 1, 5));
        bool is_triangle = scope->n_loops > 0 && random_chance(random, 12);
        if (is_triangle) {
            upper = affine_shift(affine_symbol(scope->loops[0]), 1);
            case_note(fuzz, FUZZ_FEATURE_TRIANGLE);
        }
        loops[i] = build_loop(fuzz, names[i], affine_constant(0), upper);
        inner.loops[inner.n_loops++] = loops[i];
    }
    inner.depth = random_between(random, 0, 1);
    int body = value_random(fuzz, &inner, type);
    int value = build_reduce(fuzz,
        (enum fuzz_reduction)random_weighted(random, 4, weights), n, loops,
        body);
    if (random_chance(random, 20) && scope->n_loops > 0) {
        fuzz->expressions[value].condition = (struct fuzz_condition){true,
            (enum fuzz_comparison)random_below(random, 4),
            affine_symbol(loops[0]),
            affine_symbol(scope->loops[scope->n_loops - 1])};
        case_note(fuzz, FUZZ_FEATURE_CONDITIONAL_REDUCTION);
    }
    return value;
}

/* sum(k in 5 if i - k >= 0) w[k] * x[i - k]: the condition keeps the access
 * inside. */
static int draw_causal(struct fuzz_case *fuzz, const struct fuzz_scope *scope,
    enum fuzz_dtype type)
{
    int i = scope->loops[scope->n_loops - 1];
    int taps = random_between(&fuzz->random, 1, 6);
    int k = build_loop(fuzz, "k", affine_constant(0), affine_constant(taps));
    struct fuzz_affine at =
        affine_add(affine_symbol(i), -1, FUZZ_NO_SYMBOL, affine_symbol(k));
    struct fuzz_index extent_w = index_plain(affine_constant(taps));
    struct fuzz_index extent_x =
        index_plain(fuzz->loops[i - FUZZ_FIRST_LOOP].upper);
    struct fuzz_index at_w = symbol_index(k), at_x = index_plain(at);
    int w = build_tensor(
        fuzz, "w", FUZZ_IN, dtype_random(fuzz, type), 1, &extent_w);
    int x = build_tensor(
        fuzz, "x", FUZZ_IN, dtype_random(fuzz, type), 1, &extent_x);
    int body = build_binary(fuzz, FUZZ_MULTIPLY, build_load(fuzz, w, &at_w, -1),
        build_load(fuzz, x, &at_x, -1));
    int value = build_reduce(fuzz, FUZZ_SUM, 1, &k, body);
    fuzz->expressions[value].condition = (struct fuzz_condition){
        true, FUZZ_GREATER_EQUAL, at, affine_constant(0)};
    case_note(fuzz, FUZZ_FEATURE_GUARD);
    case_note(fuzz, FUZZ_FEATURE_CONDITIONAL_REDUCTION);
    return value;
}

/* Write the same tensor in two nests with opposite conditions. */
static void write_halves(struct fuzz_case *fuzz, struct fuzz_scope *scope,
    int y, const struct fuzz_index *index, int value, enum fuzz_dtype type)
{
    int which = random_below(&fuzz->random, scope->n_loops);
    struct fuzz_affine left = affine_symbol(scope->loops[which]);
    struct fuzz_affine right =
        affine_constant(random_between(&fuzz->random, 0, 9));
    if (which > 0 && random_chance(&fuzz->random, 40))
        right = affine_symbol(scope->loops[0]);
    struct fuzz_condition low = {true, FUZZ_LESS, left, right};
    struct fuzz_condition high = {true, FUZZ_GREATER_EQUAL, left, right};
    case_note(fuzz, FUZZ_FEATURE_CONDITION);
    int first = build_for(fuzz, scope->n_loops, scope->loops);
    fuzz->statements[first].condition = low;
    build_child(fuzz, first, build_assign(fuzz, FUZZ_SET_TO, y, index, value));
    build_root(fuzz, first);
    int second = build_for(fuzz, scope->n_loops, scope->loops);
    fuzz->statements[second].condition = high;
    scope->depth = 1;
    int other = value_random(fuzz, scope, type);
    build_child(fuzz, second, build_assign(fuzz, FUZZ_SET_TO, y, index, other));
    build_root(fuzz, second);
}

/* An update of what has just been written, over another loop. */
static void write_update(struct fuzz_case *fuzz, struct fuzz_scope *scope,
    int nest, int y, const struct fuzz_index *index, enum fuzz_dtype type)
{
    static const enum fuzz_assignment all[] = {FUZZ_ACCUMULATE, FUZZ_ACCUMULATE,
        FUZZ_MINIMIZE, FUZZ_MAXIMIZE, FUZZ_SCALE};
    struct fuzz_scope inner = *scope;
    int m = build_loop(fuzz, "m", affine_constant(0),
        affine_constant(random_between(&fuzz->random, 1, 4)));
    inner.loops[inner.n_loops++] = m;
    inner.depth = 1;
    int update = build_for(fuzz, 1, &m);
    build_child(fuzz, update,
        build_assign(fuzz, all[random_below(&fuzz->random, 5)], y, index,
            value_random(fuzz, &inner, type)));
    build_child(fuzz, nest, update);
    case_note(fuzz, FUZZ_FEATURE_OUT_ACCUMULATE);
}

void family_nest(struct fuzz_case *fuzz)
{
    struct fuzz_random *random = &fuzz->random;
    struct fuzz_scope scope = {0};
    case_note(fuzz, FUZZ_FEATURE_NEST);
    draw_loops(fuzz, &scope, random_between(random, 1, 3));
    struct fuzz_index index[FUZZ_MAX_RANK], extents[FUZZ_MAX_RANK];
    cover_loops(fuzz, &scope, index, extents);
    enum fuzz_dtype type = dtype_random_arithmetic(fuzz);
    scope.depth = random_between(random, 0, 2);
    int value;
    if (random_chance(random, 40)) {
        value = random_chance(random, 75) ? draw_reduction(fuzz, &scope, type)
                                          : draw_causal(fuzz, &scope, type);
        if (random_chance(random, 40)) {
            struct fuzz_scope flat = scope;
            flat.depth = 0;
            value = build_binary(
                fuzz, FUZZ_ADD, value_random(fuzz, &flat, type), value);
        }
    } else {
        value = value_random(fuzz, &scope, type);
    }
    bool updates = random_chance(random, 20);
    enum fuzz_dtype dtype = updates ? type : dtype_random(fuzz, type);
    bool is_split = !updates && random_chance(random, 15);
    if (!updates && !is_split)
        value = value_activate(fuzz, value);
    int y = build_tensor(fuzz, "y", FUZZ_OUT, dtype, scope.n_loops, extents);
    if (is_split) {
        write_halves(fuzz, &scope, y, index, value, type);
        return;
    }
    int nest = build_for(fuzz, scope.n_loops, scope.loops);
    build_child(fuzz, nest, build_assign(fuzz, FUZZ_SET_TO, y, index, value));
    if (updates)
        write_update(fuzz, &scope, nest, y, index, type);
    build_root(fuzz, nest);
}
