/* Calls of the compiled kernels with tensors and parameters of a row. */
#ifndef TESTS_RUNTIME_CALLS_H
#define TESTS_RUNTIME_CALLS_H

#include "harness.h"

int call_dwconv1d(struct tensor *t, const int64_t *p);
int call_dwconv1d_nlc(struct tensor *t, const int64_t *p);
int call_dwconv1d_blocked(struct tensor *t, const int64_t *p);
int call_dwconv1d_scheduled(struct tensor *t, const int64_t *p);
int call_dwconv1d_multiplier(struct tensor *t, const int64_t *p);
int call_dwconv1d_strided(struct tensor *t, const int64_t *p);
int call_dwconv1d_dilated(struct tensor *t, const int64_t *p);
int call_dwconv1d_transposed(struct tensor *t, const int64_t *p);
int call_dwconv1d_scatter(struct tensor *t, const int64_t *p);
int call_dwconv1d_replicate(struct tensor *t, const int64_t *p);
int call_dwconv1d_circular(struct tensor *t, const int64_t *p);
int call_dwconv1d_reflect(struct tensor *t, const int64_t *p);
int call_dwconv1d_f16(struct tensor *t, const int64_t *p);
int call_dwconv1d_quantized(struct tensor *t, const int64_t *p);
int call_causal_conv1d(struct tensor *t, const int64_t *p);
int call_causal_conv1d_nlc(struct tensor *t, const int64_t *p);
int call_causal_conv1d_state(struct tensor *t, const int64_t *p);
int call_causal_conv1d_update(struct tensor *t, const int64_t *p);
int call_causal_conv1d_packed(struct tensor *t, const int64_t *p);
int call_causal_conv1d_bf16(struct tensor *t, const int64_t *p);
int call_conv1d(struct tensor *t, const int64_t *p);
int call_conv1d_grouped(struct tensor *t, const int64_t *p);
int call_dwconv2d(struct tensor *t, const int64_t *p);
int call_dw_pointwise(struct tensor *t, const int64_t *p);
int call_conv_rows(struct tensor *t, const int64_t *p);
int call_fir(struct tensor *t, const int64_t *p);
int call_fir_bank(struct tensor *t, const int64_t *p);
int call_fir_i16(struct tensor *t, const int64_t *p);
int call_moving_average(struct tensor *t, const int64_t *p);
int call_moving_sum(struct tensor *t, const int64_t *p);
int call_max_pool1d(struct tensor *t, const int64_t *p);
int call_max_pool1d_u8(struct tensor *t, const int64_t *p);
int call_avg_pool1d(struct tensor *t, const int64_t *p);
int call_dwconv1d_grad_data(struct tensor *t, const int64_t *p);
int call_dwconv1d_grad_weight(struct tensor *t, const int64_t *p);
int call_dwconv1d_grad_bias(struct tensor *t, const int64_t *p);
int call_dwconv1d_backward(struct tensor *t, const int64_t *p);
int call_dwconv1d_backward_nlc(struct tensor *t, const int64_t *p);
int call_jacobi_1d(struct tensor *t, const int64_t *p);
int call_jacobi_2d(struct tensor *t, const int64_t *p);
int call_heat_3d(struct tensor *t, const int64_t *p);
int call_seidel_2d(struct tensor *t, const int64_t *p);
int call_fdtd_2d(struct tensor *t, const int64_t *p);

#endif
