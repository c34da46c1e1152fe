/* How each kernel is called. */
#include "avg_pool1d.h"
#include "causal_conv1d.h"
#include "causal_conv1d_bf16.h"
#include "causal_conv1d_nlc.h"
#include "causal_conv1d_packed.h"
#include "causal_conv1d_state.h"
#include "causal_conv1d_update.h"
#include "conv1d.h"
#include "conv1d_grouped.h"
#include "conv_rows.h"
#include "dw_pointwise.h"
#include "dwconv1d.h"
#include "dwconv1d_backward.h"
#include "dwconv1d_blocked.h"
#include "dwconv1d_dilated.h"
#include "dwconv1d_f16.h"
#include "dwconv1d_grad.h"
#include "dwconv1d_multiplier.h"
#include "dwconv1d_nlc.h"
#include "dwconv1d_padding.h"
#include "dwconv1d_quantized.h"
#include "dwconv1d_scatter.h"
#include "dwconv1d_scheduled.h"
#include "dwconv1d_strided.h"
#include "dwconv1d_transposed.h"
#include "dwconv2d.h"
#include "fdtd_2d.h"
#include "fir.h"
#include "fir_bank.h"
#include "fir_i16.h"
#include "heat_3d.h"
#include "jacobi_1d.h"
#include "jacobi_2d.h"
#include "max_pool1d.h"
#include "max_pool1d_u8.h"
#include "moving_average.h"
#include "moving_sum.h"
#include "seidel_2d.h"

#include "calls.h"

#include <stdlib.h>

int call_dwconv1d(struct tensor *t, const int64_t *p)
{
    return dwconv1d(t[0].at, t[1].at, t[2].at, t[3].at, p[0], p[1], p[2], p[3]);
}

int call_dwconv1d_nlc(struct tensor *t, const int64_t *p)
{
    return dwconv1d_nlc(
        t[0].at, t[1].at, t[2].at, t[3].at, p[0], p[1], p[2], p[3]);
}

int call_dwconv1d_blocked(struct tensor *t, const int64_t *p)
{
    return dwconv1d_blocked(
        t[0].at, t[1].at, t[2].at, t[3].at, p[0], p[1], p[2], p[3]);
}

int call_dwconv1d_scheduled(struct tensor *t, const int64_t *p)
{
    return dwconv1d_scheduled(
        t[0].at, t[1].at, t[2].at, t[3].at, p[0], p[1], p[2], p[3]);
}

int call_dwconv1d_multiplier(struct tensor *t, const int64_t *p)
{
    return dwconv1d_multiplier(
        t[0].at, t[1].at, t[2].at, p[0], p[1], p[2], p[3], p[4]);
}

int call_dwconv1d_strided(struct tensor *t, const int64_t *p)
{
    return dwconv1d_strided(
        t[0].at, t[1].at, t[2].at, t[3].at, p[0], p[1], p[2], p[3], p[4]);
}

int call_dwconv1d_dilated(struct tensor *t, const int64_t *p)
{
    return dwconv1d_dilated(
        t[0].at, t[1].at, t[2].at, p[0], p[1], p[2], p[3], p[4], p[5]);
}

int call_dwconv1d_transposed(struct tensor *t, const int64_t *p)
{
    return dwconv1d_transposed(
        t[0].at, t[1].at, t[2].at, p[0], p[1], p[2], p[3], p[4]);
}

int call_dwconv1d_scatter(struct tensor *t, const int64_t *p)
{
    return dwconv1d_scatter(
        t[0].at, t[1].at, t[2].at, p[0], p[1], p[2], p[3], p[4]);
}

int call_dwconv1d_replicate(struct tensor *t, const int64_t *p)
{
    return dwconv1d_replicate(
        t[0].at, t[1].at, t[2].at, p[0], p[1], p[2], p[3]);
}

int call_dwconv1d_circular(struct tensor *t, const int64_t *p)
{
    return dwconv1d_circular(t[0].at, t[1].at, t[2].at, p[0], p[1], p[2], p[3]);
}

int call_dwconv1d_reflect(struct tensor *t, const int64_t *p)
{
    return dwconv1d_reflect(t[0].at, t[1].at, t[2].at, p[0], p[1], p[2], p[3]);
}

int call_dwconv1d_f16(struct tensor *t, const int64_t *p)
{
    return dwconv1d_f16(t[0].at, t[1].at, t[2].at, p[0], p[1], p[2], p[3]);
}

int call_dwconv1d_quantized(struct tensor *t, const int64_t *p)
{
    return dwconv1d_quantized((uint8_t)t[0].value[0], t[1].at, t[2].at, t[3].at,
        t[4].at, t[5].at, p[0], p[1], p[2], p[3]);
}

int call_causal_conv1d(struct tensor *t, const int64_t *p)
{
    return causal_conv1d(
        t[0].at, t[1].at, t[2].at, t[3].at, p[0], p[1], p[2], p[3]);
}

int call_causal_conv1d_nlc(struct tensor *t, const int64_t *p)
{
    return causal_conv1d_nlc(
        t[0].at, t[1].at, t[2].at, t[3].at, p[0], p[1], p[2], p[3]);
}

int call_causal_conv1d_state(struct tensor *t, const int64_t *p)
{
    return causal_conv1d_state(t[0].at, t[1].at, t[2].at, t[3].at, t[4].at,
        t[5].at, p[0], p[1], p[2], p[3]);
}

int call_causal_conv1d_update(struct tensor *t, const int64_t *p)
{
    return causal_conv1d_update(
        t[0].at, t[1].at, t[2].at, t[3].at, t[4].at, p[0], p[1], p[2]);
}

int call_causal_conv1d_packed(struct tensor *t, const int64_t *p)
{
    return causal_conv1d_packed(
        t[0].at, t[1].at, t[2].at, t[3].at, t[4].at, p[0], p[1], p[2]);
}

int call_causal_conv1d_bf16(struct tensor *t, const int64_t *p)
{
    return causal_conv1d_bf16(
        t[0].at, t[1].at, t[2].at, t[3].at, p[0], p[1], p[2], p[3]);
}

int call_conv1d(struct tensor *t, const int64_t *p)
{
    return conv1d(
        t[0].at, t[1].at, t[2].at, t[3].at, p[0], p[1], p[2], p[3], p[4]);
}

int call_conv1d_grouped(struct tensor *t, const int64_t *p)
{
    return conv1d_grouped(
        t[0].at, t[1].at, t[2].at, p[0], p[1], p[2], p[3], p[4], p[5]);
}

int call_dwconv2d(struct tensor *t, const int64_t *p)
{
    return dwconv2d(
        t[0].at, t[1].at, t[2].at, t[3].at, p[0], p[1], p[2], p[3], p[4]);
}

int call_dw_pointwise(struct tensor *t, const int64_t *p)
{
    int64_t size = dw_pointwise_workspace(p[0], p[1], p[2], p[3], p[4]);
    void *workspace = workspace_new(size);
    int status = dw_pointwise(t[0].at, t[1].at, t[2].at, t[3].at, t[4].at,
        workspace, p[0], p[1], p[2], p[3], p[4]);
    if (!workspace_free(workspace))
        status = -1;
    return status;
}

int call_conv_rows(struct tensor *t, const int64_t *p)
{
    return conv_rows(t[0].at, t[1].at, t[2].at, p[0], p[1], p[2]);
}

int call_fir(struct tensor *t, const int64_t *p)
{
    return fir(t[0].at, t[1].at, t[2].at, p[0], p[1], p[2]);
}

int call_fir_bank(struct tensor *t, const int64_t *p)
{
    return fir_bank(t[0].at, t[1].at, t[2].at, p[0], p[1], p[2], p[3]);
}

int call_fir_i16(struct tensor *t, const int64_t *p)
{
    return fir_i16(t[0].at, t[1].at, t[2].at, p[0], p[1]);
}

int call_moving_average(struct tensor *t, const int64_t *p)
{
    return moving_average((float)t[0].value[0], t[1].at, t[1].strides, t[2].at,
        t[2].strides, p[0], p[1], p[2]);
}

int call_moving_sum(struct tensor *t, const int64_t *p)
{
    return moving_sum(t[0].at, t[1].at, p[0], p[1], p[2]);
}

int call_max_pool1d(struct tensor *t, const int64_t *p)
{
    return max_pool1d(t[0].at, t[1].at, p[0], p[1], p[2], p[3], p[4]);
}

int call_max_pool1d_u8(struct tensor *t, const int64_t *p)
{
    return max_pool1d_u8(t[0].at, t[1].at, p[0], p[1], p[2]);
}

int call_avg_pool1d(struct tensor *t, const int64_t *p)
{
    return avg_pool1d(t[0].at, t[1].at, p[0], p[1], p[2], p[3], p[4]);
}

int call_dwconv1d_grad_data(struct tensor *t, const int64_t *p)
{
    return dwconv1d_grad_data(
        t[0].at, t[1].at, t[2].at, p[0], p[1], p[2], p[3]);
}

int call_dwconv1d_grad_weight(struct tensor *t, const int64_t *p)
{
    return dwconv1d_grad_weight(
        t[0].at, t[1].at, t[2].at, p[0], p[1], p[2], p[3]);
}

int call_dwconv1d_grad_bias(struct tensor *t, const int64_t *p)
{
    return dwconv1d_grad_bias(t[0].at, t[1].at, p[0], p[1], p[2]);
}

int call_dwconv1d_backward(struct tensor *t, const int64_t *p)
{
    return dwconv1d_backward(t[0].at, t[1].at, t[2].at, t[3].at, t[4].at,
        t[5].at, p[0], p[1], p[2], p[3]);
}

int call_dwconv1d_backward_nlc(struct tensor *t, const int64_t *p)
{
    return dwconv1d_backward_nlc(t[0].at, t[1].at, t[2].at, t[3].at, t[4].at,
        t[5].at, p[0], p[1], p[2], p[3]);
}

int call_jacobi_1d(struct tensor *t, const int64_t *p)
{
    return jacobi_1d(t[0].at, t[1].at, p[0], p[1]);
}

int call_jacobi_2d(struct tensor *t, const int64_t *p)
{
    return jacobi_2d(t[0].at, t[1].at, p[0], p[1]);
}

int call_heat_3d(struct tensor *t, const int64_t *p)
{
    return heat_3d(t[0].at, t[1].at, p[0], p[1]);
}

int call_seidel_2d(struct tensor *t, const int64_t *p)
{
    return seidel_2d(t[0].at, p[0], p[1]);
}

int call_fdtd_2d(struct tensor *t, const int64_t *p)
{
    return fdtd_2d(t[0].at, t[1].at, t[2].at, t[3].at, p[0], p[1], p[2]);
}
