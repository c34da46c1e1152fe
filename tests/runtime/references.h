/* The loops of reference_*.c, by kernel: shape and reference of each. */
#ifndef TESTS_RUNTIME_REFERENCES_H
#define TESTS_RUNTIME_REFERENCES_H

#include "harness.h"

#define REFERENCE(kernel)                                                      \
    bool shape_##kernel(struct tensor *t, const int64_t *p);                   \
    void reference_##kernel(struct tensor *t, const int64_t *p)

double silu_of(double value);
double gelu_of(double value);
int64_t floor_divide(int64_t a, int64_t b);

REFERENCE(dwconv1d);
REFERENCE(dwconv1d_scheduled);
REFERENCE(dwconv1d_plain);
REFERENCE(dwconv1d_quantized);
REFERENCE(dwconv1d_multiplier);
REFERENCE(dwconv1d_strided);
REFERENCE(dwconv1d_dilated);
REFERENCE(dwconv1d_transposed);
REFERENCE(dwconv1d_scatter);
REFERENCE(dwconv1d_replicate);
REFERENCE(dwconv1d_circular);
REFERENCE(dwconv1d_reflect);
REFERENCE(dwconv1d_grad_data);
REFERENCE(dwconv1d_grad_weight);
REFERENCE(dwconv1d_grad_bias);
REFERENCE(dwconv1d_backward);
REFERENCE(causal_conv1d);
REFERENCE(causal_conv1d_state);
REFERENCE(causal_conv1d_update);
REFERENCE(causal_conv1d_packed);
REFERENCE(causal_conv1d_bf16);
REFERENCE(conv1d);
REFERENCE(conv1d_grouped);
REFERENCE(dwconv2d);
REFERENCE(dw_pointwise);
REFERENCE(conv_rows);
REFERENCE(fir);
REFERENCE(fir_bank);
REFERENCE(fir_i16);
REFERENCE(moving_average);
REFERENCE(moving_sum);
REFERENCE(max_pool1d);
REFERENCE(max_pool1d_u8);
REFERENCE(avg_pool1d);
REFERENCE(jacobi_1d);
REFERENCE(jacobi_2d);
REFERENCE(heat_3d);
REFERENCE(seidel_2d);
REFERENCE(fdtd_2d);

#endif
