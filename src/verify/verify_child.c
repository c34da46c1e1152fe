/* The object on all cases, in a child process with limits: whatever it does
 * cannot harm this one.
 */
#include "verify/verify_internal.h"

#include <stdio.h>
#include <string.h>

enum { MAX_TEXT = 400 };
#define MAX_NS (20 * INT64_C(1000000000))

/* What the child says, in memory both see. */
enum child_state { CHILD_RUNNING, CHILD_DONE, CHILD_DIFFERS, CHILD_CANNOT };
struct child_report {
    volatile int state;
    volatile int at; /* the case at hand */
    volatile int n_run;
    char text[MAX_TEXT];
};

/* struct tapc_parallel of the ABI. */
struct pool {
    void (*run)(void *context, void (*body)(void *, int64_t, int64_t),
        void *closure, int64_t n, int64_t grain);
    void *context;
};

/* One call in the making. */
struct child_call {
    struct verify_run *run;
    const struct verify_case *one;
    struct verify_object *object;
    void *function;
    struct guarded *guarded; /* by position, then the workspace */
    uint64_t *arguments;
    int round;
};

/* ---- In the child ------------------------------------------------------ */

/* A pool that runs pieces from the last to the first. */
static void run_backwards(void *context, void (*body)(void *, int64_t, int64_t),
    void *closure, int64_t n, int64_t grain)
{
    int64_t piece = grain > 0 ? grain : 1;
    (void)context;
    if (n <= 0)
        return;
    for (int64_t at = (n - 1) / piece * piece; at >= 0; at -= piece)
        body(closure, at, at + piece < n ? at + piece : n);
}

/* Is it passed by the caller? */
static bool is_argument(const struct verify_array *array)
{
    return array->array->kind != ARRAY_LOCAL;
}

/* Is memory made for this call? Inputs of a sampled case are used as they
 * are. */
static bool is_own_memory(
    const struct child_call *call, const struct verify_array *array)
{
    return is_argument(array) &&
           !(call->one->is_sampled && array->array->kind == ARRAY_IN);
}

/* What is in an array before the call: outputs are poisoned, another way each
 * round. */
static void fill_memory(const struct child_call *call,
    const struct verify_array *array, struct guarded *guarded)
{
    int bytes = array->memory.element_bytes;
    if (array->array->kind != ARRAY_OUT && array->n_bytes > 0)
        memcpy(guarded->data, array->input, (size_t)array->n_bytes);
    if (array->array->kind == ARRAY_IN)
        guarded_protect(guarded);
    if (array->array->kind == ARRAY_OUT && !call->one->is_sampled)
        guarded_poison(call->round, guarded->data, array->n_bytes);
    for (int64_t i = 0; call->one->is_sampled && i < array->memory.n_elements;
         i++)
        if (array->written[i])
            guarded_poison(call->round, guarded->data + i * bytes, bytes);
}

/* Put the arrays between unmapped pages: the first round at the end of
 * theirs, the second at the start. False if memory is short. */
static bool place_arrays(struct child_call *call)
{
    bool at_end = call->round == 0;
    struct guarded *workspace = &call->guarded[call->one->n_arrays];
    for (int i = 0; i < call->one->n_arrays; i++) {
        const struct verify_array *array = &call->one->arrays[i];
        struct guarded *guarded = &call->guarded[i];
        guarded->data = array->input;
        if (!is_own_memory(call, array))
            continue;
        if (!guarded_map(guarded, array->n_bytes, at_end))
            return false;
        fill_memory(call, array, guarded);
    }
    if (!guarded_map(workspace, call->one->workspace_bytes, at_end))
        return false;
    guarded_poison(call->round, workspace->data, call->one->workspace_bytes);
    return true;
}

/* Give the memory back. */
static void remove_arrays(struct child_call *call)
{
    for (int i = 0; i <= call->one->n_arrays; i++)
        guarded_unmap(&call->guarded[i]);
}

/* A pointer as an argument. */
static uint64_t to_argument(const void *pointer)
{
    uint64_t argument = 0;
    memcpy(&argument, &pointer, sizeof pointer);
    return argument;
}

/* The value of a kernel's parameter in this case. */
static int64_t get_parameter(
    const struct verify_case *one, const struct ast_parameter *parameter)
{
    const struct loop_program *program = one->variant->program;
    for (int i = 0; i < program->n_parameters; i++)
        if (program->declared[i]->position == parameter->position)
            return one->parameters[i];
    for (int i = 0; i < one->variant->n_bindings; i++)
        if (one->variant->bindings[i].parameter->position ==
            parameter->position)
            return one->variant->bindings[i].value;
    return parameter->value;
}

/* The bits of one argument. */
static uint64_t make_argument(
    const struct child_call *call, const struct verify_slot *slot)
{
    const struct verify_case *one = call->one;
    uint64_t argument = 0;
    switch (slot->kind) {
    case VERIFY_SLOT_ARRAY:
        return to_argument(call->guarded[slot->tensor->position].data);
    case VERIFY_SLOT_SCALAR:
        memcpy(&argument, one->arrays[slot->tensor->position].input,
            (size_t)one->arrays[slot->tensor->position].n_bytes);
        return argument;
    case VERIFY_SLOT_STRIDES:
        return to_argument(one->arrays[slot->tensor->position].strides);
    case VERIFY_SLOT_WORKSPACE:
        return to_argument(call->guarded[one->n_arrays].data);
    case VERIFY_SLOT_PARAMETER:
        return (uint64_t)get_parameter(one, slot->parameter);
    }
    return argument;
}

/* Bytes of an output that belong to no element and were changed: "changed"
 * or NULL. Padding of blocked axes is free. */
static const char *check_holes(const struct child_call *call,
    const struct verify_array *array, const char *got)
{
    int bytes = array->memory.element_bytes;
    if (!array->strides || !array->written || call->one->is_sampled)
        return NULL;
    for (int64_t i = 0; i < array->n_bytes; i++) {
        char before = array->array->kind == ARRAY_OUT
                          ? guarded_poison_byte(call->round, i)
                          : array->input[i];
        if (!array->written[i / bytes] && got[i] != before)
            return "memory between the elements was changed";
    }
    return NULL;
}

/* The first difference of this call, or NULL. */
static const char *check_arrays(const struct child_call *call)
{
    for (int i = 0; i < call->one->n_arrays; i++) {
        const struct verify_array *array = &call->one->arrays[i];
        if (!is_argument(array))
            continue;
        const char *got = call->guarded[i].data;
        const char *difference =
            verify_compare(call->run, call->one, array, got, call->run->arena);
        if (!difference)
            difference = check_holes(call, array, got);
        if (difference)
            return difference;
    }
    return NULL;
}

/* Call once and look at the result; NULL if all is well, or if memory is
 * short ("was_run" is false then). */
static const char *run_round(struct child_call *call, bool *was_run)
{
    const struct ast_kernel *kernel = call->run->request->kernel;
    bool is_parallel = call->one->variant->program->has_parallel;
    struct pool pool = {run_backwards, NULL};
    struct verify_slot *slots = ARENA_ARRAY(call->run->arena,
        2 * kernel->n_tensors + kernel->n_parameters + 1, struct verify_slot);
    int n = verify_list_slots(kernel, slots);
    const char *difference = NULL;
    *was_run = place_arrays(call);
    if (*was_run) {
        for (int i = 0; i < n; i++)
            call->arguments[i] = make_argument(call, &slots[i]);
        call->arguments[n] = call->round ? to_argument(&pool) : 0;
        int status = verify_object_call(
            call->object, call->function, call->arguments, is_parallel);
        difference = status == 0
                         ? check_arrays(call)
                         : arena_printf(call->run->arena, "status %d", status);
    }
    remove_arrays(call);
    return difference;
}

/* The rounds of one case. */
static const char *run_case(struct verify_run *run,
    struct verify_object *object, const struct verify_case *one, bool by_entry,
    bool *was_run)
{
    const struct ast_kernel *kernel = run->request->kernel;
    struct child_call call = {.run = run,
        .one = one,
        .object = object,
        .function = verify_object_find(object, one->variant, by_entry)};
    const char *difference = NULL;
    call.guarded = ARENA_ARRAY(run->arena, one->n_arrays + 1, struct guarded);
    call.arguments = ARENA_ARRAY(
        run->arena, 2 * kernel->n_tensors + kernel->n_parameters + 2, uint64_t);
    *was_run = call.function != NULL;
    int n_rounds = one->is_sampled ? 1 : 2;
    for (; call.round < n_rounds && *was_run && !difference; call.round++)
        difference = run_round(&call, was_run);
    return difference;
}

/* The level the entry chooses on this machine, or NULL. */
static const struct machine *get_best_machine(
    const struct verify_request *request)
{
    const struct machine *best = NULL;
    for (int i = 0; i < request->n_variants; i++)
        if (codegen_can_run(request->variants[i].machine))
            best = request->variants[i].machine;
    return best;
}

/* All cases; the report says how it went. */
static void run_child(void *user, void *shared)
{
    struct verify_run *run = user;
    struct child_report *report = shared;
    const struct machine *best = get_best_machine(run->request);
    const struct machine *machine = NULL;
    const char *problem = NULL;
    bool can_run = false;
    struct verify_object *object = verify_object_load(run, &problem);
    report->state = object ? CHILD_RUNNING : CHILD_CANNOT;
    for (int i = 0; i < run->cases.n && object && !problem; i++) {
        const struct verify_case *one = run->cases.at[i];
        bool was_run = false;
        report->at = i;
        if (one->variant->machine != machine)
            can_run = codegen_can_run(one->variant->machine);
        machine = one->variant->machine;
        if (can_run)
            problem = run_case(run, object, one, machine == best, &was_run);
        report->n_run += was_run;
    }
    snprintf(report->text, MAX_TEXT, "%s", problem ? problem : "");
    if (object)
        report->state = problem ? CHILD_DIFFERS : CHILD_DONE;
}

/* ---- In the parent ----------------------------------------------------- */

/* Report what the child found or how it ended. */
static bool report_child(struct verify_run *run,
    const struct child_report *report, const struct child *child)
{
    const struct ast_kernel *kernel = run->request->kernel;
    const char *end = child_describe(child, run->c->arena);
    bool has_ended = !end && report->state != CHILD_RUNNING;
    run->report->n_run += report->n_run;
    if (has_ended && report->state == CHILD_DONE)
        return true;
    const struct verify_case *one = run->cases.at[report->at];
    if (has_ended && report->state == CHILD_CANNOT)
        diag_error(run->c->diag, kernel->name_range, DIAG_E0601,
            "self-check of '%s': the object cannot be loaded: %s",
            kernel->name->text, report->text);
    else
        diag_error(run->c->diag, kernel->name_range, DIAG_E0601,
            "self-check of '%s' for %s: %s%s, with %s", kernel->name->text,
            one->variant->machine->level, has_ended ? "" : "the code ",
            has_ended ? report->text
            : end     ? end
                      : "ended early",
            verify_describe(run->c->arena, one));
    diag_note(run->c->diag, kernel->name_range,
        "found when running the object; this is a fault of the compiler, "
        "nothing was written");
    return false;
}

bool verify_run_object(struct verify_run *run)
{
    const struct child_limits limits = {.time_ns = MAX_NS};
    struct child child;
    if (!child_start(
            &child, &limits, sizeof(struct child_report), run_child, run)) {
        diag_error(run->c->diag, run->request->kernel->name_range, DIAG_E0601,
            "self-check of '%s': a child process cannot be started",
            run->request->kernel->name->text);
        return false;
    }
    while (!child_wait(&child, -1))
        ;
    bool ok = report_child(run, child.shared, &child);
    child_free(&child);
    return ok;
}
