/* For the tests of code generation: loop programs made by hand, compiled at
 * each ISA level this machine has, loaded, and run on buffers between
 * unmapped pages. Static functions only; included by one program each. */
#ifndef TAPC_TESTS_UNIT_CODEGEN_HARNESS_H
#define TAPC_TESTS_UNIT_CODEGEN_HARNESS_H

#include "codegen/codegen.h"
#include "codegen_cpu/codegen_cpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>

enum { MAX_ARRAYS = 16, MAX_PARAMETERS = 6 };

/* A kernel under construction. */
struct harness {
    struct compilation c;
    struct value_context *v;
    struct loop_program program;
    struct ast_kernel kernel;
    struct codegen_variant variant;
    const struct codegen_variant *more; /* variants beside it */
    int n_more;
    LLVMOrcLLJITRef jit;
    struct codegen *codegen;
};

static inline void harness_begin(struct harness *h)
{
    memset(h, 0, sizeof *h);
    struct arena *arena = arena_new();
    h->c.arena = arena;
    h->c.scratch = arena;
    h->c.names = name_table_new(arena);
    h->c.diag = diag_new(arena);
    h->c.options.optimize_level = 2;
    h->v = value_context_new(&h->c);
    h->program.name = name_of(h->c.names, "k");
    h->program.values = h->v;
    h->program.parameters =
        ARENA_ARRAY(arena, MAX_PARAMETERS, const struct variable *);
    h->program.declared =
        ARENA_ARRAY(arena, MAX_PARAMETERS, const struct ast_parameter *);
    h->program.arrays = ARENA_ARRAY(arena, MAX_ARRAYS, struct array *);
    h->program.requires = ARENA_ARRAY(arena, 16, const struct guard *);
    h->program.kernel = &h->kernel;
    h->program.fused = true;
    h->kernel.name = h->program.name;
    h->kernel.parameters =
        ARENA_ARRAY(arena, MAX_PARAMETERS, struct ast_parameter *);
    h->kernel.tensors = ARENA_ARRAY(arena, MAX_ARRAYS, struct ast_tensor *);
}

static inline void harness_end(struct harness *h)
{
    if (h->jit)
        LLVMOrcDisposeLLJIT(h->jit);
    h->codegen = codegen_free(h->codegen);
    arena_free(h->c.arena);
}

/* ---- Making programs --------------------------------------------------- */

static inline const struct variable *add_parameter(
    struct harness *h, const char *name)
{
    int i = h->program.n_parameters++;
    struct ast_parameter *declared =
        ARENA_NEW(h->c.arena, struct ast_parameter);
    declared->name = name_of(h->c.names, name);
    declared->position = h->kernel.n_parameters;
    h->kernel.parameters[h->kernel.n_parameters++] = declared;
    h->program.declared[i] = declared;
    h->program.parameters[i] =
        variable_new(h->v, VARIABLE_PARAMETER, declared->name);
    return h->program.parameters[i];
}

static inline struct array *add_array(struct harness *h, enum array_kind kind,
    const char *name, enum dtype type, int n,
    const struct affine *const *extents)
{
    struct array *array = ARENA_NEW(h->c.arena, struct array);
    array->kind = kind;
    array->name = name_of(h->c.names, name);
    array->type = type;
    array->n_dimensions = n;
    array->extents =
        arena_copy(h->c.arena, extents, (size_t)n * sizeof *extents);
    array->n_lanes = 1;
    array->id = h->program.n_arrays++;
    array->position = array->id;
    array_set_plain_axes(h->v, array);
    h->program.arrays[array->id] = array;
    if (kind > ARRAY_LOCAL)
        return array;
    struct ast_tensor *tensor = ARENA_NEW(h->c.arena, struct ast_tensor);
    tensor->name = array->name;
    tensor->direction = kind == ARRAY_IN      ? AST_IN
                        : kind == ARRAY_OUT   ? AST_OUT
                        : kind == ARRAY_INOUT ? AST_INOUT
                                              : AST_LOCAL;
    tensor->type = type;
    tensor->n_dimensions = n;
    tensor->position = array->position;
    h->kernel.tensors[h->kernel.n_tensors++] = tensor;
    return array;
}

static inline struct array *add_strided(struct harness *h, enum array_kind kind,
    const char *name, enum dtype type, int n,
    const struct affine *const *extents)
{
    struct array *array = add_array(h, kind, name, type, n, extents);
    array->is_strided = true;
    h->kernel.tensors[h->kernel.n_tensors - 1]->is_strided = true;
    return array;
}

static inline struct array *add_register(
    struct harness *h, const char *name, enum dtype type, int n_lanes)
{
    struct array *array = add_array(h, ARRAY_REGISTER, name, type, 0, NULL);
    array->n_lanes = n_lanes;
    return array;
}

static inline const struct affine *constant(struct harness *h, int64_t value)
{
    return affine_constant(h->v, value);
}

static inline const struct affine *of(
    struct harness *h, const struct variable *variable)
{
    return affine_variable(h->v, variable);
}

static inline const struct affine *plus(
    struct harness *h, const struct affine *a, const struct affine *b)
{
    return affine_add(h->v, a, b);
}

static inline const struct affine *minus(
    struct harness *h, const struct affine *a, const struct affine *b)
{
    return affine_subtract(h->v, a, b);
}

static inline const struct affine *times(
    struct harness *h, const struct affine *a, int64_t factor)
{
    return affine_scale(h->v, a, factor);
}

static inline const struct value *load_n(struct harness *h,
    const struct array *array, int n, const struct affine *const *index)
{
    struct source_range nowhere = {NULL, 0, 0};
    return value_load(h->v, array, n,
        arena_copy(h->c.arena, index, (size_t)n * sizeof *index), nowhere);
}

static inline const struct value *load1(
    struct harness *h, const struct array *array, const struct affine *a)
{
    return load_n(h, array, 1, &a);
}

static inline const struct value *load2(struct harness *h,
    const struct array *array, const struct affine *a, const struct affine *b)
{
    const struct affine *index[2] = {a, b};
    return load_n(h, array, 2, index);
}

static inline const struct value *load0(
    struct harness *h, const struct array *array)
{
    return load_n(h, array, 0, NULL);
}

static inline struct loop_node *assign_n(struct harness *h,
    const struct array *array, int n, const struct affine *const *index,
    const struct value *value, const struct variable *lane,
    const struct guard *guard)
{
    struct loop_node *node = ARENA_NEW(h->c.arena, struct loop_node);
    node->kind = LOOP_ASSIGN;
    node->array = array;
    node->n_index = n;
    node->index = arena_copy(h->c.arena, index, (size_t)n * sizeof *index);
    node->value = value;
    node->lane = lane;
    node->guard = guard;
    return node;
}

static inline struct loop_node *sequence(
    struct harness *h, int n, struct loop_node *const *children)
{
    struct loop_node *node = ARENA_NEW(h->c.arena, struct loop_node);
    node->kind = LOOP_SEQUENCE;
    node->n_children = n;
    node->children =
        arena_copy(h->c.arena, children, (size_t)n * sizeof *children);
    return node;
}

static inline struct loop_node *loop_over(struct harness *h,
    const struct variable *variable, const struct affine *lower,
    const struct affine *upper, int64_t step, struct loop_node *body)
{
    struct loop_node *node = ARENA_NEW(h->c.arena, struct loop_node);
    node->kind = LOOP_FOR;
    node->variable = variable;
    node->n_lower = node->n_upper = 1;
    node->lower = arena_copy(h->c.arena, &lower, sizeof lower);
    node->upper = arena_copy(h->c.arena, &upper, sizeof upper);
    node->step = step;
    node->n_children = 1;
    node->children = arena_copy(h->c.arena, &body, sizeof body);
    return node;
}

static inline const struct guard *all_of(
    struct harness *h, int n, const struct affine *const *terms)
{
    return guard_all(h->v, n, terms);
}

/* ---- Compiling --------------------------------------------------------- */

static inline void fail_with_diagnostics(struct harness *h)
{
    struct text text = text_new(h->c.arena);
    diag_print(h->c.diag, &text, false);
    print_error("%s\n", text.at);
    fail();
}

/* Build the module for one machine (and h->more). */
static inline void build(struct harness *h, const struct machine *machine)
{
    struct codegen_variant *variants =
        ARENA_ARRAY(h->c.arena, h->n_more + 1, struct codegen_variant);
    struct codegen_kernel *kernel =
        ARENA_NEW(h->c.arena, struct codegen_kernel);
    struct codegen_request *request =
        ARENA_NEW(h->c.arena, struct codegen_request);
    h->program.machine = machine;
    h->variant.program = &h->program;
    h->variant.machine = machine;
    variants[0] = h->variant;
    if (h->n_more)
        memcpy(variants + 1, h->more, (size_t)h->n_more * sizeof *variants);
    kernel->kernel = &h->kernel;
    kernel->n_variants = h->n_more + 1;
    kernel->variants = variants;
    request->target = strncmp(machine->triple, "x86", 3) == 0 ? &target_x86_64
                                                              : &target_aarch64;
    request->name = "test";
    request->n_kernels = 1;
    request->kernels = kernel;
    h->codegen = codegen_free(h->codegen);
    h->codegen = codegen_build(&h->c, request);
    if (!h->codegen)
        fail_with_diagnostics(h);
}

static inline const char *emit_to_text(
    struct harness *h, enum codegen_kind kind)
{
    struct blob blob;
    assert_true(codegen_emit(h->codegen, kind, &blob));
    return arena_printf(h->c.arena, "%.*s", (int)blob.size_bytes, blob.bytes);
}

static inline void check_llvm(LLVMErrorRef error)
{
    if (!error)
        return;
    char *message = LLVMGetErrorMessage(error);
    print_error("%s\n", message);
    LLVMDisposeErrorMessage(message);
    fail();
}

/* Load the object. */
static inline void load_object(struct harness *h)
{
    struct blob blob;
    LLVMOrcExecutorAddress address;
    (void)address;
    assert_true(codegen_emit(h->codegen, CODEGEN_OBJECT, &blob));
    if (h->jit)
        LLVMOrcDisposeLLJIT(h->jit);
    h->jit = NULL;
    check_llvm(LLVMOrcCreateLLJIT(&h->jit, NULL));
    check_llvm(
        LLVMOrcLLJITAddObjectFile(h->jit, LLVMOrcLLJITGetMainJITDylib(h->jit),
            LLVMCreateMemoryBufferWithMemoryRangeCopy(
                blob.bytes, blob.size_bytes, "object")));
}

static inline void *find_function(struct harness *h, const char *name)
{
    LLVMOrcExecutorAddress address = 0;
    check_llvm(LLVMOrcLLJITLookup(h->jit, &address, name));
    void *result;
    uintptr_t bits = (uintptr_t)address;
    memcpy(&result, &bits, sizeof result);
    return result;
}

/* ---- Guarded buffers --------------------------------------------------- */

/* "size_bytes" that end (or begin) at an unmapped page. */
struct guarded {
    char *map;
    size_t map_bytes;
    char *at;
    size_t size_bytes;
};

static inline struct guarded guarded_new(size_t size_bytes, bool at_end)
{
    struct guarded g;
    size_t page = 4096;
    size_t inner = (size_bytes + page) / page * page;
    g.map_bytes = inner + 2 * page;
    g.map = mmap(NULL, g.map_bytes, PROT_NONE, MAP_PRIVATE | 0x20, -1, 0);
    assert_true(g.map != MAP_FAILED);
    assert_int_equal(mprotect(g.map + page, inner, PROT_READ | PROT_WRITE), 0);
    g.at = at_end ? g.map + page + inner - size_bytes : g.map + page;
    g.size_bytes = size_bytes;
    return g;
}

static inline void guarded_free(struct guarded *g)
{
    munmap(g->map, g->map_bytes);
}

/* ---- Calling ----------------------------------------------------------- */

/* A call of any signature of integers and pointers, at most 16 of them. */
static inline int call_entry(void *function, int n, const intptr_t *a)
{
    typedef int entry(intptr_t, intptr_t, intptr_t, intptr_t, intptr_t,
        intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t,
        intptr_t, intptr_t, intptr_t, intptr_t);
    intptr_t b[16] = {0};
    entry *f;
    memcpy(&f, &function, sizeof f);
    memcpy(b, a, (size_t)n * sizeof *a);
    return f(b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
        b[11], b[12], b[13], b[14], b[15]);
}

/* ---- Against the interpreter ------------------------------------------- */

/* Some value of a type, now and then a special one; deterministic. */
static inline struct scalar random_scalar(uint32_t *seed, enum dtype type)
{
    struct scalar result = {0, 0};
    *seed = *seed * 1664525u + 1013904223u;
    uint32_t r = *seed >> 8;
    int64_t small = (int64_t)(r % 41) - 20;
    result.integer = r % 7 == 0 ? (int64_t)(r * 77777u) : small;
    result.real = (double)small * 0.375;
    if (r % 11 == 0)
        result.real *= 1e-7;
    if (r % 97 == 0)
        result.real = 1e30;
    if (r % 61 == 1)
        result.real = r % 2 ? (double)__builtin_inf() : __builtin_nan("");
    if (r % 53 == 2)
        result.real = -0.0;
    if (!dtype_is_float(type))
        return scalar_convert(result, DTYPE_INDEX, type);
    return scalar_convert(result, DTYPE_F64, type);
}

static inline void fill(uint32_t *seed, void *at, int64_t n, enum dtype type)
{
    for (int64_t i = 0; i < n; i++)
        scalar_write((char *)at + i * dtype_bits(type) / 8, type,
            random_scalar(seed, type));
}

/* Equal, or both NaN, or zeros of either sign. */
static inline bool is_same(const char *a, const char *b, enum dtype type)
{
    struct scalar x = scalar_read(a, type), y = scalar_read(b, type);
    if (!dtype_is_float(type))
        return x.integer == y.integer;
    return x.real == y.real || (x.real != x.real && y.real != y.real);
}

/* Buffers of all arguments: one set for the interpreter, one guarded. */
struct buffers {
    int n;
    struct loop_buffer expected[MAX_ARRAYS];
    struct guarded actual[MAX_ARRAYS];
};

static inline void make_buffers(struct harness *h, struct buffers *buffers,
    const int64_t *parameters, uint32_t *seed, bool at_end)
{
    memset(buffers, 0, sizeof *buffers);
    buffers->n = h->kernel.n_tensors;
    for (int i = 0; i < buffers->n; i++) {
        const struct array *array = h->program.arrays[i];
        int64_t n = loop_array_elements(&h->program, array, parameters);
        size_t bytes = (size_t)(n * dtype_bits(array->type) / 8);
        assert_true(n >= 0);
        if (array->kind == ARRAY_LOCAL)
            continue;
        buffers->expected[i].size_elements = n;
        buffers->expected[i].data = calloc(bytes + 1, 1);
        fill(seed, buffers->expected[i].data, n, array->type);
        buffers->actual[i] = guarded_new(bytes, at_end);
        memcpy(buffers->actual[i].at, buffers->expected[i].data, bytes);
    }
}

static inline void free_buffers(struct buffers *buffers)
{
    for (int i = 0; i < buffers->n; i++) {
        if (!buffers->actual[i].map)
            continue;
        free(buffers->expected[i].data);
        guarded_free(&buffers->actual[i]);
    }
}

static inline void compare_buffers(
    struct harness *h, struct buffers *buffers, const char *what)
{
    for (int i = 0; i < buffers->n; i++) {
        const struct array *array = h->program.arrays[i];
        size_t size = (size_t)dtype_bits(array->type) / 8;
        for (int64_t k = 0; k < buffers->expected[i].size_elements; k++) {
            const char *a =
                (char *)buffers->expected[i].data + (size_t)k * size;
            const char *b = buffers->actual[i].at + (size_t)k * size;
            if (is_same(a, b, array->type))
                continue;
            struct scalar x = scalar_read(a, array->type);
            struct scalar y = scalar_read(b, array->type);
            struct text text = text_new(h->c.arena);
            loop_print(&text, &h->program);
            print_error("%s\n%s: %s[%lld] is %g/%lld, should be %g/%lld\n",
                text.at, what, array->name->text, (long long)k, y.real,
                (long long)y.integer, x.real, (long long)x.integer);
            fail();
        }
    }
}

/* Run the loaded entry and the interpreter on the same data and compare. */
static inline void run_and_compare(struct harness *h, const char *what,
    const int64_t *parameters, uint32_t seed, bool at_end)
{
    struct buffers buffers;
    intptr_t arguments[16];
    int n = 0;
    make_buffers(h, &buffers, parameters, &seed, at_end);
    const char *error = loop_interpret(&h->c, &h->program, parameters,
        buffers.expected, 0, &(struct loop_counts){0});
    if (error) {
        print_error("interpreter: %s\n", error);
        fail();
    }
    for (int i = 0; i < buffers.n; i++)
        if (buffers.actual[i].map)
            arguments[n++] = (intptr_t)buffers.actual[i].at;
    for (int i = 0; i < h->program.n_parameters; i++)
        arguments[n++] = (intptr_t)parameters[i];
    int status = call_entry(find_function(h, "k"), n, arguments);
    assert_int_equal(status, 0);
    compare_buffers(h, &buffers, what);
    free_buffers(&buffers);
}

/* The levels of this architecture that this machine has. */
static inline int host_levels(const struct machine **levels)
{
    int n = 0;
    for (int i = 0; i < 2; i++) {
        const struct target *target = i ? &target_aarch64 : &target_x86_64;
        const char *const *names = cpu_default_levels(target);
        for (; *names; names++) {
            const struct machine *one = cpu_machine_of_level(target, *names);
            if (codegen_can_run(one))
                levels[n++] = one;
        }
    }
    return n;
}

#endif
