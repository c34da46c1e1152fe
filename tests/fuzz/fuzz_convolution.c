/* Convolutions: depthwise, dense, grouped, in one or two dimensions, with
 * every border, stride and dilation, written in the ways people write them. */
#include "fuzz.h"

enum channels {
    CHANNELS_NONE,
    CHANNELS_DEPTHWISE,
    CHANNELS_DENSE,
    CHANNELS_GROUPED
};
enum border {
    BORDER_VALID,
    BORDER_ZERO,
    BORDER_VALUE,
    BORDER_STATE,
    BORDER_CLAMP,
    BORDER_WRAP,
    BORDER_MIRROR
};

/* What has been decided about one convolution. */
struct convolution {
    struct fuzz_case *fuzz;
    enum fuzz_dtype type;
    enum channels channels;
    enum border border;
    int n_spatial;
    int n_outer; /* loops outside, in the order written */
    int outer[6];
    int n_reduced; /* loops of the reduction */
    int reduced[3];
    int rank_y;
    struct fuzz_index y[FUZZ_MAX_RANK];
    struct fuzz_index extents_y[FUZZ_MAX_RANK];
    int rank_x;
    struct fuzz_index x[FUZZ_MAX_RANK];
    struct fuzz_index extents_x[FUZZ_MAX_RANK];
    int rank_w;
    struct fuzz_index w[FUZZ_MAX_RANK];
    struct fuzz_index extents_w[FUZZ_MAX_RANK];
    struct fuzz_index state_index;
    struct fuzz_index state_extent;
    int bias_loop; /* or -1 */
    struct fuzz_index bias_extent;
};

static struct fuzz_index symbol_index(int symbol)
{
    return index_plain(affine_symbol(symbol));
}

/* A loop over a whole parameter. */
static int add_loop(struct fuzz_case *fuzz, const char *name, int extent)
{
    return build_loop(fuzz, name, affine_constant(0), affine_symbol(extent));
}

static void add_y(struct convolution *v, int loop, struct fuzz_index extent)
{
    v->y[v->rank_y] = symbol_index(loop);
    v->extents_y[v->rank_y++] = extent;
    v->outer[v->n_outer++] = loop;
}

static void add_x(struct convolution *v, int loop, int extent)
{
    v->x[v->rank_x] = symbol_index(loop);
    v->extents_x[v->rank_x++] = symbol_index(extent);
}

static void add_w(struct convolution *v, int loop, int extent)
{
    v->w[v->rank_w] = symbol_index(loop);
    v->extents_w[v->rank_w++] = symbol_index(extent);
}

static void set_bias(struct convolution *v, int loop, int extent)
{
    v->bias_loop = loop;
    v->bias_extent = symbol_index(extent);
}

/* n, and the channel loops and dimensions. */
static void add_channels(struct convolution *v)
{
    struct fuzz_case *fuzz = v->fuzz;
    bool has_batch = random_chance(&fuzz->random, 55) &&
                     v->channels != CHANNELS_GROUPED &&
                     !(v->channels == CHANNELS_DENSE && v->n_spatial > 1);
    if (has_batch) {
        int n = build_extent(fuzz, "N", true);
        int loop = add_loop(fuzz, "n", n);
        add_y(v, loop, symbol_index(n));
        add_x(v, loop, n);
    }
    if (v->channels == CHANNELS_NONE)
        return;
    int c = build_extent(fuzz, "C", true);
    int loop_c = add_loop(fuzz, "c", c);
    if (v->channels == CHANNELS_DEPTHWISE) {
        add_y(v, loop_c, symbol_index(c));
        add_x(v, loop_c, c);
        add_w(v, loop_c, c);
        set_bias(v, loop_c, c);
        return;
    }
    int o = build_extent(fuzz, "O", true);
    int loop_o = add_loop(fuzz, "o", o);
    if (v->channels == CHANNELS_GROUPED) {
        int g = build_extent(fuzz, "G", true);
        int loop_g = add_loop(fuzz, "g", g);
        add_y(v, loop_g, symbol_index(g));
        add_x(v, loop_g, g);
        add_w(v, loop_g, g);
    }
    add_y(v, loop_o, symbol_index(o));
    add_x(v, loop_c, c);
    add_w(v, loop_o, o);
    add_w(v, loop_c, c);
    v->reduced[v->n_reduced++] = loop_c;
    set_bias(v, loop_o, o);
}

/* P = (L + 2*pad - dilation*(K - 1) - 1)/stride + 1, or now and then just
 * L or another form when the border takes any index. */
static struct fuzz_index draw_output_extent(struct convolution *v,
    struct fuzz_affine length, struct fuzz_affine reach, struct fuzz_number pad,
    struct fuzz_number stride)
{
    struct fuzz_case *fuzz = v->fuzz;
    bool is_any = v->border != BORDER_VALID && v->border != BORDER_STATE;
    if (v->border == BORDER_STATE ||
        (is_any && random_chance(&fuzz->random, 35)))
        return index_plain(length);
    struct fuzz_affine inner =
        affine_add(affine_shift(length, -1), -1, FUZZ_NO_SYMBOL, reach);
    inner = affine_add_number(inner, 2, pad, affine_constant(1));
    return index_floor(inner, stride.value, stride.symbol, affine_constant(1));
}

/* How many taps: few, now and then more than a vector has lanes. */
static int draw_taps(struct fuzz_case *fuzz, int n_spatial)
{
    static const int many[] = {9, 15, 16, 17, 31};
    if (n_spatial == 1 && random_chance(&fuzz->random, 15))
        return random_pick(&fuzz->random, 5, many);
    return random_between(&fuzz->random, 1, 7);
}

/* The taps of a dimension: a number or a parameter, and the loop. */
static int add_taps(struct convolution *v, const char *name,
    const char *extent_name, struct fuzz_index *extent)
{
    struct fuzz_case *fuzz = v->fuzz;
    struct fuzz_affine upper;
    if (random_chance(&fuzz->random, 45))
        upper = affine_symbol(build_extent(fuzz, extent_name, true));
    else
        upper = affine_constant(draw_taps(fuzz, v->n_spatial));
    *extent = index_plain(upper);
    return build_loop(fuzz, name, affine_constant(0), upper);
}

/* One spatial dimension: loops p and k, index p*s + k*d - pad. */
static void add_spatial(struct convolution *v, int which)
{
    static const char *const names[][6] = {
        {"L", "K", "p", "k", "P", "s"}, {"W", "R", "q", "r", "Q", "t"}};
    struct fuzz_case *fuzz = v->fuzz;
    struct fuzz_random *random = &fuzz->random;
    const char *const *name = names[which];
    bool is_state = v->border == BORDER_STATE;
    struct fuzz_affine length =
        affine_symbol(build_extent(fuzz, name[0], false));
    struct fuzz_number one = {FUZZ_NO_SYMBOL, 1};
    struct fuzz_number zero = {FUZZ_NO_SYMBOL, 0};
    struct fuzz_number stride = one, dilation = one, pad = zero;
    if (!is_state && random_chance(random, 35)) {
        stride = build_number(fuzz, "stride", 1, 3, true);
        case_note(fuzz, FUZZ_FEATURE_STRIDE);
    }
    if (!is_state && random_chance(random, 25)) {
        dilation = build_number(fuzz, "dil", 1, 3, true);
        case_note(fuzz, FUZZ_FEATURE_DILATION);
    }
    if (v->border != BORDER_VALID && !is_state)
        pad = build_number(fuzz, "pad", 0, 4, false);
    struct fuzz_index taps;
    int k = add_taps(v, name[3], name[1], &taps);
    struct fuzz_affine reach = affine_add_number(
        affine_constant(0), 1, dilation, affine_shift(taps.outer, -1));
    struct fuzz_index extent =
        draw_output_extent(v, length, reach, pad, stride);
    struct fuzz_affine upper = extent.outer;
    if (extent.quasi != FUZZ_PLAIN || random_chance(random, 50)) {
        upper = affine_symbol(build_size(fuzz, name[4], extent));
        extent = index_plain(upper);
    }
    int p = build_loop(fuzz, name[2], affine_constant(0), upper);
    struct fuzz_affine index =
        affine_add_number(affine_constant(0), 1, stride, affine_symbol(p));
    index = affine_add_number(index, 1, dilation, affine_symbol(k));
    index = affine_add_number(index, -1, pad, affine_constant(1));
    if (is_state) {
        index = affine_add(index, -1, FUZZ_NO_SYMBOL, reach);
        struct fuzz_affine sum =
            affine_add(affine_symbol(p), 1, FUZZ_NO_SYMBOL, affine_symbol(k));
        v->state_index = index_plain(sum);
        v->state_extent = index_plain(reach);
    }
    v->x[v->rank_x] = index_plain(index);
    v->extents_x[v->rank_x] = index_plain(length);
    if (v->border >= BORDER_CLAMP)
        build_border(fuzz, &v->x[v->rank_x],
            (enum fuzz_border)(FUZZ_CLAMP + v->border - BORDER_CLAMP),
            &v->extents_x[v->rank_x]);
    v->rank_x++;
    add_y(v, p, extent);
    bool is_flipped = random_chance(random, 20);
    v->w[v->rank_w] = symbol_index(k);
    if (is_flipped)
        v->w[v->rank_w] = index_plain(
            affine_add(affine_shift(taps.outer, -1), -1, -1, affine_symbol(k)));
    v->extents_w[v->rank_w++] = taps;
    v->reduced[v->n_reduced++] = k;
}

/* The tensor x as it is read. */
static int draw_tap(struct convolution *v)
{
    struct fuzz_case *fuzz = v->fuzz;
    enum fuzz_dtype stored = random_chance(&fuzz->random, 12)
                                 ? dtype_random_arithmetic(fuzz)
                                 : v->type;
    enum fuzz_dtype dtype = dtype_random(fuzz, stored);
    int x = build_tensor(fuzz, "x", FUZZ_IN, dtype, v->rank_x, v->extents_x);
    int otherwise = -1;
    if (v->border == BORDER_ZERO || v->border == BORDER_VALUE) {
        bool is_zero = v->border == BORDER_ZERO;
        otherwise =
            build_literal(fuzz, dtype_arithmetic(dtype), is_zero ? 0.0 : 1.0);
        case_note(
            fuzz, is_zero ? FUZZ_FEATURE_ELSE_ZERO : FUZZ_FEATURE_ELSE_VALUE);
    }
    if (v->border == BORDER_STATE) {
        struct fuzz_index index[FUZZ_MAX_RANK];
        struct fuzz_index extents[FUZZ_MAX_RANK];
        for (int i = 0; i < v->rank_x; i++) {
            index[i] = v->x[i];
            extents[i] = v->extents_x[i];
        }
        index[v->rank_x - 1] = v->state_index;
        extents[v->rank_x - 1] = v->state_extent;
        int state =
            build_tensor(fuzz, "state", FUZZ_IN, dtype, v->rank_x, extents);
        otherwise = build_load(fuzz, state, index, -1);
        case_note(fuzz, FUZZ_FEATURE_ELSE_VALUE);
    }
    int load = build_load(fuzz, x, v->x, otherwise);
    return build_convert(fuzz, v->type, load);
}

/* w*x, x*w, alpha*w*x, now and then x alone. */
static int draw_term(struct convolution *v)
{
    struct fuzz_case *fuzz = v->fuzz;
    int tap = draw_tap(v);
    if (random_chance(&fuzz->random, 8))
        return tap;
    int w = build_tensor(fuzz, "w", FUZZ_IN, dtype_random(fuzz, v->type),
        v->rank_w, v->extents_w);
    int weight = build_load(fuzz, w, v->w, -1);
    if (random_chance(&fuzz->random, 8)) {
        int alpha = build_tensor(fuzz, "alpha", FUZZ_IN, v->type, 0, NULL);
        int scale = build_load(fuzz, alpha, NULL, -1);
        weight = build_binary(fuzz, FUZZ_MULTIPLY, scale, weight);
        case_note(fuzz, FUZZ_FEATURE_SCALAR_ARGUMENT);
    }
    if (random_chance(&fuzz->random, 25))
        return build_binary(fuzz, FUZZ_MULTIPLY, tap, weight);
    return build_binary(fuzz, FUZZ_MULTIPLY, weight, tap);
}

/* b[c], a literal, or -1 for none. */
static int draw_bias(struct convolution *v)
{
    struct fuzz_case *fuzz = v->fuzz;
    if (v->bias_loop < 0 || random_chance(&fuzz->random, 45))
        return -1;
    int b = build_tensor(
        fuzz, "b", FUZZ_IN, dtype_random(fuzz, v->type), 1, &v->bias_extent);
    struct fuzz_index index = symbol_index(v->bias_loop);
    return build_load(fuzz, b, &index, -1);
}

/* y = f(b + sum(k in K) w*x) */
static void write_as_sum(struct convolution *v, int y, int nest)
{
    struct fuzz_case *fuzz = v->fuzz;
    int n_loops = v->n_reduced > 2 ? 2 : v->n_reduced;
    int body = draw_term(v);
    bool is_split = n_loops == 2 && random_chance(&fuzz->random, 20);
    int value;
    if (is_split) {
        value = build_reduce(fuzz, FUZZ_SUM, 1, &v->reduced[1], body);
        value = build_reduce(fuzz, FUZZ_SUM, 1, &v->reduced[0], value);
    } else {
        value = build_reduce(fuzz, FUZZ_SUM, n_loops, v->reduced, body);
    }
    int bias = draw_bias(v);
    if (bias >= 0)
        value = random_chance(&fuzz->random, 75)
                    ? build_binary(fuzz, FUZZ_ADD, bias, value)
                    : build_binary(fuzz, FUZZ_ADD, value, bias);
    value = value_activate(fuzz, value);
    build_child(fuzz, nest, build_assign(fuzz, FUZZ_SET_TO, y, v->y, value));
}

/* f32 acc = b; for k acc += w*x; y = f(acc); */
static void write_as_loops(struct convolution *v, int y, int nest)
{
    struct fuzz_case *fuzz = v->fuzz;
    int acc = build_scalar(fuzz, v->type);
    int bias = draw_bias(v);
    int start = bias >= 0 ? bias : build_literal(fuzz, v->type, 0.0);
    build_child(fuzz, nest, build_declare(fuzz, acc, start));
    int inner = build_for(fuzz, v->n_reduced, v->reduced);
    build_child(fuzz, inner,
        build_assign_scalar(fuzz, FUZZ_ACCUMULATE, acc, draw_term(v)));
    build_child(fuzz, nest, inner);
    int value = value_activate(fuzz, build_read_scalar(fuzz, acc));
    build_child(fuzz, nest, build_assign(fuzz, FUZZ_SET_TO, y, v->y, value));
    case_note(fuzz, FUZZ_FEATURE_EXPLICIT);
}

/* y = b; for k y += w*x; in one nest or in two. */
static void write_in_memory(struct convolution *v, int y, int nest)
{
    struct fuzz_case *fuzz = v->fuzz;
    int bias = draw_bias(v);
    int start = bias >= 0 ? bias : build_literal(fuzz, v->type, 0.0);
    build_child(fuzz, nest, build_assign(fuzz, FUZZ_SET_TO, y, v->y, start));
    int all[9];
    int n = 0;
    bool has_own_nest = random_chance(&fuzz->random, 40);
    for (int i = 0; has_own_nest && i < v->n_outer; i++)
        all[n++] = v->outer[i];
    for (int i = 0; i < v->n_reduced && n < 5; i++)
        all[n++] = v->reduced[i];
    if (n < v->n_reduced + (has_own_nest ? v->n_outer : 0))
        fuzz->is_full = true;
    int inner = build_for(fuzz, n, all);
    build_child(fuzz, inner,
        build_assign(fuzz, FUZZ_ACCUMULATE, y, v->y, draw_term(v)));
    if (has_own_nest)
        build_root(fuzz, inner);
    else
        build_child(fuzz, nest, inner);
    case_note(fuzz, FUZZ_FEATURE_OUT_ACCUMULATE);
}

static enum border draw_border(struct fuzz_case *fuzz, int n_spatial)
{
    static const int weights[] = {26, 44, 4, 6, 8, 6, 6};
    enum border border =
        (enum border)random_weighted(&fuzz->random, 7, weights);
    return border == BORDER_STATE && n_spatial > 1 ? BORDER_ZERO : border;
}

void family_convolution(struct fuzz_case *fuzz)
{
    static const int channel_weights[] = {20, 45, 25, 10};
    struct fuzz_random *random = &fuzz->random;
    struct convolution v = {.fuzz = fuzz, .bias_loop = -1};
    case_note(fuzz, FUZZ_FEATURE_CONVOLUTION);
    v.type = dtype_random_arithmetic(fuzz);
    v.channels = (enum channels)random_weighted(random, 4, channel_weights);
    v.n_spatial = random_chance(random, 80) ? 1 : 2;
    if (v.channels == CHANNELS_GROUPED || v.channels == CHANNELS_DENSE)
        v.n_spatial =
            v.channels == CHANNELS_GROUPED || v.n_spatial == 1 ? 1 : 2;
    v.border = draw_border(fuzz, v.n_spatial);
    add_channels(&v);
    for (int i = 0; i < v.n_spatial; i++)
        add_spatial(&v, i);
    bool in_memory = v.n_reduced <= 2 && random_chance(random, 18) &&
                     v.n_outer + v.n_reduced <= 5;
    enum fuzz_dtype dtype = dtype_random(fuzz, v.type);
    if (in_memory)
        dtype = v.type;
    int y = build_tensor(fuzz, "y", FUZZ_OUT, dtype, v.rank_y, v.extents_y);
    int nest = build_for(fuzz, v.n_outer, v.outer);
    build_root(fuzz, nest);
    if (in_memory)
        write_in_memory(&v, y, nest);
    else if (v.n_reduced > 2 || random_chance(random, 35))
        write_as_loops(&v, y, nest);
    else
        write_as_sum(&v, y, nest);
}
