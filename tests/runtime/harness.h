/* Runs compiled examples against plain loops in double precision.
 *
 * Files: harness.c (sizes, calls, comparison, status codes), buffer.c
 * (guarded memory, layouts, element types), device.c (the same on a GPU),
 * reference_*.c (the loops, by
 * hand), rows.c (the table: one row per kernel).
 *
 * To add an example: its file in lang/examples, a reference, a row.
 */
#ifndef TESTS_RUNTIME_HARNESS_H
#define TESTS_RUNTIME_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum type { F64, F32, F16, BF16, I32, I16, I8, U8 };
enum direction { IN, OUT, INOUT };

enum { MAX_RANK = 5, MAX_TENSORS = 8, MAX_PARAMETERS = 8 };

/* One argument. The first four are the row's; "layout" is the order in
 * memory, "" as declared, else axes such as "0 1/16 2 1%16"; "strided" asks
 * for run-time strides. "extent" is set by the row's shape function.
 *
 * "value" is the tensor in declared order and double precision: what goes in,
 * then (reference) what must come out; "bound" is the error allowed for each
 * element. "at" is what the kernel gets: "memory_elements" elements between
 * pages without access. "strides" in elements, of a strided tensor.
 */
struct tensor {
    const char *name;
    enum type type;
    enum direction direction;
    const char *layout;
    int rank;
    int64_t extent[MAX_RANK];
    int64_t n_elements;
    double *value;
    double *bound;
    int64_t strides[MAX_RANK];
    int64_t memory_elements;
    void *at;
    void *before; /* copy of the memory at "at" before the call */
    void *map;
    size_t map_bytes;
};

/* How the inputs are chosen. */
enum data {
    DATA_INTEGERS, /* small: sums are exact, results must be equal */
    DATA_REALS,    /* within the bound */
    DATA_SPECIALS, /* some weights are infinite or NaN */
    N_DATA
};

/* One kernel. "parameters" are its run-time parameters in order, with the
 * values to try. "shape" sets extents and says whether the kernel accepts the
 * parameters. "call" passes tensors and parameters on. "reference" computes
 * value and bound of the outputs from the inputs' values. "largest" bounds
 * integer data. "is_exact": integer data give exact results. "has_taps":
 * special weights (the tensor called "w" or "h") are worth trying. "typical"
 * are parameters for the tests of status codes. */
struct row {
    const char *kernel;
    struct tensor tensors[MAX_TENSORS];
    const char *parameters;
    int64_t typical[MAX_PARAMETERS];
    int largest;
    bool is_exact;
    bool has_taps;
    bool (*shape)(struct tensor *t, const int64_t *p);
    int (*call)(struct tensor *t, const int64_t *p);
    void (*reference)(struct tensor *t, const int64_t *p);
};

/* ---- Memory of a GPU (device.c) ----------------------------------------- */

/* Before and after a call: tensors are where the kernel can reach them. False
 * if bytes around them were overwritten. */
void device_enter(struct tensor *t, int n);
bool device_leave(struct tensor *t, int n);

/* A workspace (NULL: none is needed). False as above. */
void *workspace_new(int64_t n_bytes);
bool workspace_free(void *at);

extern const struct row runtime_rows[];
extern const int runtime_n_rows;

/* ---- For references ---------------------------------------------------- */

/* A sum of products with what its rounding error depends on. */
struct sum {
    double value;
    double magnitude;
    int64_t n;
};

void sum_add(struct sum *sum, double a, double b);

/* n * u / (1 - n * u) for the unit roundoff of "type"'s arithmetic. */
double error_gamma(enum type type, int64_t n);

/* Element of a tensor by logical index. */
double *tensor_at(
    const struct tensor *t, int64_t i, int64_t j, int64_t k, int64_t l);
#define AT1(t, i) (*tensor_at((t), (i), 0, 0, 0))
#define AT2(t, i, j) (*tensor_at((t), (i), (j), 0, 0))
#define AT3(t, i, j, k) (*tensor_at((t), (i), (j), (k), 0))
#define AT4(t, i, j, k, l) (*tensor_at((t), (i), (j), (k), (l)))

/* Store a sum, and a function of a sum whose slope is at most "slope", into
 * the element "at" of the output "t". */
void sum_store(const struct tensor *t, double *at, struct sum sum);
void sum_store_function(const struct tensor *t, double *at, struct sum sum,
    double result, double slope);

/* The same bound for every element of "t". */
void tensor_set_bound(struct tensor *t, double bound);

/* Set the rank and the extents; -1 ends the list. False if one is negative. */
bool tensor_shape(
    struct tensor *t, int rank, int64_t i, int64_t j, int64_t k, int64_t l);

/* ---- Buffers ----------------------------------------------------------- */

size_t type_bytes(enum type type);
bool type_is_float(enum type type);
/* The nearest value of the type, ties to even. */
double type_round(enum type type, double value);

/* Whether it has more than 2^63 bytes. */
bool tensor_is_huge(const struct tensor *t);
/* Map memory, strides and arrays for the extents in force; "at_end" puts the
 * last element against the page without access, else the first. "variant"
 * picks among strides. */
void tensor_allocate(struct tensor *t, bool at_end, int variant);
void tensor_free(struct tensor *t);
/* Write "value" into memory; an output is poisoned instead. Then make
 * "before". */
void tensor_write(struct tensor *t);
/* The element in memory that belongs to element "n" of "value". */
double tensor_read(const struct tensor *t, int64_t n);
/* The first byte that changed and should not have: any of an input, of the
 * gaps, of the rest of the pages. -1: none. */
int64_t tensor_find_damage(const struct tensor *t);

#endif
