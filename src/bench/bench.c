/* The steps of a benchmark: naive C, compilers, comparison, timing. */
#include "bench/bench_internal.h"

#include <stdio.h>
#include <string.h>

static const struct source_range nowhere = {NULL, 0, 0};

/* Words of the compilers for naive C; what they do to floating point is
 * spelled out in the C itself. */
static const struct {
    const char *name;
    const char *words[9];
    const char *command;
} compilers[BENCH_N_CANDIDATES] = {
    [BENCH_KERNEL] = {"tapc", {"cc", "-std=c11", "-O2", "-shared", "-fPIC"},
        "tapc"},
    [BENCH_CLANG] = {"clang-19",
        {"clang-19", "-std=c11", "-O3", "-march=native", "-ffp-contract=off",
            "-fwrapv", "-shared", "-fPIC"},
        "clang-19 -O3 -march=native"},
    [BENCH_GCC] = {"gcc",
        {"gcc", "-std=c11", "-O3", "-march=native", "-ffp-contract=off",
            "-fwrapv", "-shared", "-fPIC"},
        "gcc -O3 -march=native"},
};

/* A benchmark under way. */
struct bench {
    struct compilation *c;
    const struct bench_request *request;
    struct bench_report *report;
    struct bench_folder folder;
    bench_function *functions[BENCH_N_CANDIDATES];
};

/* First lines of what a compiler said. */
static const char *read_log(struct compilation *c, const char *path)
{
    char *text = arena_alloc(c->arena, 600);
    FILE *file = fopen(path, "rb");
    if (file) {
        if (fread(text, 1, 599, file) == 0)
            *text = '\0';
        fclose(file);
    }
    return text;
}

/* Compile "inputs" (NULL-ended) into a shared object and load "function". */
static bool compile_candidate(struct bench *bench, int which,
    const char *const *inputs, const char *function)
{
    struct compilation *c = bench->c;
    struct bench_candidate *candidate = &bench->report->candidates[which];
    const char *words[20], *library, *log;
    int n = 0, status;
    library = bench_folder_add(
        c, &bench->folder, arena_printf(c->arena, "candidate%d.so", which));
    log = bench_folder_add(
        c, &bench->folder, arena_printf(c->arena, "candidate%d.log", which));
    for (; compilers[which].words[n]; n++)
        words[n] = compilers[which].words[n];
    for (int i = 0; inputs[i]; i++)
        words[n++] = inputs[i];
    words[n++] = "-o";
    words[n++] = library;
    words[n++] = "-lm";
    words[n] = NULL;
    candidate->name = compilers[which].name;
    candidate->command = compilers[which].command;
    status = bench_run_command(words, log);
    if (status < 0 && which != BENCH_KERNEL)
        return true;
    if (status != 0) {
        diag_error(c->diag, nowhere, DIAG_E0004, "'%s' failed with status %d",
            words[0], status);
        diag_note(c->diag, nowhere, "%s", read_log(c, log));
        return false;
    }
    bench->functions[which] = bench_load(c, library, function);
    candidate->is_present = bench->functions[which] != NULL;
    return candidate->is_present;
}

/* The kernel, called through its header by what "print" prints. */
static bool compile_kernel(struct bench *bench,
    void (*print)(struct text *text, const struct ast_kernel *kernel,
        const struct loop_program *program, const char *header))
{
    const struct bench_request *request = bench->request;
    struct compilation *c = bench->c;
    struct text text = text_new(c->arena);
    const char *header = bench_folder_add(c, &bench->folder, "kernel.h");
    const char *object = bench_folder_add(c, &bench->folder, "kernel.o");
    const char *call = bench_folder_add(c, &bench->folder, "call.c");
    const char *inputs[] = {call, object, NULL};
    print(&text, request->kernel, request->naive, "kernel.h");
    return bench_write_file(c, header, request->header) &&
           bench_write_file(c, object, request->object) &&
           bench_write_file(c, call, (struct blob){text.at, text.length}) &&
           compile_candidate(bench, BENCH_KERNEL, inputs, "compiled");
}

/* A function of the kernel's shared object. */
static void *load_symbol(struct bench *bench, const char *name)
{
    const char *library = arena_printf(
        bench->c->arena, "%s/candidate%d.so", bench->folder.path, BENCH_KERNEL);
    bench_function *function = bench_load(bench->c, library, name);
    void *symbol;
    memcpy(&symbol, &function, sizeof symbol);
    return symbol;
}

/* The launcher of a GPU, called through its header. */
static bool compile_launcher(
    struct bench *bench, struct bench_device_code *code)
{
    void *symbols[4];
    static const char *const names[] = {
        "compiled", "load", "describe", "count_workspace"};
    if (!compile_kernel(bench, bench_print_device_call))
        return false;
    for (int i = 0; i < 4; i++)
        if (!(symbols[i] = load_symbol(bench, names[i])))
            return false;
    memcpy(&code->run, &symbols[0], sizeof symbols[0]);
    memcpy(&code->load, &symbols[1], sizeof symbols[1]);
    memcpy(&code->describe, &symbols[2], sizeof symbols[2]);
    memcpy(&code->count_workspace, &symbols[3], sizeof symbols[3]);
    return true;
}

/* The naive loops, by both compilers. */
static bool compile_naive(struct bench *bench)
{
    struct compilation *c = bench->c;
    struct text text = text_new(c->arena);
    const char *source = bench_folder_add(c, &bench->folder, "naive.c");
    const char *inputs[] = {source, NULL};
    return bench_naive_print(c, &text, bench->request->naive) &&
           bench_write_file(c, source, (struct blob){text.at, text.length}) &&
           compile_candidate(bench, BENCH_CLANG, inputs, "naive") &&
           compile_candidate(bench, BENCH_GCC, inputs, "naive");
}

/* Run every candidate once on fresh tensors and compare with the kernel. */
static bool check_candidates(struct bench *bench)
{
    struct compilation *c = bench->c;
    const struct loop_program *program = bench->request->naive;
    const int64_t *parameters = bench->request->parameters;
    struct bench_tensors tensors[BENCH_N_CANDIDATES];
    bool is_exact = c->options.fp != FP_REASSOC;
    for (int i = 0; i < BENCH_N_CANDIDATES; i++) {
        struct bench_candidate *candidate = &bench->report->candidates[i];
        int status;
        if (!bench->functions[i])
            continue;
        if (!bench_tensors_new(c, &tensors[i], program, parameters))
            return false;
        status = bench->functions[i](tensors[i].at, parameters);
        if (status) {
            diag_error(c->diag, bench->request->kernel->name_range, DIAG_E0208,
                "the kernel refuses these sizes (status %d)", status);
            return false;
        }
        if (i == BENCH_KERNEL)
            continue;
        bench_compare(program, &tensors[BENCH_KERNEL], &tensors[i], candidate);
        if (is_exact && candidate->n_different) {
            diag_error(c->diag, bench->request->kernel->name_range, DIAG_E0601,
                "%lld elements differ from the naive loops",
                (long long)candidate->n_different);
            return false;
        }
    }
    return true;
}

/* "N = 1, C = 64": the parameters that are not written in the kernel. */
static const char *describe_shape(struct bench *bench)
{
    struct text text = text_new(bench->c->arena);
    const struct ast_kernel *kernel = bench->request->kernel;
    const struct loop_program *program = bench->request->naive;
    for (int i = 0; i < kernel->n_parameters; i++) {
        const struct ast_parameter *parameter = kernel->parameters[i];
        int64_t value = parameter->value;
        for (int j = 0; j < program->n_parameters; j++)
            if (program->declared[j] == parameter)
                value = bench->request->parameters[j];
        text_printf(&text, "%s%s = %lld", i ? ", " : "", parameter->name->text,
            (long long)value);
    }
    return text.at;
}

/* Time on tensors all candidates share. */
static bool time_candidates(struct bench *bench)
{
    struct bench_tensors tensors;
    if (!bench_tensors_new(bench->c, &tensors, bench->request->naive,
            bench->request->parameters))
        return false;
    bench_time(bench->c, bench->report, bench->functions, &tensors,
        bench->request->parameters);
    return true;
}

/* A folder to work in, and what a report says of any request. False after
 * reporting. */
static bool begin(struct bench *bench, struct compilation *c,
    const struct bench_request *request, struct bench_report *report)
{
    *bench = (struct bench){.c = c, .request = request, .report = report};
    *report = (struct bench_report){0};
    if (!bench_folder_new(c, &bench->folder))
        return false;
    report->kernel = request->kernel->name->text;
    report->n_rounds = request->n_rounds;
    report->shape = describe_shape(bench);
    return true;
}

bool bench_kernel(struct compilation *c, const struct bench_request *request,
    struct bench_report *report)
{
    struct bench bench;
    bool is_fine;
    if (!begin(&bench, c, request, report))
        return false;
    is_fine = compile_kernel(&bench, bench_print_call) &&
              compile_naive(&bench) && check_candidates(&bench) &&
              time_candidates(&bench);
    bench_folder_free(&bench.folder);
    return is_fine;
}

/* What the GPU made of the same inputs, beside the naive loops. */
static bool check_device(struct bench *bench, struct bench_tensors *want,
    const struct bench_tensors *got, struct bench_device_report *report)
{
    const struct bench_request *request = bench->request;
    struct bench_candidate candidate = {.name = "tapc"};
    int which = bench->functions[BENCH_CLANG] ? BENCH_CLANG : BENCH_GCC;
    if (!bench->functions[which]) {
        diag_error(bench->c->diag, nowhere, DIAG_E0004,
            "neither clang-19 nor gcc is there");
        return false;
    }
    bench->functions[which](want->at, request->parameters);
    bench_compare(request->naive, want, got, &candidate);
    report->n_different = candidate.n_different;
    report->largest_difference = candidate.largest_difference;
    return true;
}

bool bench_device(struct compilation *c, const struct bench_request *request,
    struct bench_device_report *report)
{
    struct bench_report common;
    struct bench bench;
    struct bench_device_code code;
    struct bench_tensors want, got;
    bool is_fine;
    memset(report, 0, sizeof *report);
    if (!begin(&bench, c, request, &common))
        return false;
    report->kernel = common.kernel;
    report->n_rounds = common.n_rounds;
    report->shape = common.shape;
    is_fine =
        bench_tensors_new(c, &want, request->naive, request->parameters) &&
        bench_tensors_new(c, &got, request->naive, request->parameters) &&
        compile_launcher(&bench, &code) && compile_naive(&bench) &&
        bench_time_device(c, request, &code, &got, report) &&
        check_device(&bench, &want, &got, report);
    bench_folder_free(&bench.folder);
    return is_fine;
}
