/* A CUDA driver without a GPU, for tests: it checks how it is called, and runs
 * kernels on this processor, from the LLVM IR they were made of (see
 * host_kernels.py). Built as libcuda.so.1 and found by LD_LIBRARY_PATH.
 *
 * Environment: FAKE_CAPABILITY (90), FAKE_KERNELS (a library with the
 * kernels; without it launches run nothing), FAKE_LOG (a file that says what
 * was loaded and started), FAKE_FAIL (a function that fails), FAKE_ORDER
 * (threads of a block run forwards, or "backwards").
 *
 * The threads of a block take turns: each runs until it waits for the others
 * or ends. A race between barriers therefore shows as a difference between
 * the two orders. Copies ahead happen as late as they may, when their thread
 * waits for them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum {
    INVALID_VALUE = 1,
    INVALID_CONTEXT = 201,
    INVALID_IMAGE = 200,
    NOT_FOUND = 500,
    MOST_THREADS = 1024,
    STACK_BYTES = 64 << 10,
    MOST_FUNCTIONS = 4096,
    MOST_COPIES = 256
};

/* A module: its code, and how much of it. */
struct module {
    const char *image;
    size_t n_bytes;
};

struct function {
    char name[128];
    void (*run)(void **arguments);
    const int *waits;
};

static struct {
    uint64_t context;
    int n_functions;
    struct function functions[MOST_FUNCTIONS];
    uint32_t thread, block;
    ucontext_t scheduler;
    ucontext_t threads[MOST_THREADS];
    int has_ended[MOST_THREADS];
    char *stacks;
    struct copies *copies;
    struct function *running;
    void **arguments;
} fake = {.context = 7};

static void note(const char *what, const char *name, long a, long b)
{
    const char *path = getenv("FAKE_LOG");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (!file)
        return;
    fprintf(file, "%s %s", what, name);
    if (a >= 0)
        fprintf(file, " %ld x %ld", a, b);
    fprintf(file, "\n");
    fclose(file);
}

static int fails(const char *function)
{
    const char *which = getenv("FAKE_FAIL");
    return which && strcmp(which, function) == 0;
}

static int get_capability(void)
{
    const char *text = getenv("FAKE_CAPABILITY");
    return text ? atoi(text) : 90;
}

/* ---- What kernels call -------------------------------------------------- */

uint32_t fake_tid(void)
{
    return fake.thread;
}

uint32_t fake_ctaid(void)
{
    return fake.block;
}

void fake_barrier(void)
{
    swapcontext(&fake.threads[fake.thread], &fake.scheduler);
}

/* Copies of a thread that are under way, until it waits for their group. */
struct copies {
    struct {
        void *to;
        const void *from;
        int n_bytes, group;
    } at[MOST_COPIES];
    int n, n_groups;
};

static struct copies *get_copies(void)
{
    if (!fake.copies)
        fake.copies = calloc(MOST_THREADS, sizeof *fake.copies);
    return &fake.copies[fake.thread];
}

static void add_copy(void *to, const void *from, int n_bytes)
{
    struct copies *copies = get_copies();
    if (copies->n == MOST_COPIES || (uintptr_t)to % (unsigned)n_bytes ||
        (uintptr_t)from % (unsigned)n_bytes)
        abort();
    copies->at[copies->n].to = to;
    copies->at[copies->n].from = from;
    copies->at[copies->n].n_bytes = n_bytes;
    copies->at[copies->n++].group = copies->n_groups;
}

void fake_copy4(void *to, const void *from)
{
    add_copy(to, from, 4);
}

void fake_copy8(void *to, const void *from)
{
    add_copy(to, from, 8);
}

void fake_copy16(void *to, const void *from)
{
    add_copy(to, from, 16);
}

void fake_commit(void)
{
    get_copies()->n_groups++;
}

void fake_wait_groups(int n)
{
    struct copies *copies = get_copies();
    int kept = 0;
    for (int i = 0; i < copies->n; i++)
        if (copies->at[i].group < copies->n_groups - n)
            memcpy(copies->at[i].to, copies->at[i].from,
                (size_t)copies->at[i].n_bytes);
        else
            copies->at[kept++] = copies->at[i];
    copies->n = kept;
}

static float flush(double value)
{
    return fabs(value) < 0x1p-126 ? 0 : (float)value;
}

float fake_exp2(float x)
{
    return flush(exp2((double)x));
}

float fake_reciprocal(float x)
{
    return flush(1 / (double)x);
}

float fake_rsqrt(float x)
{
    return (float)(1 / sqrt((double)x));
}

uint16_t fake_bf16(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    if (x != x)
        return 0x7fff;
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* ---- Running ------------------------------------------------------------ */

static void run_thread(void)
{
    fake.running->run(fake.arguments);
    fake.has_ended[fake.thread] = 1;
}

/* Thread "i" of a block, about to begin. */
static void start_thread(int i)
{
    ucontext_t *thread = &fake.threads[i];
    fake.has_ended[i] = 0;
    if (fake.copies)
        fake.copies[i].n = 0;
    getcontext(thread);
    thread->uc_stack.ss_sp = fake.stacks + (size_t)i * STACK_BYTES;
    thread->uc_stack.ss_size = STACK_BYTES;
    thread->uc_link = &fake.scheduler;
    makecontext(thread, run_thread, 0);
}

/* Let each thread of a block that has not ended run on; how many ended. */
static int run_turn(int n, int is_backwards)
{
    int n_ended = 0;
    for (int k = 0; k < n; k++) {
        int i = is_backwards ? n - 1 - k : k;
        if (fake.has_ended[i])
            continue;
        fake.thread = (uint32_t)i;
        swapcontext(&fake.scheduler, &fake.threads[i]);
        n_ended += fake.has_ended[i];
    }
    return n_ended;
}

/* The threads of a block by turns, until all have ended. */
static void run_block(int n, int is_backwards)
{
    if (!fake.stacks)
        fake.stacks = malloc((size_t)MOST_THREADS * STACK_BYTES);
    for (int i = 0; i < n; i++)
        start_thread(i);
    for (int left = n; left > 0;)
        left -= run_turn(n, is_backwards);
}

static void run_grid(
    struct function *function, uint32_t n_blocks, int n, void **arguments)
{
    const char *order = getenv("FAKE_ORDER");
    int is_backwards = order && strcmp(order, "backwards") == 0;
    fake.running = function;
    fake.arguments = arguments;
    for (uint32_t b = 0; b < n_blocks; b++) {
        fake.block = is_backwards ? n_blocks - 1 - b : b;
        if (*function->waits) {
            run_block(n, is_backwards);
            continue;
        }
        for (int k = 0; k < n; k++) {
            fake.thread = (uint32_t)(is_backwards ? n - 1 - k : k);
            function->run(arguments);
        }
    }
}

/* ---- The driver --------------------------------------------------------- */

int cuInit(unsigned flags)
{
    if (fails("cuInit"))
        return 100;
    return flags ? INVALID_VALUE : 0;
}

int cuCtxGetCurrent(void **context)
{
    *context = (void *)fake.context;
    return 0;
}

int cuCtxGetId(void *context, uint64_t *id)
{
    if (context)
        return INVALID_VALUE;
    *id = fake.context;
    return fake.context ? 0 : INVALID_CONTEXT;
}

/* For tests: another current context; 0 is none. */
void fake_set_context(uint64_t context)
{
    fake.context = context;
}

int cuCtxGetDevice(int *device)
{
    *device = 0;
    return fake.context ? 0 : INVALID_CONTEXT;
}

int cuDeviceGetAttribute(int *value, int attribute, int device)
{
    int capability = get_capability();
    if (device != 0 || (attribute != 75 && attribute != 76))
        return INVALID_VALUE;
    *value = attribute == 75 ? capability / 10 : capability % 10;
    return 0;
}

/* Bytes of an ELF file with its section headers at the end, or of a text. */
static size_t get_size(const char *image)
{
    uint64_t table;
    uint16_t size, n;
    if (memcmp(image, "\177ELF", 4) != 0)
        return strlen(image);
    memcpy(&table, image + 40, sizeof table);
    memcpy(&size, image + 58, sizeof size);
    memcpy(&n, image + 60, sizeof n);
    return table + (size_t)size * n;
}

int cuModuleLoadData(void **to, const void *image)
{
    struct module *module = malloc(sizeof *module);
    const char *target;
    char arch[16] = "";
    int is_text = memcmp(image, "\177ELF", 4) != 0;
    if (fails(is_text ? "ptx" : "cubin") || fails("cuModuleLoadData"))
        return INVALID_IMAGE;
    *module = (struct module){image, get_size(image)};
    target = is_text ? strstr(image, ".target ") : NULL;
    if (target)
        sscanf(target, ".target %15s", arch);
    note("load", is_text ? arch : "cubin", -1, 0);
    *to = module;
    return 0;
}

int cuModuleUnload(void *module)
{
    note("unload", "module", -1, 0);
    free(module);
    return 0;
}

static const int waits_never = 0;

static void run_nothing(void **arguments)
{
    (void)arguments;
}

#ifdef FAKE_STATIC
/* In one object with its kernels (as_cpu.py): what it has, and what it calls
 * in place of dlopen and dlsym. */
extern const struct fake_kernel {
    const char *name;
    void (*run)(void **arguments);
    const int *waits;
} fake_kernels[];

static int find_code(struct function *function, const char *name)
{
    for (const struct fake_kernel *at = fake_kernels; at->name; at++)
        if (strcmp(at->name, name) == 0) {
            function->run = at->run;
            function->waits = at->waits;
            return 0;
        }
    return NOT_FOUND;
}
#else
/* The kernel's function on this processor. */
static int find_code(struct function *function, const char *name)
{
    const char *path = getenv("FAKE_KERNELS");
    void *library = path ? dlopen(path, RTLD_NOW) : NULL;
    char symbol[160];
    function->run = run_nothing;
    function->waits = &waits_never;
    if (!path)
        return 0;
    if (!library) {
        fprintf(stderr, "fake driver: %s\n", dlerror());
        return NOT_FOUND;
    }
    snprintf(symbol, sizeof symbol, "run$%s", name);
    *(void **)&function->run = dlsym(library, symbol);
    snprintf(symbol, sizeof symbol, "waits$%s", name);
    function->waits = dlsym(library, symbol);
    return function->run && function->waits ? 0 : NOT_FOUND;
}
#endif

int cuModuleGetFunction(void **to, void *from, const char *name)
{
    const struct module *module = from;
    struct function *function = &fake.functions[fake.n_functions];
    if (!memmem(module->image, module->n_bytes, name, strlen(name)) ||
        fake.n_functions == MOST_FUNCTIONS)
        return NOT_FOUND;
    fake.n_functions++;
    snprintf(function->name, sizeof function->name, "%s", name);
    *to = function;
    return find_code(function, name);
}

int cuLaunchKernel(void *from, unsigned x, unsigned y, unsigned z,
    unsigned threads, unsigned threads_y, unsigned threads_z,
    unsigned shared_bytes, void *stream, void **arguments, void **extra)
{
    struct function *function = from;
    (void)stream;
    if (fails("cuLaunchKernel"))
        return 700;
    if (x == 0 || x > INT32_MAX || y != 1 || z != 1 || threads_y != 1 ||
        threads_z != 1 || threads == 0 || threads > MOST_THREADS ||
        threads % 32 || shared_bytes || extra)
        return INVALID_VALUE;
    note("launch", function->name, (long)x, (long)threads);
    run_grid(function, x, (int)threads, arguments);
    return 0;
}

int cuGetErrorString(int error, const char **text)
{
    *text = error == 0                 ? "no error"
            : error == INVALID_CONTEXT ? "invalid device context"
            : error == INVALID_IMAGE   ? "device kernel image is invalid"
            : error == 209             ? "no kernel image is available"
            : error == 700 ? "an illegal memory access was encountered"
                           : "another error";
    return 0;
}

/* ---- What tapc bench calls ---------------------------------------------- */

/* Memory, streams that do everything at once, graphs of what was done already,
 * and a clock that goes on by a microsecond with each replay. */

static double fake_us;

int cuDeviceGet(int *device, int number)
{
    *device = number;
    return number != 0;
}

int cuDeviceGetName(char *name, int n, int device)
{
    snprintf(name, (size_t)n, "fake GPU");
    return device != 0;
}

int cuDevicePrimaryCtxRetain(void **context, int device)
{
    *context = (void *)(uintptr_t)7;
    return device != 0;
}

int cuDevicePrimaryCtxRelease_v2(int device)
{
    return device != 0;
}

int cuCtxSetCurrent(void *context)
{
    fake.context = (uintptr_t)context;
    return 0;
}

int cuMemAlloc_v2(uint64_t *at, size_t n_bytes)
{
    if (fails("cuMemAlloc"))
        return 2;
    *at = (uintptr_t)aligned_alloc(256, (n_bytes + 255) / 256 * 256);
    return *at == 0;
}

int cuMemFree_v2(uint64_t at)
{
    free((void *)(uintptr_t)at);
    return 0;
}

int cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t n_bytes)
{
    memcpy((void *)(uintptr_t)to, from, n_bytes);
    return 0;
}

int cuMemcpyDtoH_v2(void *to, uint64_t from, size_t n_bytes)
{
    memcpy(to, (const void *)(uintptr_t)from, n_bytes);
    return 0;
}

int cuMemcpyDtoDAsync_v2(
    uint64_t to, uint64_t from, size_t n_bytes, void *stream)
{
    memcpy((void *)(uintptr_t)to, (const void *)(uintptr_t)from, n_bytes);
    return stream == NULL;
}

int cuMemsetD8Async(
    uint64_t at, unsigned char value, size_t n_bytes, void *stream)
{
    (void)at, (void)value, (void)n_bytes;
    return stream == NULL;
}

int cuStreamCreate(void **stream, unsigned flags)
{
    *stream = &fake;
    return flags > 1;
}

int cuStreamDestroy_v2(void *stream)
{
    return stream == NULL;
}

int cuStreamSynchronize(void *stream)
{
    return stream == NULL;
}

int cuStreamBeginCapture_v2(void *stream, int mode)
{
    return stream == NULL || mode != 0;
}

int cuStreamEndCapture(void *stream, void **graph)
{
    *graph = &fake;
    return stream == NULL;
}

int cuGraphInstantiateWithFlags(
    void **made, void *graph, unsigned long long flags)
{
    *made = graph;
    return graph == NULL || flags;
}

int cuGraphDestroy(void *graph)
{
    return graph == NULL;
}

int cuGraphExecDestroy(void *graph)
{
    return graph == NULL;
}

int cuGraphLaunch(void *graph, void *stream)
{
    fake_us++;
    return graph == NULL || stream == NULL;
}

int cuEventCreate(void **event, unsigned flags)
{
    *event = calloc(1, sizeof(double));
    return flags != 0;
}

int cuEventDestroy_v2(void *event)
{
    free(event);
    return 0;
}

int cuEventRecord(void *event, void *stream)
{
    *(double *)event = fake_us;
    return stream == NULL;
}

int cuEventSynchronize(void *event)
{
    return event == NULL;
}

int cuEventElapsedTime(float *ms, void *begin, void *end)
{
    *ms = (float)((*(double *)end - *(double *)begin) / 1e3);
    return 0;
}

#ifdef FAKE_STATIC
void *fake_open(const char *name, int flags)
{
    (void)flags;
    return strcmp(name, "libcuda.so.1") == 0 ? &fake : NULL;
}

void *fake_find(void *library, const char *name)
{
    static const struct {
        const char *name;
        void *call;
    } calls[] = {{"cuInit", cuInit}, {"cuCtxGetCurrent", cuCtxGetCurrent},
        {"cuCtxGetDevice", cuCtxGetDevice},
        {"cuDeviceGetAttribute", cuDeviceGetAttribute},
        {"cuModuleLoadData", cuModuleLoadData},
        {"cuModuleGetFunction", cuModuleGetFunction},
        {"cuModuleUnload", cuModuleUnload}, {"cuLaunchKernel", cuLaunchKernel},
        {"cuGetErrorString", cuGetErrorString}, {"cuCtxGetId", cuCtxGetId}};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (library == &fake && strcmp(calls[i].name, name) == 0)
            return calls[i].call;
    return NULL;
}
#endif
