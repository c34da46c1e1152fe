/* Code for GPUs: one module for each, its PTX, and machine code. */
#include "driver/driver_internal.h"

#include <string.h>

/* The module of one GPU, and its PTX. */
static bool build_module(struct driver *driver, struct driver_device *device)
{
    struct compilation *c = driver->c;
    int n = driver->kernels.n;
    struct codegen_kernel *kernels =
        ARENA_ARRAY(c->arena, n, struct codegen_kernel);
    struct codegen_request request = {
        &target_ptx, input_stem(c, driver->options->input), n, kernels};

    for (int i = 0; i < n; i++)
        kernels[i] = compile_describe_kernel(
            driver, &driver->kernels.at[i], device->machine);
    pass_begin(driver, "codegen_build");
    if (!pass_end(
            driver, (device->codegen = codegen_build(c, &request)) != NULL))
        return false;
    pass_begin(driver, "codegen_emit");
    return pass_end(
        driver, codegen_emit(device->codegen, CODEGEN_ASSEMBLY, &device->ptx));
}

/* Let functions that spill have more registers. False if none does. */
static bool free_registers(struct driver_device *device)
{
    bool is_any = false;

    for (int i = 0; i < device->resources.n; i++) {
        const struct driver_resources *one = &device->resources.at[i];

        if (one->spilled_bytes == 0)
            continue;
        codegen_free_registers(device->codegen, one->symbol);
        is_any = true;
    }
    return is_any;
}

/* Machine code of one GPU; again, with more registers, if some spill. */
static bool build_machine_code(
    struct driver *driver, const char *ptxas, struct driver_device *device)
{
    pass_begin(driver, "assemble");
    if (!pass_end(driver, assemble(driver, ptxas, device)) ||
        !free_registers(device))
        return device->cubin.size_bytes > 0;
    device->resources.n = 0;
    pass_begin(driver, "codegen_emit");
    if (!pass_end(driver,
            codegen_emit(device->codegen, CODEGEN_ASSEMBLY, &device->ptx)))
        return false;
    pass_begin(driver, "assemble");
    return pass_end(driver, assemble(driver, ptxas, device));
}

bool device_build(struct driver *driver, bool wants_machine_code)
{
    const char *ptxas = assemble_find(driver);
    bool ok = true;

    for (int i = 0; ok && i < driver->machines.n; i++) {
        struct driver_device device = {.machine = driver->machines.at[i]};

        ok = build_module(driver, &device);
        if (ok && wants_machine_code && ptxas)
            ok = build_machine_code(driver, ptxas, &device);
        VECTOR_PUSH(driver->c->arena, &driver->devices, device);
    }
    return ok;
}

/* Whether what is asked for is the code of GPUs by itself. */
static bool is_bare(const struct driver_options *options)
{
    for (int i = 0; i < options->emits.n; i++)
        if (options->emits.at[i] >= DRIVER_EMIT_LLVM &&
            options->emits.at[i] <= DRIVER_EMIT_RESOURCES)
            return true;
    return false;
}

bool device_build_launcher(struct driver *driver)
{
    struct compilation *c = driver->c;
    int n_kernels = driver->kernels.n, n_images = driver->devices.n;
    struct codegen_kernel *kernels =
        ARENA_ARRAY(c->arena, n_kernels, struct codegen_kernel);
    struct codegen_image *images =
        ARENA_ARRAY(c->arena, n_images, struct codegen_image);
    const char *level = cpu_default_levels(driver->target)[0];
    struct codegen_launcher launcher = {driver->target,
        cpu_machine_of_level(driver->target, level),
        input_stem(c, driver->options->input), n_kernels, kernels, n_images,
        images};

    if (is_bare(driver->options))
        return true;
    for (int i = 0; i < n_kernels; i++)
        kernels[i] =
            compile_describe_kernel(driver, &driver->kernels.at[i], NULL);
    for (int i = 0; i < n_images; i++) {
        const struct driver_device *device = &driver->devices.at[i];

        images[i] = (struct codegen_image){
            device->machine, device->codegen, device->cubin, device->ptx};
    }
    pass_begin(driver, "codegen_build_launcher");
    if (!pass_end(driver,
            (driver->codegen = codegen_build_launcher(c, &launcher)) != NULL))
        return false;
    pass_begin(driver, "codegen_emit");
    return pass_end(
        driver, codegen_emit(driver->codegen, CODEGEN_OBJECT, &driver->object));
}

/* ---- As text ------------------------------------------------------------- */

/* Heading of a stage where several may follow each other. */
static void print_heading(struct driver *driver, struct text *text,
    enum driver_emit emit, const struct driver_device *device)
{
    if (driver->options->command == DRIVER_EXPLAIN)
        text_printf(text, "// --- %s: %s\n", driver_emit_name(emit),
            device->machine->level);
}

/* LLVM IR or PTX of one GPU. */
static bool dump_code(struct driver *driver, struct text *text,
    enum driver_emit emit, struct driver_device *device)
{
    struct blob blob = device->ptx;

    print_heading(driver, text, emit, device);
    if (emit == DRIVER_EMIT_LLVM) {
        pass_begin(driver, "codegen_emit");
        if (!pass_end(
                driver, codegen_emit(device->codegen, CODEGEN_LLVM, &blob)))
            return false;
    }
    text_append_bytes(text, blob.bytes, blob.size_bytes);
    return true;
}

/* Threads of the blocks of a function: that of its variant. */
static int find_threads(struct driver *driver,
    const struct driver_device *device, const char *symbol)
{
    for (int i = 0; i < driver->kernels.n; i++) {
        struct codegen_kernel kernel = compile_describe_kernel(
            driver, &driver->kernels.at[i], device->machine);

        for (int j = 0; j < 2 * kernel.n_variants; j++)
            if (strcmp(symbol, codegen_device_symbol(driver->c, kernel.kernel,
                                   &kernel.variants[j / 2], j % 2)) == 0)
                return kernel.variants[j / 2].program->n_threads;
    }
    return 0;
}

/* The least of two numbers. */
static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Warps of a multiprocessor that have work at a time: as many whole blocks as
 * registers, shared memory, threads and blocks allow. Registers are handed out
 * by 256 to a warp, and warps by fours. */
static int count_warps(const struct machine_gpu *gpu,
    const struct driver_resources *resources, int n_threads)
{
    enum { WARP = 32, UNIT = 256, GROUP = 4 };
    int warps = (n_threads + WARP - 1) / WARP;
    int registers = (resources->n_registers * WARP + UNIT - 1) / UNIT * UNIT;
    int shared = resources->shared_bytes + gpu->reserved_shared_bytes;
    int blocks = least(gpu->unit_blocks, gpu->unit_threads / (warps * WARP));

    if (registers > 0)
        blocks = least(
            blocks, gpu->unit_registers / registers / GROUP * GROUP / warps);
    if (shared > 0)
        blocks = least(blocks, gpu->unit_shared_bytes / shared);
    return blocks * warps;
}

void driver_get_load(struct driver *driver, struct driver_load *load)
{
    *load = (struct driver_load){0};
    for (int i = 0; driver->devices.n && i < driver->devices.at[0].resources.n;
         i++) {
        const struct driver_device *device = &driver->devices.at[0];
        const struct driver_resources *one = &device->resources.at[i];
        const struct machine_gpu *gpu = device->machine->gpu;
        int n_threads = find_threads(driver, device, one->symbol);
        int n_warps = n_threads ? count_warps(gpu, one, n_threads) : 0;

        load->most_warps = gpu->unit_threads / 32;
        if (one->n_registers > load->n_registers)
            load->n_registers = one->n_registers;
        if (one->spilled_bytes > load->spilled_bytes)
            load->spilled_bytes = one->spilled_bytes;
        if (i == 0 || n_warps < load->n_warps)
            load->n_warps = n_warps;
    }
}

/* What one GPU's functions need, as ptxas says. */
static void dump_resources(struct driver *driver, struct text *text,
    const struct driver_device *device)
{
    const struct machine_gpu *gpu = device->machine->gpu;

    print_heading(driver, text, DRIVER_EMIT_RESOURCES, device);
    if (device->cubin.size_bytes == 0)
        text_append(text, "not known: there is no ptxas\n");
    for (int i = 0; i < device->resources.n; i++) {
        const struct driver_resources *one = &device->resources.at[i];
        int n_threads = find_threads(driver, device, one->symbol);

        text_printf(text,
            "%s: blocks of %d threads, %d registers, %d bytes spilled, %d "
            "bytes of local and %d of shared memory, %d of %d warps\n",
            one->symbol, n_threads, one->n_registers, one->spilled_bytes,
            one->local_bytes, one->shared_bytes,
            n_threads ? count_warps(gpu, one, n_threads) : 0,
            gpu->unit_threads / 32);
    }
}

bool device_dump(
    struct driver *driver, struct text *text, enum driver_emit emit)
{
    struct source_range nowhere = {0};

    if (driver->options->command != DRIVER_EXPLAIN && driver->devices.n > 1 &&
        emit != DRIVER_EMIT_RESOURCES) {
        diag_error(driver->c->diag, nowhere, DIAG_E0701,
            "--emit=%s writes the code of one GPU, but --gpu-arch names %d",
            driver_emit_name(emit), driver->devices.n);
        return false;
    }
    for (int i = 0; i < driver->devices.n; i++)
        if (emit == DRIVER_EMIT_RESOURCES)
            dump_resources(driver, text, &driver->devices.at[i]);
        else if (!dump_code(driver, text, emit, &driver->devices.at[i]))
            return false;
    return true;
}
