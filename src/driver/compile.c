/* The pipeline, top to bottom: the contents page of the compiler.
 *
 *     text -> syntax tree -> model -> schedule -> loop IR -> LLVM -> object
 *
 * One model for each choice of values of set parameters, one schedule and one
 * loop program for each of them, each class of sizes and each ISA level, one
 * LLVM module for all.
 */
#include "driver/driver_internal.h"

#include <string.h>

enum {
    MAX_BINDINGS = 256,
    MAX_DEPTH = 2,  /* conditions of one class of sizes */
    MAX_CHOICES = 5 /* values of parameters by machines, to have classes */
};

/* Variants that are being made. */
struct variant_list {
    struct driver_variant *at;
    int n;
    int capacity;
};

/* Call a pass between notes of what is being done and how it went. */
#define RUN_PASS(driver, pass, call)                                           \
    (pass_begin((driver), (pass)), pass_end((driver), (call)))

/* ---- Text to syntax tree ----------------------------------------------- */

/* Does a schedule of another file replace one of the source: for all sizes, or
 * for the same target and sizes? */
static bool does_replace(
    const struct ast_schedule *other, const struct ast_schedule *schedule)
{
    const struct ast_expression *condition = other->condition;

    if (other->kernel_name != schedule->kernel_name)
        return false;
    return !condition ||
           (schedule->condition && other->target == schedule->target &&
               ast_expression_is_equal(condition, schedule->condition));
}

/* The schedules from "first" on come first, and replace earlier ones. */
static void drop_schedules(
    struct compilation *c, struct ast_program *program, int first)
{
    int n = program->n_schedules;
    struct ast_schedule **all = ARENA_ARRAY(c->arena, n, struct ast_schedule *);
    int n_kept = 0;

    for (int i = first; i < n; i++)
        all[n_kept++] = program->schedules[i];
    for (int i = 0; i < first; i++) {
        bool is_replaced = false;

        for (int j = first; j < n; j++)
            is_replaced = is_replaced || does_replace(program->schedules[j],
                                             program->schedules[i]);
        if (!is_replaced)
            all[n_kept++] = program->schedules[i];
    }
    program->schedules = all;
    program->n_schedules = n_kept;
}

/* Parse schedules that are not in the source itself. */
static bool parse_schedules(struct driver *driver, const struct source *source)
{
    struct compilation *c = driver->c;
    int n_before = driver->program->n_schedules;

    if (!RUN_PASS(driver, "parser_parse_schedules",
            parser_parse_schedules(c, driver->program, source)))
        return false;
    drop_schedules(c, driver->program, n_before);
    return true;
}

/* The schedules of another file, or of memory. */
static bool add_schedules(struct driver *driver, const char *path)
{
    struct compilation *c = driver->c;
    const char *text = driver->options->schedule_text;
    const struct source *source;

    if (text)
        return parse_schedules(
            driver, source_new(c->arena, "<schedule>", text, strlen(text)));
    if (!path)
        return true;
    source = driver_read(c, path);
    if (!source)
        return false;
    VECTOR_PUSH(c->arena, &driver->inputs, path);
    return parse_schedules(driver, source);
}

/* Leave out all kernels but the one wanted, and their schedules. E0202 if
 * there is none. */
static bool keep_kernel(struct driver *driver)
{
    struct ast_program *program = driver->program;
    const char *wanted = driver->options->kernel;
    struct source_range nowhere = {0};
    int n_kernels = 0;
    int n_schedules = 0;

    if (!wanted)
        return true;
    for (int i = 0; i < program->n_kernels; i++)
        if (strcmp(program->kernels[i]->name->text, wanted) == 0)
            program->kernels[n_kernels++] = program->kernels[i];
    for (int i = 0; i < program->n_schedules; i++)
        if (strcmp(program->schedules[i]->kernel_name->text, wanted) == 0)
            program->schedules[n_schedules++] = program->schedules[i];
    program->n_kernels = n_kernels;
    program->n_schedules = n_schedules;
    if (n_kernels == 0)
        diag_error(driver->c->diag, nowhere, DIAG_E0202,
            "there is no kernel '%s'", wanted);
    return n_kernels > 0;
}

/* Apply -D. */
static bool define_parameters(struct driver *driver)
{
    const struct driver_options *options = driver->options;

    for (int i = 0; i < options->defines.n; i++)
        if (!RUN_PASS(driver, "parser_define",
                parser_define(driver->c, driver->program,
                    options->defines.at[i].name, options->defines.at[i].value)))
            return false;
    return true;
}

/* Source file to typed syntax tree. */
static bool build_program(struct driver *driver)
{
    struct compilation *c = driver->c;
    const char *schedules = input_find_schedules(driver);

    driver->source = driver_read(c, driver->options->input);
    if (!driver->source)
        return false;
    VECTOR_PUSH(c->arena, &driver->inputs, driver->options->input);
    if (!RUN_PASS(driver, "parser_parse",
            (driver->program = parser_parse(c, driver->source)) != NULL))
        return false;
    return add_schedules(driver, schedules) && keep_kernel(driver) &&
           define_parameters(driver) &&
           RUN_PASS(driver, "parser_check", parser_check(c, driver->program)) &&
           (driver->options->command != DRIVER_BENCH ||
               driver_check_fixed(driver, "bench")) &&
           (driver->options->command != DRIVER_TUNE ||
               driver_check_fixed(driver, "tune"));
}

/* ---- Syntax tree to models --------------------------------------------- */

/* Choices of values of the set parameters of a kernel. */
struct choices {
    VECTOR(struct model_binding) bindings; /* the choice being made */
    VECTOR(struct driver_variant) variants;
};

/* How many values set parameter "parameter" can be bound to, the open end
 * counted; 0 when it is no set parameter or is fixed. */
static int count_choices(const struct ast_parameter *parameter)
{
    if (parameter->kind != AST_PARAMETER_SET || parameter->is_fixed)
        return 0;
    return parameter->n_values + (parameter->is_open ? 1 : 0);
}

/* Add a variant for every choice of the parameters from "at" on, listed
 * values before the open end. */
static void add_choices(struct driver *driver, struct choices *choices,
    const struct ast_kernel *kernel, int at)
{
    struct arena *arena = driver->c->arena;
    struct driver_variant variant = {0};
    const struct ast_parameter *parameter;

    while (
        at < kernel->n_parameters && count_choices(kernel->parameters[at]) == 0)
        at++;
    if (at == kernel->n_parameters) {
        variant.n_bindings = choices->bindings.n;
        variant.bindings = arena_copy(arena, choices->bindings.at,
            (size_t)choices->bindings.n * sizeof *choices->bindings.at);
        VECTOR_PUSH(arena, &choices->variants, variant);
        return;
    }
    parameter = kernel->parameters[at];
    for (int i = 0; i < parameter->n_values; i++) {
        struct model_binding binding = {parameter, parameter->values[i]};

        VECTOR_PUSH(arena, &choices->bindings, binding);
        add_choices(driver, choices, kernel, at + 1);
        choices->bindings.n--;
    }
    if (parameter->is_open)
        add_choices(driver, choices, kernel, at + 1);
}

/* Whether the number of variants stays within reason. */
static bool limit_choices(
    struct driver *driver, const struct ast_kernel *kernel)
{
    int64_t n = 1;

    for (int i = 0; i < kernel->n_parameters; i++) {
        int n_choices = count_choices(kernel->parameters[i]);

        n *= n_choices > 0 ? n_choices : 1;
        if (n > MAX_BINDINGS) {
            diag_error(driver->c->diag, kernel->parameters[i]->range,
                DIAG_E0003,
                "the sets of values give more than %d specialised bodies",
                MAX_BINDINGS);
            diag_hint(driver->c->diag,
                "Fix some of them with -D, or list fewer values.");
            return false;
        }
    }
    return true;
}

/* A model of the kernel under the bindings of "variant". */
static struct model *build_model(struct driver *driver,
    const struct ast_kernel *kernel, const struct driver_variant *variant)
{
    struct model *model = NULL;
    bool ok = RUN_PASS(driver, "model_build",
        (model = model_build(driver->c, kernel, variant->n_bindings,
             variant->bindings)) != NULL);

    if (model)
        VECTOR_PUSH(driver->c->arena, &driver->models, model);
    return ok ? model : NULL;
}

/* Models of all choices, checked. */
static bool build_models(struct driver *driver, const struct ast_kernel *kernel,
    struct choices *choices)
{
    if (!limit_choices(driver, kernel))
        return false;
    add_choices(driver, choices, kernel, 0);
    for (int i = 0; i < choices->variants.n; i++) {
        struct driver_variant *variant = &choices->variants.at[i];

        variant->model = build_model(driver, kernel, variant);
        if (!variant->model ||
            !RUN_PASS(driver, "model_check", model_check(variant->model)))
            return false;
    }
    return true;
}

/* ---- Models to schedules and loop programs ----------------------------- */

/* The schedule of one variant. */
static bool schedule_variant(struct driver *driver,
    struct driver_variant *variant, const struct ast_schedule *source)
{
    return RUN_PASS(driver, "schedule_build",
        (variant->schedule = schedule_build(
             driver->c, variant->model, variant->machine, source)) != NULL);
}

/* Loop program and oracle of one variant. */
static bool build_variant(struct driver *driver, struct driver_variant *variant)
{
    struct compilation *c = driver->c;
    struct schedule *plain = NULL;

    if (!variant->program &&
        !RUN_PASS(driver, "loop_build",
            (variant->program = loop_build(c, variant->schedule)) != NULL))
        return false;
    if (!c->options.verify && driver->options->command != DRIVER_BENCH)
        return true;
    return RUN_PASS(driver, "schedule_build_source_order",
               (plain = schedule_build_source_order(
                    c, variant->model, variant->machine)) != NULL) &&
           RUN_PASS(driver, "loop_build (source order)",
               (variant->oracle = loop_build(c, plain)) != NULL);
}

/* A question asked before, for more general sizes: those for which the answer
 * is yes are other classes. */
struct asked {
    const struct model_condition *question;
    const struct asked *before;
};

static bool list_classes(struct driver *driver, struct variant_list *list,
    struct driver_variant variant, const struct ast_schedule *source, int depth,
    const struct asked *asked);

/* The variants for those sizes of "variant" for which the answer to a question
 * is yes; the most general is left out when it runs as "variant" does. */
static bool list_class(struct driver *driver, struct variant_list *list,
    const struct driver_variant *variant,
    const struct model_condition *question, const struct ast_schedule *source,
    int depth, const struct asked *asked)
{
    struct driver_variant inside = *variant;

    inside.model = model_restrict(variant->model, question);
    if (!inside.model ||
        !list_classes(driver, list, inside, source, depth + 1, asked))
        return false;
    if (schedule_is_equal(
            driver->c, list->at[list->n - 1].schedule, variant->schedule))
        list->n--;
    return true;
}

/* Was the question asked before? */
static bool is_asked(
    const struct asked *asked, const struct model_condition *question)
{
    while (asked && !model_condition_is_equal(asked->question, question))
        asked = asked->before;
    return asked != NULL;
}

/* The variants of one choice of parameters, without their programs: where the
 * schedule would be another one if more were known of the sizes, those for
 * such sizes first. */
static bool list_classes(struct driver *driver, struct variant_list *list,
    struct driver_variant variant, const struct ast_schedule *source, int depth,
    const struct asked *asked)
{
    struct asked all[SCHEDULE_MAX_QUESTIONS];

    if (!schedule_variant(driver, &variant, source))
        return false;
    for (int i = 0; i < variant.schedule->n_questions && depth < MAX_DEPTH;
         i++) {
        const struct model_condition *question =
            &variant.schedule->questions[i];

        if (is_asked(asked, question))
            continue;
        if (!list_class(driver, list, &variant, question, source, depth, asked))
            return false;
        all[i] = (struct asked){question, asked};
        asked = &all[i];
    }
    VECTOR_PUSH(driver->c->arena, list, variant);
    return true;
}

/* Schedule and program of a variant, which is then one of the kernel. */
static bool finish_variant(struct driver *driver, struct driver_kernel *kernel,
    struct driver_variant *variant, enum driver_emit last)
{
    if (!RUN_PASS(
            driver, "choose_schedule", choose_schedule(driver, variant)) ||
        (last > DRIVER_EMIT_SCHEDULE && !build_variant(driver, variant)))
        return false;
    VECTOR_PUSH(driver->c->arena, &kernel->variants, *variant);
    return true;
}

/* Variants of one choice of parameters for one machine, with programs unless
 * only schedules are wanted. Where there are many choices, each has one.
 * "n_classes" were made before, for some sizes. */
static bool add_variants(struct driver *driver, struct driver_kernel *kernel,
    struct driver_variant variant, int n_classes, int n_choices,
    enum driver_emit last)
{
    struct variant_list list = {0};
    bool has_classes = n_choices * driver->machines.n <= MAX_CHOICES;

    if (!list_classes(driver, &list, variant, variant.source,
            has_classes ? 0 : MAX_DEPTH, NULL))
        return false;
    for (int i = 0; i < list.n; i++) {
        list.at[i].size_class = i + 1 < list.n ? n_classes + i + 1 : 0;
        if (!finish_variant(driver, kernel, &list.at[i], last))
            return false;
    }
    return true;
}

/* The variant of those sizes of "choice" for which "source" is; nothing where
 * those before cover them all. "n_classes" counts what bindings do not tell
 * apart. */
static bool add_sizes(struct driver *driver, struct driver_kernel *kernel,
    const struct driver_variant *choice, const struct ast_schedule *source,
    int *n_classes, enum driver_emit last)
{
    struct driver_variant variant = *choice;
    const struct guard *guard;
    enum model_answer answer;

    variant.source = source;
    if (!condition_bind(driver->c, kernel, source->condition, &variant))
        return true;
    variant.model = build_model(driver, kernel->kernel, &variant);
    if (!variant.model ||
        !model_ask_condition(variant.model, variant.n_bindings,
            variant.bindings, source->condition, &guard, &answer))
        return false;
    if (answer == MODEL_NEVER)
        return true;
    if (answer == MODEL_SOMETIMES) {
        variant.model = model_restrict(
            variant.model, &(struct model_condition){.guard = guard});
        variant.size_class = ++*n_classes;
    }
    return variant.model && schedule_variant(driver, &variant, source) &&
           finish_variant(driver, kernel, &variant, last);
}

/* Variants for the sizes of "choice" that schedules with conditions are for;
 * "choice->source" becomes the schedule of all others. */
static bool add_conditions(struct driver *driver, struct driver_kernel *kernel,
    struct driver_variant *choice, int *n_classes, enum driver_emit last)
{
    const struct ast_schedule *source = NULL;
    const struct guard *guard;
    enum model_answer answer;

    while ((source = schedule_select(
                driver->program, kernel->kernel, choice->machine, source))) {
        if (!source->condition)
            break;
        if (!model_ask_condition(choice->model, choice->n_bindings,
                choice->bindings, source->condition, &guard, &answer))
            return false;
        if (answer == MODEL_ALWAYS)
            break;
        if (answer == MODEL_SOMETIMES &&
            !add_sizes(driver, kernel, choice, source, n_classes, last))
            return false;
    }
    choice->source = source;
    return true;
}

/* Variants of a kernel for one machine. A schedule sets the layouts of its
 * model's arrays, so a model serves several machines only while the schedule
 * is the same. */
static bool build_machine(struct driver *driver, struct driver_kernel *kernel,
    struct choices *choices, const struct machine *machine,
    enum driver_emit last)
{
    for (int i = 0; i < choices->variants.n; i++) {
        struct driver_variant *choice = &choices->variants.at[i];
        const struct ast_schedule *before = choice->source;
        bool is_first = !choice->machine;
        int n_classes = 0;

        choice->machine = machine;
        if (!add_conditions(driver, kernel, choice, &n_classes, last))
            return false;
        if (!is_first && choice->source != before)
            choice->model = build_model(driver, kernel->kernel, choice);
        if (!choice->model || !add_variants(driver, kernel, *choice, n_classes,
                                  choices->variants.n, last))
            return false;
    }
    return true;
}

/* One kernel, up to loop programs. */
static bool build_kernel(
    struct driver *driver, const struct ast_kernel *ast, enum driver_emit last)
{
    struct driver_kernel kernel = {.kernel = ast};
    struct choices choices = {0};
    bool ok = build_models(driver, ast, &choices);

    if (ok && last == DRIVER_EMIT_MODEL)
        for (int i = 0; i < choices.variants.n; i++)
            VECTOR_PUSH(
                driver->c->arena, &kernel.variants, choices.variants.at[i]);
    for (int i = 0; ok && last > DRIVER_EMIT_MODEL && i < driver->machines.n;
         i++)
        ok = build_machine(
            driver, &kernel, &choices, driver->machines.at[i], last);
    ok = ok && layout_check(driver, &kernel);
    VECTOR_PUSH(driver->c->arena, &driver->kernels, kernel);
    return ok;
}

/* All kernels; an error in one does not hide those of the next. */
static bool build_kernels(struct driver *driver, enum driver_emit last)
{
    bool ok = true;

    for (int i = 0; i < driver->program->n_kernels; i++) {
        if (diag_is_full(driver->c->diag))
            return false;
        if (!build_kernel(driver, driver->program->kernels[i], last))
            ok = false;
    }
    return ok;
}

/* ---- Loop programs to an object ---------------------------------------- */

struct codegen_kernel compile_describe_kernel(struct driver *driver,
    const struct driver_kernel *kernel, const struct machine *machine)
{
    int n = 0;
    struct codegen_variant *variants = ARENA_ARRAY(
        driver->c->arena, kernel->variants.n, struct codegen_variant);

    for (int i = 0; i < kernel->variants.n; i++) {
        const struct driver_variant *variant = &kernel->variants.at[i];

        if (machine && variant->machine != machine)
            continue;
        variants[n++] =
            (struct codegen_variant){variant->program, variant->machine,
                variant->n_bindings, variant->bindings, variant->size_class};
    }
    return (struct codegen_kernel){kernel->kernel, n, variants};
}

/* One LLVM module of all kernels, and the object when one is needed: as the
 * output, or for the self-check. */
static bool build_code(struct driver *driver, bool wants_object)
{
    struct compilation *c = driver->c;
    int n = driver->kernels.n;
    struct codegen_kernel *kernels =
        ARENA_ARRAY(c->arena, n, struct codegen_kernel);
    struct codegen_request request = {
        driver->target, input_stem(c, driver->options->input), n, kernels};

    for (int i = 0; i < n; i++)
        kernels[i] =
            compile_describe_kernel(driver, &driver->kernels.at[i], NULL);
    if (!RUN_PASS(driver, "codegen_build",
            (driver->codegen = codegen_build(c, &request)) != NULL))
        return false;
    return !wants_object ||
           RUN_PASS(driver, "codegen_emit",
               codegen_emit(driver->codegen, CODEGEN_OBJECT, &driver->object));
}

/* Code for the processors, or for the GPUs. */
static bool build_any_code(
    struct driver *driver, enum driver_emit last, bool verify)
{
    if (driver->is_gpu)
        return device_build(driver, last > DRIVER_EMIT_PTX) &&
               (last < DRIVER_EMIT_OBJECT || device_build_launcher(driver));
    return build_code(driver, verify || last >= DRIVER_EMIT_OBJECT);
}

/* ---- The self-check ---------------------------------------------------- */

/* Whether this process can run the object at all. */
static bool is_host_target(const struct driver *driver)
{
    if (driver->is_gpu)
        return false;
#if defined(__aarch64__)
    return driver->target == &target_aarch64;
#else
    return driver->target == &target_x86_64;
#endif
}

/* Check every variant of a kernel against its oracle. */
static bool verify_variants(struct driver *driver, struct driver_kernel *kernel)
{
    struct compilation *c = driver->c;
    int n = kernel->variants.n;
    struct codegen_kernel described =
        compile_describe_kernel(driver, kernel, NULL);
    struct verify_variant *variants =
        ARENA_ARRAY(c->arena, n, struct verify_variant);
    struct verify_request request = {
        .kernel = kernel->kernel, .n_variants = n, .variants = variants};

    if (is_host_target(driver))
        request.object = driver->object;
    for (int i = 0; i < n; i++) {
        const struct driver_variant *variant = &kernel->variants.at[i];

        variants[i] = (struct verify_variant){variant->program, variant->oracle,
            variant->machine,
            codegen_variant_symbol(c, kernel->kernel, &described.variants[i]),
            variant->n_bindings, variant->bindings, NULL};
    }
    kernel->has_report = RUN_PASS(
        driver, "verify_kernel", verify_kernel(c, &request, &kernel->report));
    return kernel->has_report &&
           (kernel->report.n_short == 0 ||
               RUN_PASS(driver, "small_check", small_check(driver, kernel)));
}

/* Check all kernels. */
static bool verify_kernels(struct driver *driver)
{
    for (int i = 0; i < driver->kernels.n; i++)
        if (!verify_variants(driver, &driver->kernels.at[i]))
            return false;
    return true;
}

/* ---- Top to bottom ----------------------------------------------------- */

/* Whether what is asked for is made for a GPU, or without one. */
static bool check_gpu(struct driver *driver, enum driver_emit last)
{
    struct source_range nowhere = {0};

    if (!driver->is_gpu &&
        (last == DRIVER_EMIT_PTX || last == DRIVER_EMIT_RESOURCES))
        diag_error(driver->c->diag, nowhere, DIAG_E0701,
            "--emit=%s needs --gpu-arch or --target=" PTX_TRIPLE,
            driver_emit_name(last));
    else
        return true;
    return false;
}

bool driver_build(struct driver *driver, enum driver_emit last)
{
    bool wants_code = last >= DRIVER_EMIT_LLVM;
    bool verify = wants_code && driver->c->options.verify;

    return driver_select(driver) && check_gpu(driver, last) &&
           build_program(driver) &&
           (last == DRIVER_EMIT_AST || build_kernels(driver, last)) &&
           (!wants_code || build_any_code(driver, last, verify)) &&
           (!verify || verify_kernels(driver));
}

void driver_free(struct driver *driver)
{
    driver->codegen = codegen_free(driver->codegen);
    for (int i = 0; i < driver->devices.n; i++)
        driver->devices.at[i].codegen =
            codegen_free(driver->devices.at[i].codegen);
    for (int i = 0; i < driver->models.n; i++)
        driver->models.at[i] = model_free(driver->models.at[i]);
}
