/* A kernel timed on a GPU: its launcher, called while a stream is captured, in
 * graphs that are replayed between two events; beside a copy of as many bytes,
 * and the shortest of copies, which says what starting anything takes. Cold:
 * everything was driven out of the caches before. Warm: calls one after the
 * other. */
#include "base/sample.h"
#include "bench/bench_internal.h"

#include <dlfcn.h>
#include <math.h>
#include <string.h>

static const struct source_range nowhere = {NULL, 0, 0};

enum {
    DEFAULT_ROUNDS = 21,
    WARM_CALLS = 20,
    FLUSH_BYTES = 256 << 20,
    FEW_BYTES = 16,
    MOST_NAME = 64
};

/* ---- The driver ---------------------------------------------------------- */

/* Its functions: name in libcuda.so.1, field, arguments. */
#define DRIVER_CALLS                                                           \
    CALL("cuInit", init, (unsigned flags))                                     \
    CALL("cuDeviceGet", get_device, (int *device, int number))                 \
    CALL("cuDeviceGetName", get_name, (char *name, int n, int device))         \
    CALL("cuDevicePrimaryCtxRetain", retain, (void **context, int device))     \
    CALL("cuDevicePrimaryCtxRelease_v2", release, (int device))                \
    CALL("cuCtxSetCurrent", set_context, (void *context))                      \
    CALL("cuMemAlloc_v2", allocate, (uint64_t * at, size_t n_bytes))           \
    CALL("cuMemFree_v2", free, (uint64_t at))                                  \
    CALL("cuMemcpyHtoD_v2", copy_to,                                           \
        (uint64_t to, const void *from, size_t n_bytes))                       \
    CALL("cuMemcpyDtoH_v2", copy_from,                                         \
        (void *to, uint64_t from, size_t n_bytes))                             \
    CALL("cuMemcpyDtoDAsync_v2", copy,                                         \
        (uint64_t to, uint64_t from, size_t n_bytes, void *stream))            \
    CALL("cuMemsetD8Async", fill,                                              \
        (uint64_t at, unsigned char value, size_t n_bytes, void *stream))      \
    CALL("cuStreamCreate", new_stream, (void **stream, unsigned flags))        \
    CALL("cuStreamDestroy_v2", end_stream, (void *stream))                     \
    CALL("cuStreamSynchronize", wait_stream, (void *stream))                   \
    CALL("cuStreamBeginCapture_v2", begin_capture, (void *stream, int mode))   \
    CALL("cuStreamEndCapture", end_capture, (void *stream, void **graph))      \
    CALL("cuGraphInstantiateWithFlags", make_graph,                            \
        (void **made, void *graph, unsigned long long flags))                  \
    CALL("cuGraphDestroy", end_graph, (void *graph))                           \
    CALL("cuGraphExecDestroy", end_made, (void *graph))                        \
    CALL("cuGraphLaunch", replay, (void *graph, void *stream))                 \
    CALL("cuEventCreate", new_event, (void **event, unsigned flags))           \
    CALL("cuEventDestroy_v2", end_event, (void *event))                        \
    CALL("cuEventRecord", record, (void *event, void *stream))                 \
    CALL("cuEventSynchronize", wait_event, (void *event))                      \
    CALL("cuEventElapsedTime", get_elapsed,                                    \
        (float *ms, void *begin, void *end))                                   \
    CALL("cuGetErrorString", describe, (int error, const char **text))

/* Something for the stream; false where it cannot be started. */
struct device;
typedef bool device_work(struct device *device);

/* A GPU at work. "error" is the driver's first. */
struct device {
#define CALL(name, field, arguments) int(*field) arguments;
    DRIVER_CALLS
#undef CALL
    struct compilation *c;
    const struct bench_request *request;
    int error;
    int number;
    void *stream;
    void *events[2];
    uint64_t flush;
    uint64_t *places; /* of tensors */
    void **tensors; /* the same as pointers; scalars where the host has them */
    uint64_t workspace;
    uint64_t spare[2]; /* memory to copy between, */
    size_t n_bytes;    /* so many bytes */
    bench_device_function *function;
};

/* Note what a call of the driver says; is all fine so far? */
static bool check(struct device *device, int error)
{
    if (!device->error)
        device->error = error;
    return !device->error;
}

/* E0502, with the driver's words. */
static bool refuse(struct device *device, const char *what)
{
    const char *words = "libcuda.so.1 cannot be opened, or is too old";

    if (device->error && device->describe)
        device->describe(device->error, &words);
    diag_error(device->c->diag, nowhere, DIAG_E0502, "%s: %s", what, words);
    return false;
}

/* Open the driver and the first GPU; false after reporting. */
static bool open_device(struct device *device, char *name)
{
    void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    void *context = NULL;
    void *symbol = library;

    memset(name, 0, MOST_NAME);
#define CALL(word, field, arguments)                                           \
    if (symbol && (symbol = dlsym(library, word)))                             \
        memcpy(&device->field, &symbol, sizeof symbol);
    DRIVER_CALLS
#undef CALL
    if (!symbol)
        return refuse(device, "there is no GPU here");
    if (check(device, device->init(0)) &&
        check(device, device->get_device(&device->number, 0)) &&
        check(device, device->get_name(name, MOST_NAME - 1, device->number)) &&
        check(device, device->retain(&context, device->number)) &&
        check(device, device->set_context(context)) &&
        check(device, device->new_stream(&device->stream, 1)) &&
        check(device, device->new_event(&device->events[0], 0)) &&
        check(device, device->new_event(&device->events[1], 0)) &&
        check(device, device->allocate(&device->flush, FLUSH_BYTES)))
        return true;
    return refuse(device, "there is no GPU here");
}

/* ---- Tensors ------------------------------------------------------------- */

/* Memory on the GPU for all tensors, with what the host's have, for the
 * workspace and for copies. */
static bool place_tensors(struct device *device,
    const struct bench_tensors *tensors, int64_t workspace_bytes)
{
    const struct loop_program *program = device->request->naive;
    struct arena *arena = device->c->arena;
    bool ok = true;

    device->places = ARENA_ARRAY(arena, tensors->n, uint64_t);
    device->tensors = ARENA_ARRAY(arena, tensors->n, void *);
    for (int i = 0; ok && i < tensors->n; i++) {
        const struct array *array = program->arrays[i];
        size_t n = tensors->bytes[i];

        device->tensors[i] = tensors->at[i];
        if (array->kind != ARRAY_IN && array->kind != ARRAY_OUT &&
            array->kind != ARRAY_INOUT)
            continue;
        device->n_bytes += array->kind == ARRAY_INOUT ? 2 * n : n;
        if (array->n_dimensions == 0)
            continue;
        ok = check(device, device->allocate(&device->places[i], n ? n : 1)) &&
             check(
                 device, device->copy_to(device->places[i], tensors->at[i], n));
        device->tensors[i] = (void *)(uintptr_t)device->places[i];
    }
    for (int i = 0; ok && i < 2; i++)
        ok = check(device, device->allocate(&device->spare[i],
                               device->n_bytes / 2 + FEW_BYTES));
    return ok && (workspace_bytes < 1 ||
                     check(device, device->allocate(&device->workspace,
                                       (size_t)workspace_bytes)));
}

/* What the GPU left in its memory, for the host. */
static bool fetch_tensors(
    struct device *device, const struct bench_tensors *tensors)
{
    for (int i = 0; i < tensors->n; i++)
        if (device->places[i] &&
            !check(device, device->copy_from(tensors->at[i], device->places[i],
                               tensors->bytes[i])))
            return false;
    return true;
}

/* ---- What is timed ------------------------------------------------------- */

/* The kernel; what it says is the driver's, or its own check of arguments. */
static bool run_kernel(struct device *device)
{
    return device->function(device->stream, device->tensors,
               (void *)(uintptr_t)device->workspace,
               device->request->parameters) == 0;
}

/* A copy that reads and writes as many bytes in all as the kernel does. */
static bool run_copy(struct device *device)
{
    return check(device, device->copy(device->spare[0], device->spare[1],
                             device->n_bytes / 2, device->stream));
}

/* A copy that is too short to take any time. */
static bool run_start(struct device *device)
{
    return check(device, device->copy(device->spare[0], device->spare[1],
                             FEW_BYTES, device->stream));
}

/* A graph of "n" calls, NULL if one fails. */
static void *capture(struct device *device, device_work *work, int n)
{
    void *graph = NULL;
    void *made = NULL;
    bool ok = check(device, device->begin_capture(device->stream, 0));

    for (int i = 0; ok && i < n; i++)
        ok = work(device);
    ok = check(device, device->end_capture(device->stream, &graph)) && ok;
    ok = ok && check(device, device->make_graph(&made, graph, 0));
    if (graph)
        device->end_graph(graph);
    return ok ? made : NULL;
}

/* Nanoseconds of one replay, -1 on failure. */
static double time_replay(struct device *device, void *graph, bool is_cold)
{
    float ms = -1;

    if (is_cold)
        check(device,
            device->fill(device->flush, 1, FLUSH_BYTES, device->stream));
    check(device, device->record(device->events[0], device->stream));
    check(device, device->replay(graph, device->stream));
    check(device, device->record(device->events[1], device->stream));
    if (!check(device, device->wait_event(device->events[1])) ||
        !check(device,
            device->get_elapsed(&ms, device->events[0], device->events[1])))
        return -1;
    return (double)ms * 1e6;
}

/* The median of replays of "n" calls, for one call; false on failure. */
static bool time_work(
    struct device *device, device_work *work, int n, int n_rounds, double *ns)
{
    double *times = ARENA_ARRAY(device->c->arena, n_rounds, double);
    void *graph = capture(device, work, n);
    bool ok = graph && time_replay(device, graph, false) >= 0;

    for (int i = 0; ok && i < n_rounds; i++) {
        times[i] = time_replay(device, graph, n == 1);
        ok = times[i] >= 0;
    }
    if (graph)
        device->end_made(graph);
    sample_sort(n_rounds, times);
    *ns = sample_median(n_rounds, times) / n;
    return ok;
}

/* ---- All of it ----------------------------------------------------------- */

/* The kernel once, and its results. */
static bool run_once(struct device *device, const struct bench_tensors *tensors)
{
    return run_kernel(device) &&
           check(device, device->wait_stream(device->stream)) &&
           fetch_tensors(device, tensors);
}

/* Times of the kernel and of the copies. */
static bool time_all(struct device *device, struct bench_device_report *report)
{
    static device_work *const works[BENCH_N_WORKS] = {
        [BENCH_ON_DEVICE] = run_kernel,
        [BENCH_COPY] = run_copy,
        [BENCH_START] = run_start};
    int n = report->n_rounds > 0 ? report->n_rounds : DEFAULT_ROUNDS;

    report->n_rounds = n;
    report->n_bytes = (int64_t)device->n_bytes;
    for (int i = 0; i < BENCH_N_WORKS; i++)
        if (!time_work(device, works[i], 1, n, &report->cold_ns[i]) ||
            !time_work(device, works[i], WARM_CALLS, n, &report->warm_ns[i]))
            return false;
    return true;
}

/* Give back what the GPU holds. */
static void close_device(struct device *device, int n_tensors)
{
    for (int i = 0; device->places && i < n_tensors; i++)
        if (device->places[i])
            device->free(device->places[i]);
    for (int i = 0; i < 2; i++)
        if (device->spare[i])
            device->free(device->spare[i]);
    if (device->workspace)
        device->free(device->workspace);
    if (device->flush)
        device->free(device->flush);
    for (int i = 0; i < 2; i++)
        if (device->events[i])
            device->end_event(device->events[i]);
    if (device->stream) {
        device->end_stream(device->stream);
        device->release(device->number);
    }
}

bool bench_time_device(struct compilation *c,
    const struct bench_request *request, const struct bench_device_code *code,
    const struct bench_tensors *tensors, struct bench_device_report *report)
{
    struct device device = {.c = c, .request = request};
    char *name = arena_alloc(c->arena, MOST_NAME);
    bool ok = open_device(&device, name);

    device.function = code->run;
    report->device = name;
    if (ok) {
        ok = code->load() == 0 &&
             place_tensors(&device, tensors,
                 code->count_workspace(request->parameters)) &&
             run_once(&device, tensors) && time_all(&device, report);
        if (!ok && device.error)
            refuse(&device, "the GPU's driver failed");
        else if (!ok)
            diag_error(c->diag, request->kernel->name_range, DIAG_E0502,
                "the kernel does not start: %s", code->describe());
    }
    close_device(&device, tensors->n);
    return ok;
}
