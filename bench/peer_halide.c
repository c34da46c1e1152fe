/* Calls of functions that Halide compiled. */
#include "measure.h"

#include <HalideRuntime.h>
#include <stdlib.h>
#include <string.h>

enum { N_TENSORS = 4, MAX_AXES = 5 };

/* The tensors of a call, and Halide's view of them. */
struct halide_call {
    int (*function)(void **arguments);
    void *arguments[N_TENSORS];
    struct halide_buffer_t buffers[N_TENSORS];
    halide_dimension_t dimensions[N_TENSORS][MAX_AXES];
};

/* A call of "function" with four tensors of floats; tensor i has n_axes[i]
 * axes whose extents follow in "extents", the contiguous one first. */
void *peer_halide_new(void *function, void *const *tensors,
    const int64_t *n_axes, const int64_t *extents)
{
    struct halide_call *call = calloc(1, sizeof *call);
    memcpy(&call->function, &function, sizeof function);
    for (int i = 0; i < N_TENSORS; i++) {
        struct halide_buffer_t *buffer = &call->buffers[i];
        int32_t stride = 1;
        buffer->host = tensors[i];
        buffer->type.code = halide_type_float;
        buffer->type.bits = 32;
        buffer->type.lanes = 1;
        buffer->dimensions = (int32_t)n_axes[i];
        buffer->dim = call->dimensions[i];
        for (int64_t k = 0; k < n_axes[i]; k++) {
            buffer->dim[k].extent = (int32_t)*extents++;
            buffer->dim[k].stride = stride;
            stride *= buffer->dim[k].extent;
        }
        call->arguments[i] = buffer;
    }
    return call;
}

/* One call; 0 unless Halide complains. */
int peer_halide_run(void *call)
{
    struct halide_call *it = call;
    return it->function(it->arguments);
}

void peer_halide_free(void *call)
{
    free(call);
}
