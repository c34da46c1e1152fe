/* The ISA levels, and the processors of -march and -mcpu, as machines. What
 * a processor can do follows from the list of its features. */
#include "codegen_cpu/codegen_cpu.h"
#include "codegen_cpu/cpu_internal.h"

#include <llvm-c/TargetMachine.h>

#include <string.h>

#define NEEDS_V2 "sse3,ssse3,sse4.1,sse4.2,popcnt"
#define NEEDS_V3 NEEDS_V2 ",avx,f16c,fma,avx2,bmi,bmi2,lzcnt,movbe"
#define NEEDS_V4 NEEDS_V3 ",avx512f,avx512bw,avx512dq,avx512vl,avx512cd"
#define X86_TRIPLE "x86_64-unknown-linux-gnu"
#define ARM_TRIPLE "aarch64-unknown-linux-gnu"

enum { ARCHITECTURE_X86, ARCHITECTURE_ARM };

/* The shortest vector registers; the reach of AArch64's unscaled offsets. */
enum { SHORT_BYTES = 16, NEAR_BYTES = 256 };

/* What every level of AArch64 has, and every one with SVE. */
#define ARM_COMMON                                                             \
    .n_vector_registers = 32, .has_fma = true, .has_half = true,               \
    .has_rounding = true, .has_nan_extremes = true, .triple = ARM_TRIPLE,      \
    .processor = "generic"
#define SVE_COMMON                                                             \
    ARM_COMMON, .has_scalable = true, .features = "+sve", .needs = "sve"

static const struct machine levels[] = {
    {.level = "x86-64",
        .schedule_targets = {"cpu", "x86", "x86-64", NULL},
        .near_offset_bytes = -1,
        .vector_bytes = 16,
        .n_vector_registers = 16,
        .triple = X86_TRIPLE,
        .processor = "x86-64",
        .costs = &cpu_costs[FAMILY_GENERIC_X86],
        .features = "",
        .needs = ""},
    {.level = "x86-64-v3",
        .schedule_targets = {"cpu", "x86", "x86-64-v3", NULL},
        .near_offset_bytes = -1,
        .vector_bytes = 32,
        .n_vector_registers = 16,
        .has_fma = true,
        .has_masks = true,
        .has_half = true,
        .has_rounding = true,
        .triple = X86_TRIPLE,
        .processor = "x86-64-v3",
        .costs = &cpu_costs[FAMILY_GENERIC_V3],
        .features = "",
        .needs = NEEDS_V3},
    {.level = "x86-64-v4",
        .schedule_targets = {"cpu", "x86", "x86-64-v4", NULL},
        .near_offset_bytes = -1,
        .vector_bytes = 64,
        .n_vector_registers = 32,
        .has_fma = true,
        .has_masks = true,
        .has_narrow_masks = true,
        .has_half = true,
        .has_rounding = true,
        .has_gather = true,
        .has_mask_registers = true,
        .triple = X86_TRIPLE,
        .processor = "x86-64-v4",
        .costs = &cpu_costs[FAMILY_GENERIC_V4],
        .features = "",
        .needs = NEEDS_V4},
    {.level = "neon",
        .schedule_targets = {"cpu", "arm", "neon", NULL},
        .near_offset_bytes = NEAR_BYTES,
        .vector_bytes = 16,
        ARM_COMMON,
        .costs = &cpu_costs[FAMILY_GENERIC_ARM],
        .features = "",
        .needs = ""},
    {
        .level = "sve",
        .schedule_targets = {"cpu", "arm", "sve", NULL},
        .near_offset_bytes = NEAR_BYTES,
        .vector_bytes = 16,
        SVE_COMMON,
        .costs = &cpu_costs[FAMILY_GENERIC_ARM],
    },
    {
        .level = "sve256",
        .schedule_targets = {"cpu", "arm", "sve", "sve256", NULL},
        .vector_bytes = 32,
        .has_masks = true,
        .has_narrow_masks = true,
        SVE_COMMON,
        .costs = &cpu_costs[FAMILY_NEOVERSE_V1],
    },
    {
        .level = "sve512",
        .schedule_targets = {"cpu", "arm", "sve", "sve512", NULL},
        .vector_bytes = 64,
        .has_masks = true,
        .has_narrow_masks = true,
        SVE_COMMON,
        .costs = &cpu_costs[FAMILY_A64FX],
    },
};

/* A row of cpu_processors.def. */
struct processor {
    int architecture;
    const char *name;
    int level;
    enum cpu_family family;
    const char *extra;
};

static const struct processor processors[] = {
#define PROCESSOR(architecture, name, level, family, extra)                    \
    {ARCHITECTURE_##architecture, name, level, FAMILY_##family, extra},
#include "codegen_cpu/cpu_processors.def"
#undef PROCESSOR
};

/* A row of cpu_features.def. */
struct feature {
    int architecture;
    const char *name;
};

static const struct feature features_known[] = {
#define FEATURE(architecture, name) {ARCHITECTURE_##architecture, name},
#include "codegen_cpu/cpu_features.def"
#undef FEATURE
};

enum {
    N_LEVELS = sizeof levels / sizeof levels[0],
    N_PROCESSORS = sizeof processors / sizeof processors[0],
    N_FEATURES = sizeof features_known / sizeof features_known[0]
};

/* Of a triple: all that is not AArch64 is x86-64. */
static int get_architecture(const char *triple)
{
    return strncmp(triple, "aarch64", 7) == 0 ? ARCHITECTURE_ARM
                                              : ARCHITECTURE_X86;
}

const struct machine *cpu_machine_of_level(
    const struct target *target, const char *level)
{
    for (int i = 0; i < N_LEVELS; i++)
        if (strcmp(levels[i].level, level) == 0 &&
            get_architecture(levels[i].triple) ==
                get_architecture(target->triple))
            return &levels[i];
    return NULL;
}

const char *const *cpu_default_levels(const struct target *target)
{
    static const char *const x86[] = {"x86-64", "x86-64-v3", "x86-64-v4", NULL};
    static const char *const arm[] = {"neon", NULL};
    return get_architecture(target->triple) == ARCHITECTURE_ARM ? arm : x86;
}

const char *const *cpu_all_levels(const struct target *target)
{
    static const char *const arm[] = {"neon", "sve", "sve256", "sve512", NULL};
    return get_architecture(target->triple) == ARCHITECTURE_ARM
               ? arm
               : cpu_default_levels(target);
}

/* ---- Capabilities from features ---------------------------------------- */

/* Is "word" one of the words of "list", which are separated by commas? A
 * leading + does not count. */
static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; at; at = strchr(at, ',')) {
        at += *at == ',';
        at += *at == '+';
        if (strncmp(at, word, n) == 0 && (at[n] == 0 || at[n] == ','))
            return true;
    }
    return false;
}

/* What follows from the features in "needs" on x86-64. AVX without AVX2 has
 * no 256-bit integers, which masks and windows need: 16 bytes. */
static void set_x86_capabilities(struct machine *machine)
{
    const char *needs = machine->needs;
    bool has_avx2 = has_word(needs, "avx2");
    bool has_avx512 =
        has_avx2 && has_word(needs, "avx512f") && has_word(needs, "avx512bw") &&
        has_word(needs, "avx512dq") && has_word(needs, "avx512vl");
    bool is_zen = strncmp(machine->processor, "znver", 5) == 0;
    machine->vector_bytes = has_avx512 ? 64 : has_avx2 ? 32 : 16;
    machine->n_vector_registers = has_avx512 ? 32 : 16;
    machine->has_fma = has_word(needs, "fma");
    machine->has_half = has_word(needs, "f16c");
    machine->has_rounding = has_word(needs, "sse4.1");
    machine->has_masks = has_avx2;
    machine->has_narrow_masks = has_avx512;
    machine->has_mask_registers = has_avx512;
    machine->has_gather = has_avx512 && !is_zen;
}

/* The same for AArch64. Registers longer than 16 bytes come with predicates
 * for everything; at 16 bytes the instructions without are the better ones.
 * A processor's family knows how long its registers are. */
static void set_arm_capabilities(struct machine *machine)
{
    bool is_long;
    machine->has_scalable = has_word(machine->needs, "sve");
    machine->vector_bytes =
        machine->has_scalable ? machine->costs->vector_bytes : SHORT_BYTES;
    is_long = machine->vector_bytes > SHORT_BYTES;
    machine->has_masks = is_long;
    machine->has_narrow_masks = is_long;
    machine->near_offset_bytes = is_long ? 0 : NEAR_BYTES;
}

/* The words after "for" of a schedule: the family, the level whose registers
 * it has, the processor. */
static void set_schedule_targets(struct machine *machine)
{
    static const char *const x86[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    static const char *const sve[] = {NULL, "sve256", "sve512"};
    bool is_arm = get_architecture(machine->triple) == ARCHITECTURE_ARM;
    int width = machine->vector_bytes / (2 * SHORT_BYTES);
    int n = 0;
    machine->schedule_targets[n++] = "cpu";
    machine->schedule_targets[n++] = is_arm ? "arm" : "x86";
    machine->schedule_targets[n++] = !is_arm                 ? x86[width]
                                     : machine->has_scalable ? "sve"
                                                             : "neon";
    if (is_arm && sve[width])
        machine->schedule_targets[n++] = sve[width];
    if (strcmp(machine->schedule_targets[n - 1], machine->level) != 0)
        machine->schedule_targets[n++] = machine->level;
    machine->schedule_targets[n] = NULL;
}

/* Fill in the capabilities that follow from the features, and which schedules
 * fit. */
static void set_capabilities(struct machine *machine)
{
    if (get_architecture(machine->triple) == ARCHITECTURE_X86)
        set_x86_capabilities(machine);
    else
        set_arm_capabilities(machine);
    set_schedule_targets(machine);
}

/* ---- Processors -------------------------------------------------------- */

/* Everything a processor has. */
static const char *get_needs(
    struct arena *arena, const struct processor *processor)
{
    static const char *const base[] = {"", "", NEEDS_V2, NEEDS_V3, NEEDS_V4};
    const char *common = processor->architecture == ARCHITECTURE_ARM
                             ? ""
                             : base[processor->level];
    return arena_printf(arena, "%s%s%s", common,
        *common && *processor->extra ? "," : "", processor->extra);
}

/* What a processor costs; one that is not in the table costs what the highest
 * level does that it has. */
static const struct costs *get_costs(
    int architecture, const char *processor, const char *needs)
{
    for (int i = 0; i < N_PROCESSORS; i++)
        if (processors[i].architecture == architecture &&
            strcmp(processors[i].name, processor) == 0)
            return &cpu_costs[processors[i].family];
    if (architecture == ARCHITECTURE_ARM)
        return &cpu_costs[FAMILY_GENERIC_ARM];
    if (has_word(needs, "avx512f"))
        return &cpu_costs[FAMILY_GENERIC_V4];
    return &cpu_costs[has_word(needs, "avx2") ? FAMILY_GENERIC_V3
                                              : FAMILY_GENERIC_X86];
}

/* A machine for a processor, before its capabilities. */
static struct machine *new_machine(
    struct compilation *c, const struct target *target, const char *processor)
{
    struct machine *machine = ARENA_NEW(c->arena, struct machine);
    bool is_arm = get_architecture(target->triple) == ARCHITECTURE_ARM;
    *machine = *cpu_machine_of_level(target, is_arm ? "neon" : "x86-64");
    machine->level = processor;
    machine->processor = processor;
    machine->triple = target->triple;
    return machine;
}

/* Does this process run on the architecture of the target? */
static bool is_host(const struct target *target)
{
    char *triple = LLVMGetDefaultTargetTriple();
    bool result =
        get_architecture(triple) == get_architecture(target->triple) &&
        (strncmp(triple, "x86_64", 6) == 0 ||
            strncmp(triple, "aarch64", 7) == 0);
    LLVMDisposeMessage(triple);
    return result;
}

/* The processor we run on, with exactly the features it has. */
static const struct machine *make_native(
    struct compilation *c, const struct target *target)
{
    struct source_range nowhere = {NULL, 0, 0};
    if (!is_host(target)) {
        diag_error(c->diag, nowhere, DIAG_E0501,
            "'native' is not a processor of target '%s'", target->name);
        return NULL;
    }
    char *name = LLVMGetHostCPUName();
    char *features = LLVMGetHostCPUFeatures();
    struct machine *machine =
        new_machine(c, target, arena_string(c->arena, name));
    machine->features = arena_string(c->arena, features);
    machine->needs = machine->features;
    LLVMDisposeMessage(name);
    LLVMDisposeMessage(features);
    machine->costs = get_costs(
        get_architecture(target->triple), machine->processor, machine->needs);
    set_capabilities(machine);
    return machine;
}

/* A hint with the nearest names, best first, at most three. */
static void hint_processors(
    struct compilation *c, int architecture, const char *wanted)
{
    struct text text = text_new(c->arena);
    int n = 0;
    for (int distance = 1; distance <= 3; distance++)
        for (int i = 0; i < N_PROCESSORS; i++)
            if (processors[i].architecture == architecture && n < 3 &&
                name_distance(wanted, processors[i].name, 3) == distance)
                text_printf(
                    &text, "%s'%s'", n++ ? ", " : "", processors[i].name);
    if (n)
        diag_hint(c->diag, "Close names are %s.", text.at);
    else
        diag_hint(c->diag, "Names are those of LLVM, such as '%s'.",
            architecture == ARCHITECTURE_ARM ? "neoverse-v1" : "znver4");
}

const struct machine *cpu_machine_of_processor(
    struct compilation *c, const struct target *target, const char *processor)
{
    struct source_range nowhere = {NULL, 0, 0};
    int architecture = get_architecture(target->triple);
    const struct machine *level = cpu_machine_of_level(target, processor);
    if (level)
        return level;
    if (strcmp(processor, "native") == 0)
        return make_native(c, target);
    for (int i = 0; i < N_PROCESSORS; i++) {
        if (processors[i].architecture != architecture ||
            strcmp(processors[i].name, processor) != 0)
            continue;
        struct machine *machine = new_machine(c, target, processors[i].name);
        machine->needs = get_needs(c->arena, &processors[i]);
        machine->costs = &cpu_costs[processors[i].family];
        set_capabilities(machine);
        return machine;
    }
    diag_error(c->diag, nowhere, DIAG_E0501,
        "unknown processor '%s' for target '%s'", processor, target->name);
    hint_processors(c, architecture, processor);
    return NULL;
}

/* ---- Features ---------------------------------------------------------- */

/* Is the word in the architecture's table? */
static bool is_feature(int architecture, const char *word)
{
    for (int i = 0; i < N_FEATURES; i++)
        if (features_known[i].architecture == architecture &&
            strcmp(features_known[i].name, word) == 0)
            return true;
    return false;
}

/* Report a word that is no feature, with the nearest that is. */
static void report_feature(
    struct compilation *c, int architecture, const char *word)
{
    struct source_range nowhere = {NULL, 0, 0};
    const char *best = NULL;
    int best_distance = 3;
    diag_error(c->diag, nowhere, DIAG_E0501, "unknown feature '%s'", word);
    for (int i = 0; i < N_FEATURES; i++) {
        if (features_known[i].architecture != architecture)
            continue;
        int distance =
            name_distance(word, features_known[i].name, best_distance);
        if (distance < best_distance) {
            best = features_known[i].name;
            best_distance = distance;
        }
    }
    if (best)
        diag_hint(c->diag, "Did you mean '%s'?", best);
}

/* "needs" without one word. */
static const char *remove_word(
    struct arena *arena, const char *list, const char *word)
{
    struct text text = text_new(arena);
    size_t n = strlen(word);
    for (const char *at = list; *at;) {
        size_t length = strcspn(at, ",");
        const char *bare = at + (*at == '+');
        bool is_it = strncmp(bare, word, n) == 0 && bare + n == at + length;
        if (length && !is_it) {
            text_append(&text, text.length ? "," : "");
            text_append_bytes(&text, at, length);
        }
        at += length + (at[length] == ',');
    }
    return text.at;
}

/* A feature, and one it cannot be without. */
struct implication {
    const char *feature;
    const char *base;
};

static const struct implication implications[] = {{"ssse3", "sse3"},
    {"sse4.1", "ssse3"}, {"sse4.2", "sse4.1"}, {"avx", "sse4.2"},
    {"fma", "avx"}, {"f16c", "avx"}, {"avx2", "avx"}, {"avx512f", "avx2"},
    {"avx512f", "fma"}, {"avx512f", "f16c"}, {"avx512bw", "avx512f"},
    {"avx512dq", "avx512f"}, {"avx512vl", "avx512f"}, {"avx512cd", "avx512f"},
    {"sve2", "sve"}};

enum { N_IMPLICATIONS = sizeof implications / sizeof implications[0] };

/* The list with a feature and all it needs. */
static const char *add_feature(
    struct arena *arena, const char *list, const char *word)
{
    for (int i = 0; i < N_IMPLICATIONS; i++)
        if (strcmp(implications[i].feature, word) == 0)
            list = add_feature(arena, list, implications[i].base);
    if (has_word(list, word))
        return list;
    return arena_printf(arena, "%s%s%s", list, *list ? "," : "", word);
}

/* The list without a feature and all that need it. */
static const char *remove_feature(
    struct arena *arena, const char *list, const char *word)
{
    for (int i = 0; i < N_IMPLICATIONS; i++)
        if (strcmp(implications[i].base, word) == 0)
            list = remove_feature(arena, list, implications[i].feature);
    return remove_word(arena, list, word);
}

/* Apply "+word" or "-word". */
static bool apply_feature(
    struct compilation *c, struct machine *machine, const char *signed_word)
{
    struct source_range nowhere = {NULL, 0, 0};
    int architecture = get_architecture(machine->triple);
    const char *word = signed_word + 1;
    if (*signed_word != '+' && *signed_word != '-') {
        diag_error(c->diag, nowhere, DIAG_E0501,
            "feature '%s' needs a '+' or '-' before it", signed_word);
        return false;
    }
    if (!is_feature(architecture, word)) {
        report_feature(c, architecture, word);
        return false;
    }
    machine->features = arena_printf(c->arena, "%s%s%s", machine->features,
        *machine->features ? "," : "", signed_word);
    machine->needs = *signed_word == '+'
                         ? add_feature(c->arena, machine->needs, word)
                         : remove_feature(c->arena, machine->needs, word);
    return true;
}

const struct machine *cpu_machine_with_features(
    struct compilation *c, const struct machine *machine, const char *features)
{
    struct machine *result = ARENA_NEW(c->arena, struct machine);
    *result = *machine;
    for (const char *at = features; *at;) {
        size_t length = strcspn(at, ",");
        const char *word = arena_printf(c->arena, "%.*s", (int)length, at);
        if (length && !apply_feature(c, result, word))
            return NULL;
        at += length + (at[length] == ',');
    }
    set_capabilities(result);
    return result;
}
