/* A batch of cases: tapc for every object, one C file with all oracles and
 * callers, one program, one line of result for each case. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

enum { MAX_BATCH = 64, COMMAND_BYTES = 2000, PATH_BYTES = 400 };

/* Names of the files of one object. */
struct files {
    char stem[PATH_BYTES]; /* without suffix */
    char command[COMMAND_BYTES];
    char log[PATH_BYTES + 8];
};

struct batch {
    const struct fuzz_settings *settings;
    int n;
    const struct fuzz_case *cases;    /* for the oracle */
    const struct fuzz_case *compiled; /* for tapc */
    struct fuzz_result *results;
    struct fuzz_object objects[MAX_BATCH][2];
    struct files files[MAX_BATCH * 2];
    int statuses[MAX_BATCH * 2];
    bool has_result[MAX_BATCH];
};

/* gcc with the options oracles need. */
#define ORACLE_OPTIONS                                                         \
    "-std=c11 -D_DEFAULT_SOURCE -O1 -ffp-contract=off -fwrapv -Wno-overflow"

static const char *compiler(const struct fuzz_settings *settings)
{
    return settings->arm_bytes ? "aarch64-linux-gnu-gcc -static " ORACLE_OPTIONS
                               : "gcc " ORACLE_OPTIONS;
}

bool batch_prepare(const struct fuzz_settings *settings)
{
    char command[COMMAND_BYTES];
    char log[PATH_BYTES];
    snprintf(log, sizeof log, "%s/support.log", settings->folder);
    snprintf(command, sizeof command,
        "%s -c '%s/fuzz_support.c' -o '%s/support.o'", compiler(settings),
        settings->support, settings->folder);
    if (run_command(command, log, 60) == 0)
        return true;
    fprintf(stderr, "tapc_fuzz: cannot compile fuzz_support.c, see %s\n", log);
    return false;
}

/* The level or processor of AArch64 that takes the place of an x86-64 one. */
static const char *arm_levels(const struct fuzz_case *fuzz)
{
    if (strstr(fuzz->options, "-march"))
        return "--target=aarch64-linux-gnu -mcpu=neoverse-v1";
    if (strcmp(fuzz->isa, "x86-64") == 0)
        return "--target=aarch64-linux-gnu --isa=neon";
    if (strcmp(fuzz->isa, "x86-64-v3") == 0)
        return "--target=aarch64-linux-gnu --isa=sve256";
    if (strcmp(fuzz->isa, "x86-64-v4") == 0)
        return "--target=aarch64-linux-gnu --isa=sve512";
    if (strcmp(fuzz->isa, "") == 0)
        return "--target=aarch64-linux-gnu --isa=sve";
    return "--target=aarch64-linux-gnu --isa=neon,sve,sve256,sve512";
}

void command_print(FILE *out, const struct fuzz_settings *settings,
    const struct fuzz_case *fuzz, const char *dsl, const char *object,
    const char *header)
{
    static const char *const fp[] = {"", " --fp=strict", " --fp=reassoc"};
    fprintf(
        out, "%s compile %s -o %s -H %s", settings->tapc, dsl, object, header);
    bool is_processor = strstr(fuzz->options, "-march") != NULL;
    fprintf(out, "%s%s%s", fp[fuzz->fp],
        settings->arm_bytes && is_processor ? "" : fuzz->options,
        fuzz->is_verified && !settings->arm_bytes ? "" : " --no-verify");
    if (settings->arm_bytes)
        fprintf(out, " %s", arm_levels(fuzz));
    else if (fuzz->isa[0])
        fprintf(out, " --isa=%s", fuzz->isa);
    for (int i = 0; i < fuzz->n_parameters; i++)
        if (fuzz->parameters[i].is_defined)
            fprintf(out, " -D %s=%d", fuzz->parameters[i].name,
                fuzz->parameters[i].runs[0]);
    if (settings->extra[0])
        fprintf(out, " %s", settings->extra);
}

/* Write the .dsl of one object and its command line; old outputs go. */
static void prepare_object(struct batch *batch, int position, int which)
{
    const struct fuzz_settings *settings = batch->settings;
    const struct fuzz_case *fuzz = &batch->compiled[position];
    struct fuzz_object *object = &batch->objects[position][which];
    struct files *files = &batch->files[position * 2 + which];
    char letter = which == 0 ? 's' : 'p';
    snprintf(object->name, sizeof object->name, "k%c%d", letter, position);
    snprintf(
        object->header, sizeof object->header, "k%c%d.h", letter, position);
    snprintf(files->stem, sizeof files->stem, "%s/k%c%d", settings->folder,
        letter, position);
    snprintf(files->log, sizeof files->log, "%s.log", files->stem);
    char dsl[PATH_BYTES + 8], output[PATH_BYTES + 8], header[PATH_BYTES + 8];
    snprintf(dsl, sizeof dsl, "%s.dsl", files->stem);
    snprintf(output, sizeof output, "%s.o", files->stem);
    snprintf(header, sizeof header, "%s.h", files->stem);
    unlink(output);
    unlink(header);
    FILE *out = fopen(dsl, "w");
    dsl_print(out, fuzz, object->name, which == 0);
    fclose(out);
    out = fmemopen(files->command, sizeof files->command, "w");
    command_print(out, settings, fuzz, dsl, output, header);
    fclose(out);
    if (settings->is_oracle_only || (which == 0 && fuzz->n_directives == 0))
        snprintf(files->command, sizeof files->command, "exit 99");
}

/* Up to "size" bytes of a file as a string. */
static void read_text(const char *path, char *text, size_t size)
{
    FILE *in = fopen(path, "r");
    size_t n = in ? fread(text, 1, size - 1, in) : 0;
    text[n] = 0;
    if (in)
        fclose(in);
}

static bool file_exists(const char *stem, const char *suffix)
{
    char path[PATH_BYTES + 8];
    struct stat about;
    snprintf(path, sizeof path, "%s%s", stem, suffix);
    return stat(path, &about) == 0;
}

/* "FILE.dsl:LINE:COLUMN: error: ... [E0123]": copies the code. */
static bool message_is_located(const char *text, char code[8])
{
    const char *error = strstr(text, ": error: ");
    const char *place = strstr(text, ".dsl:");
    const char *bracket = strstr(text, "[E");
    if (bracket)
        snprintf(code, 8, "%.5s", bracket + 1);
    return error && place && place < error && bracket;
}

static void set_result(struct batch *batch, int position,
    enum fuzz_verdict verdict, int status, const char *text)
{
    struct fuzz_result *result = &batch->results[position];
    if (verdict_is_failure(result->verdict))
        return;
    result->verdict = verdict;
    result->status = status;
    result->code[0] = 0;
    snprintf(result->text, sizeof result->text, "%.390s", text);
}

/* A listed value of a set may contradict a condition: that is refused. */
static bool may_contradict(const struct fuzz_case *fuzz, const char *code)
{
    bool has_set = fuzz->features[FUZZ_FEATURE_SET_OPEN] ||
                   fuzz->features[FUZZ_FEATURE_SET_CLOSED];
    return has_set &&
           (strcmp(code, "E0209") == 0 || strcmp(code, "E0208") == 0);
}

/* What one run of tapc says about a case. */
static void judge_compile(struct batch *batch, int position, int which)
{
    const struct files *files = &batch->files[position * 2 + which];
    int status = batch->statuses[position * 2 + which];
    struct fuzz_result *result = &batch->results[position];
    char text[4000];
    read_text(files->log, text, sizeof text);
    bool left_output = file_exists(files->stem, ".o");
    bool is_plain = which == 1;
    bool *has = is_plain ? &result->has_plain : &result->has_scheduled;
    *has = status == 0 && left_output;
    if (!*has)
        batch->objects[position][which].name[0] = 0;
    if (status == 99)
        return;
    if (status == 0 && !left_output)
        set_result(batch, position, FUZZ_CRASHED, status, "no object");
    if (status == 0)
        return;
    char code[8] = "";
    bool is_located = message_is_located(text, code);
    bool is_refusal = status == 1 || status == 4 || status == 5;
    enum fuzz_verdict verdict = FUZZ_CRASHED;
    if (status == 6)
        verdict = FUZZ_SELF_CHECK;
    else if (is_refusal && is_located && !left_output)
        verdict = is_plain && !may_contradict(&batch->cases[position], code)
                      ? FUZZ_REJECTED
                      : FUZZ_REFUSED;
    set_result(batch, position, verdict, status, text);
    if (result->verdict == verdict && result->status == status)
        snprintf(result->code, sizeof result->code, "%s", code);
}

/* Does the generated header declare the parallel entry? */
static void look_for_parallel(struct batch *batch, int position, int which)
{
    struct fuzz_object *object = &batch->objects[position][which];
    if (object->name[0] == 0)
        return;
    char path[PATH_BYTES + 8], text[16000], word[48];
    snprintf(
        path, sizeof path, "%s.h", batch->files[position * 2 + which].stem);
    read_text(path, text, sizeof text);
    snprintf(word, sizeof word, "%s_parallel(", object->name);
    object->has_parallel = strstr(text, word) != NULL;
}

static bool has_objects(const struct batch *batch, int position)
{
    if (batch->settings->is_oracle_only)
        return !batch->has_result[position];
    return batch->objects[position][0].name[0] != 0 ||
           batch->objects[position][1].name[0] != 0;
}

/* Compile and link the program of the cases "from" .. "to" - 1. */
static bool build_program(struct batch *batch, int from, int to)
{
    const char *folder = batch->settings->folder;
    char path[PATH_BYTES], log[PATH_BYTES];
    snprintf(path, sizeof path, "%s/batch.c", folder);
    snprintf(log, sizeof log, "%s/batch.log", folder);
    FILE *out = fopen(path, "w");
    fputs("#include \"fuzz_support.h\"\n", out);
    int positions[MAX_BATCH];
    int n = 0;
    char command[30 * COMMAND_BYTES];
    size_t length = (size_t)snprintf(command, sizeof command,
        "cd '%s' && %s -I'%s' batch.c support.o", folder,
        compiler(batch->settings), batch->settings->support);
    for (int i = from; i < to; i++) {
        if (!has_objects(batch, i))
            continue;
        caller_print(out, &batch->cases[i], i, batch->objects[i]);
        positions[n++] = i;
        for (int which = 0; which < 2; which++)
            if (batch->objects[i][which].name[0])
                length +=
                    (size_t)snprintf(command + length, sizeof command - length,
                        " %s.o", batch->objects[i][which].name);
    }
    caller_print_table(out, n, positions);
    fclose(out);
    if (n == 0)
        return true;
    snprintf(command + length, sizeof command - length, " -o batch -lm");
    return run_command(command, log, 120) == 0;
}

/* Read the lines "CASE 3 OK", "CASE 4 WRONG ...". */
static void read_results(struct batch *batch, const char *path)
{
    char line[600];
    FILE *in = fopen(path, "r");
    while (in && fgets(line, sizeof line, in)) {
        int position;
        char word[16];
        int used = 0;
        if (sscanf(line, "CASE %d %15s%n", &position, word, &used) < 2)
            continue;
        line[strcspn(line, "\n")] = 0;
        enum fuzz_verdict verdict = strcmp(word, "OK") == 0      ? FUZZ_OK
                                    : strcmp(word, "WRONG") == 0 ? FUZZ_WRONG
                                    : strcmp(word, "BROKEN") == 0
                                        ? FUZZ_BROKEN
                                        : FUZZ_BAD_ORACLE;
        if (verdict != FUZZ_OK)
            set_result(batch, position, verdict, 0, line + used);
        batch->objects[position][0].name[0] = 0;
        batch->objects[position][1].name[0] = 0;
        batch->has_result[position] = true;
    }
    if (in)
        fclose(in);
}

static void run_program(struct batch *batch, int from, int to)
{
    const char *folder = batch->settings->folder;
    char command[PATH_BYTES], log[PATH_BYTES];
    int bytes = batch->settings->arm_bytes;
    snprintf(command, sizeof command, "cd '%s' && ./batch", folder);
    if (bytes)
        snprintf(command, sizeof command,
            "cd '%s' && qemu-aarch64 -cpu max,sve-max-vq=%d,"
            "sve-default-vector-length=%d ./batch",
            folder, bytes / 16, bytes);
    snprintf(log, sizeof log, "%s/results", folder);
    bool is_needed = false;
    for (int i = from; i < to; i++)
        is_needed |= has_objects(batch, i);
    if (!is_needed)
        return;
    run_command(command, log, 300);
    read_results(batch, log);
    for (int i = from; i < to; i++)
        if (has_objects(batch, i))
            set_result(batch, i, FUZZ_BROKEN, 0, "no result");
}

/* When the program of all does not compile, find out whose fault it is. */
static void run_one_by_one(struct batch *batch)
{
    char log[PATH_BYTES], text[2000];
    snprintf(log, sizeof log, "%s/batch.log", batch->settings->folder);
    for (int i = 0; i < batch->n; i++) {
        if (!has_objects(batch, i))
            continue;
        if (build_program(batch, i, i + 1)) {
            run_program(batch, i, i + 1);
            continue;
        }
        read_text(log, text, sizeof text);
        set_result(batch, i, FUZZ_BAD_CALLER, 0, text);
    }
}

/* Has the level that runs here FMA? Only the highest of the list runs. */
static bool case_is_fused(
    const struct fuzz_settings *settings, const struct fuzz_case *fuzz)
{
    bool has_level =
        fuzz->isa[0] == 0 || strstr(fuzz->isa, "v3") || strstr(fuzz->isa, "v4");
    if (settings->arm_bytes)
        return fuzz->fp != FUZZ_STRICT;
    return fuzz->fp != FUZZ_STRICT && has_level && settings->has_fma;
}

void batch_run(const struct fuzz_settings *settings, int n,
    const struct fuzz_case *cases, const struct fuzz_case *compiled,
    struct fuzz_result *results)
{
    static struct batch batch;
    static struct fuzz_case copies[MAX_BATCH];
    const char *commands[MAX_BATCH * 2] = {NULL};
    const char *logs[MAX_BATCH * 2] = {NULL};
    for (int i = 0; i < n; i++) {
        copies[i] = cases[i];
        copies[i].is_fused = case_is_fused(settings, &cases[i]);
    }
    memset(&batch, 0, sizeof batch);
    memset(results, 0, (size_t)n * sizeof *results);
    batch.settings = settings;
    batch.n = n;
    batch.cases = copies;
    batch.compiled = compiled;
    batch.results = results;
    for (int i = 0; i < n * 2; i++) {
        prepare_object(&batch, i / 2, i % 2);
        commands[i] = batch.files[i].command;
        logs[i] = batch.files[i].log;
    }
    run_commands(n * 2, commands, logs, batch.statuses, settings->n_jobs,
        settings->timeout_s);
    for (int i = 0; i < n * 2; i++) {
        judge_compile(&batch, i / 2, i % 2);
        look_for_parallel(&batch, i / 2, i % 2);
    }
    if (build_program(&batch, 0, n))
        run_program(&batch, 0, n);
    else
        run_one_by_one(&batch);
}
