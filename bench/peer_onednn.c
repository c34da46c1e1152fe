/* oneDNN through its C API, version 2 or 3.
 *
 * A convolution is made once for a layout ("tag" below) and executed many
 * times; weights are in the order it asked for before the first call. Rows of
 * time are images of one line, which is what it is fastest on. Input and
 * output are either in the order of the convolution from the start, or moved
 * from and to the user's order in every call.
 */
#include "measure.h"

#include <dnnl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t descriptor;
#else
typedef const dnnl_memory_desc_t *descriptor;
#endif

/* What the caller asks for. */
enum onednn_layout {
    ONEDNN_FIRST,   /* channels before rows */
    ONEDNN_LAST,    /* channels last */
    ONEDNN_BLOCKED, /* 16 channels last */
    ONEDNN_ANY,     /* what oneDNN likes best */
};

enum { N_ARGUMENTS = 4 }; /* input, weights, bias, output */

/* A convolution ready to run. */
struct onednn {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_desc_t description;
    dnnl_primitive_t convolution;
    dnnl_memory_t user[N_ARGUMENTS]; /* in the caller's order */
    dnnl_memory_t own[N_ARGUMENTS];  /* in the convolution's; may be user's */
    dnnl_primitive_t move_in, move_out;
    dnnl_exec_arg_t arguments[N_ARGUMENTS];
    bool moves_always;
};

static dnnl_data_type_t get_type(const struct measure_shape *shape)
{
    return shape->dtype == MEASURE_F32   ? dnnl_f32
           : shape->dtype == MEASURE_F16 ? dnnl_f16
                                         : dnnl_bf16;
}

/* A descriptor that lives as long as the process. */
static descriptor describe(
    int n, const int64_t *extents, dnnl_data_type_t type, dnnl_format_tag_t tag)
{
    dnnl_dims_t dims;
    memcpy(dims, extents, (size_t)n * sizeof *extents);
#if DNNL_VERSION_MAJOR >= 3
    dnnl_memory_desc_t made = NULL;
    return dnnl_memory_desc_create_with_tag(&made, n, dims, type, tag) ? NULL
                                                                       : made;
#else
    dnnl_memory_desc_t *made = malloc(sizeof *made);
    return dnnl_memory_desc_init_by_tag(made, n, dims, type, tag) ? NULL : made;
#endif
}

static dnnl_format_tag_t get_tag(int64_t layout)
{
    static const dnnl_format_tag_t tags[] = {
        dnnl_nchw, dnnl_nhwc, dnnl_nChw16c, dnnl_format_tag_any};
    return tags[layout];
}

/* The descriptors of input, weights, bias, output: in the caller's order, or
 * as "layout" says, with weights in any order. */
static bool describe_all(
    const struct measure_shape *s, int64_t layout, bool is_user, descriptor *to)
{
    dnnl_data_type_t type = get_type(s);
    dnnl_format_tag_t tag = get_tag(layout);
    const int64_t x[] = {s->n, s->c, s->height, s->width};
    const int64_t y[] = {s->n, s->outputs, s->output_height, s->output_width};
    const int64_t w[] = {s->groups, s->outputs / s->groups, s->c / s->groups,
        s->kernel_height, s->kernel_width};
    dnnl_format_tag_t with_groups = is_user ? dnnl_goihw : dnnl_format_tag_any;
    dnnl_format_tag_t without = is_user ? dnnl_oihw : dnnl_format_tag_any;
    to[0] = describe(4, x, type, tag);
    to[1] = s->groups > 1 ? describe(5, w, type, with_groups)
                          : describe(4, w + 1, type, without);
    to[2] = describe(1, &s->outputs, dnnl_f32, dnnl_x);
    to[3] = describe(4, y, type, tag);
    return to[0] && to[1] && to[2] && to[3];
}

/* Padding behind an axis, from what comes out. */
static int64_t find_padding(int64_t outputs, int64_t stride, int64_t taps,
    int64_t dilation, int64_t inputs, int64_t before)
{
    int64_t padding =
        (outputs - 1) * stride + (taps - 1) * dilation + 1 - inputs - before;
    return padding > 0 ? padding : 0;
}

static dnnl_primitive_attr_t make_attributes(const struct measure_shape *shape)
{
    dnnl_alg_kind_t kind = shape->activation == MEASURE_RELU
                               ? dnnl_eltwise_relu
                               : dnnl_eltwise_swish;
    float alpha = shape->activation == MEASURE_RELU ? 0 : 1;
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_post_ops_t operations = NULL;
    dnnl_primitive_attr_create(&attributes);
    if (shape->activation == MEASURE_NONE)
        return attributes;
    dnnl_post_ops_create(&operations);
#if DNNL_VERSION_MAJOR >= 3
    dnnl_post_ops_append_eltwise(operations, kind, alpha, 0);
#else
    dnnl_post_ops_append_eltwise(operations, 1, kind, alpha, 0);
#endif
    dnnl_primitive_attr_set_post_ops(attributes, operations);
    dnnl_post_ops_destroy(operations);
    return attributes;
}

/* The convolution for these descriptors; false where oneDNN has none. */
static bool make_convolution(struct onednn *it, const struct measure_shape *s,
    const descriptor *d, bool has_bias)
{
    dnnl_dims_t strides = {s->stride_height, s->stride_width};
    dnnl_dims_t dilations = {s->dilation_height - 1, s->dilation_width - 1};
    dnnl_dims_t before = {s->pad_top, s->pad_left};
    dnnl_dims_t behind = {
        find_padding(s->output_height, s->stride_height, s->kernel_height,
            s->dilation_height, s->height, s->pad_top),
        find_padding(s->output_width, s->stride_width, s->kernel_width,
            s->dilation_width, s->width, s->pad_left)};
    dnnl_primitive_attr_t attributes = make_attributes(s);
    dnnl_status_t status;
#if DNNL_VERSION_MAJOR >= 3
    status = dnnl_convolution_forward_primitive_desc_create(&it->description,
        it->engine, dnnl_forward_inference, dnnl_convolution_direct, d[0], d[1],
        has_bias ? d[2] : NULL, d[3], strides, dilations, before, behind,
        attributes);
#else
    dnnl_convolution_desc_t wanted;
    status = dnnl_dilated_convolution_forward_desc_init(&wanted,
        dnnl_forward_inference, dnnl_convolution_direct, d[0], d[1],
        has_bias ? d[2] : NULL, d[3], strides, dilations, before, behind);
    if (status == dnnl_success)
        status = dnnl_primitive_desc_create(
            &it->description, &wanted, attributes, it->engine, NULL);
#endif
    dnnl_primitive_attr_destroy(attributes);
    return status == dnnl_success && dnnl_primitive_create(&it->convolution,
                                         it->description) == dnnl_success;
}

/* A primitive that moves one memory into another. */
static dnnl_primitive_t make_move(
    const struct onednn *it, descriptor from, descriptor to)
{
    dnnl_primitive_desc_t description = NULL;
    dnnl_primitive_t move = NULL;
    if (dnnl_reorder_primitive_desc_create(
            &description, from, it->engine, to, it->engine, NULL))
        return NULL;
    dnnl_primitive_create(&move, description);
    dnnl_primitive_desc_destroy(description);
    return move;
}

static void move(const struct onednn *it, dnnl_primitive_t primitive,
    dnnl_memory_t from, dnnl_memory_t to)
{
    dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    dnnl_primitive_execute(primitive, it->stream, 2, arguments);
}

/* Memory of the convolution's own where its order is another one. */
static bool make_memory(
    struct onednn *it, const descriptor *user, void *const *at)
{
    static const dnnl_query_t queries[] = {dnnl_query_src_md,
        dnnl_query_weights_md, dnnl_query_exec_arg_md, dnnl_query_dst_md};
    for (int i = 0; i < N_ARGUMENTS; i++) {
        descriptor own = user[i];
        if (i != 2)
            own = dnnl_primitive_desc_query_md(it->description, queries[i], 0);
        if (dnnl_memory_create(&it->user[i], user[i], it->engine, at[i]))
            return false;
        it->own[i] = it->user[i];
        if (dnnl_memory_desc_equal(own, user[i]))
            continue;
        if (dnnl_memory_create(
                &it->own[i], own, it->engine, DNNL_MEMORY_ALLOCATE))
            return false;
        if (i == 0)
            it->move_in = make_move(it, user[i], own);
        else if (i == 3)
            it->move_out = make_move(it, own, user[i]);
        else
            move(it, make_move(it, user[i], own), it->user[i], it->own[i]);
    }
    if (it->move_in)
        move(it, it->move_in, it->user[0], it->own[0]);
    return dnnl_stream_wait(it->stream) == dnnl_success;
}

/* "MAJOR.MINOR.PATCH". */
void onednn_version(char *text, int64_t size)
{
    const dnnl_version_t *version = dnnl_version();
    snprintf(text, (size_t)size, "%d.%d.%d", version->major, version->minor,
        version->patch);
}

/* A convolution of tensors "at" (input, weights, bias or NULL, output) that
 * lie in order "user"; it works in order "own". With "moves_always" the order
 * is changed in every call. NULL where oneDNN has none. */
void *onednn_new(const struct measure_shape *shape, int64_t user, int64_t own,
    int64_t moves_always, void *const *at)
{
    static const int names[] = {
        DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST};
    static float no_bias;
    void *tensors[] = {at[0], at[1], at[2] ? at[2] : &no_bias, at[3]};
    struct onednn *it = calloc(1, sizeof *it);
    descriptor user_order[N_ARGUMENTS], own_order[N_ARGUMENTS];
    it->moves_always = moves_always;
    if (dnnl_engine_create(&it->engine, dnnl_cpu, 0) ||
        dnnl_stream_create(
            &it->stream, it->engine, dnnl_stream_default_flags) ||
        !describe_all(shape, user, true, user_order) ||
        !describe_all(shape, own, false, own_order) ||
        !make_convolution(it, shape, own_order, at[2]) ||
        !make_memory(it, user_order, tensors))
        return NULL;
    for (int i = 0; i < N_ARGUMENTS; i++)
        it->arguments[i] = (dnnl_exec_arg_t){names[i], it->own[i]};
    if (!at[2])
        it->arguments[2] = it->arguments[3];
    return it;
}

/* One call. */
int onednn_run(void *convolution)
{
    struct onednn *it = convolution;
    bool has_bias = it->arguments[2].arg == DNNL_ARG_BIAS;
    if (it->moves_always && it->move_in)
        move(it, it->move_in, it->user[0], it->own[0]);
    dnnl_primitive_execute(it->convolution, it->stream,
        has_bias ? N_ARGUMENTS : N_ARGUMENTS - 1, it->arguments);
    if (it->moves_always && it->move_out)
        move(it, it->move_out, it->own[3], it->user[3]);
    return dnnl_stream_wait(it->stream);
}

/* Bring the output into the caller's order, after a call that did not. */
void onednn_fetch(void *convolution)
{
    struct onednn *it = convolution;
    if (!it->moves_always && it->move_out)
        move(it, it->move_out, it->own[3], it->user[3]);
    dnnl_stream_wait(it->stream);
}

/* The name oneDNN gives to what it chose. */
void onednn_describe(void *convolution, char *text, int64_t size)
{
    struct onednn *it = convolution;
    const char *name = "?";
    dnnl_primitive_desc_query(
        it->description, dnnl_query_impl_info_str, 0, &name);
    snprintf(text, (size_t)size, "%s", name);
}

void onednn_free(void *convolution)
{
    struct onednn *it = convolution;
    if (!it)
        return;
    for (int i = 0; i < N_ARGUMENTS; i++) {
        if (it->own[i] != it->user[i])
            dnnl_memory_destroy(it->own[i]);
        dnnl_memory_destroy(it->user[i]);
    }
    dnnl_primitive_destroy(it->convolution);
    if (it->move_in)
        dnnl_primitive_destroy(it->move_in);
    if (it->move_out)
        dnnl_primitive_destroy(it->move_out);
    dnnl_primitive_desc_destroy(it->description);
    dnnl_stream_destroy(it->stream);
    dnnl_engine_destroy(it->engine);
    free(it);
}
