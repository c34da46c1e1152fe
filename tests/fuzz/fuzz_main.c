/* tapc_fuzz: random differential testing of the compiler.
 *
 *   tapc_fuzz --tapc PATH [--seed S] [--count N] [--batch N] [--jobs N]
 *             [--shrink] [--verbose] [--keep FOLDER] [--option TEXT]
 *             [--print] [--oracle-only] [--found FOLDER] [--mutate]
 *             [--arm BYTES]
 *
 * Exits with 1 when a case failed. --print writes the .dsl and the oracle of
 * one case; --oracle-only compiles and runs the oracles alone; --option passes
 * TEXT to every tapc call; --arm compiles for AArch64 and runs under qemu with
 * vector registers of that many bytes (at least 64 for all levels); --mutate
 * plants one fault in each case and prints how many are noticed, and by what.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#ifndef TAPC_FUZZ_SUPPORT
#define TAPC_FUZZ_SUPPORT "."
#endif

enum { MOST_PER_BATCH = 64 };

struct arguments {
    struct fuzz_settings settings;
    uint64_t seed;
    int n_cases;
    int n_per_batch;
    const char *found; /* folder for failing cases, or NULL */
    bool is_printing;
    bool is_mutating;
};

/* How often everything occurred. */
struct tally {
    int n_cases;
    int verdicts[FUZZ_N_VERDICTS];
    int n_scheduled;
    int features[FUZZ_N_FEATURES];
    int directives[FUZZ_N_DIRECTIVES];
    int legal[FUZZ_N_DIRECTIVES];
    int n_codes;
    char codes[40][16];
    int code_counts[40];
};

static void count_code(struct tally *tally, const char *code, bool is_valid)
{
    char word[16];
    snprintf(word, sizeof word, "%s%s", is_valid ? "valid " : "", code);
    for (int i = 0; i < tally->n_codes; i++)
        if (strcmp(tally->codes[i], word) == 0) {
            tally->code_counts[i]++;
            return;
        }
    if (tally->n_codes == 40)
        return;
    snprintf(tally->codes[tally->n_codes], 16, "%s", word);
    tally->code_counts[tally->n_codes++] = 1;
}

static void count_case(struct tally *tally, const struct fuzz_case *fuzz,
    const struct fuzz_result *result)
{
    bool seen[FUZZ_N_DIRECTIVES] = {false};
    tally->n_cases++;
    tally->verdicts[result->verdict]++;
    tally->n_scheduled += result->has_scheduled;
    for (int i = 0; i < FUZZ_N_FEATURES; i++)
        tally->features[i] += fuzz->features[i] && result->has_plain;
    for (int i = 0; i < fuzz->n_directives; i++)
        seen[fuzz->directives[i].kind] = true;
    for (int i = 0; i < FUZZ_N_DIRECTIVES; i++) {
        tally->directives[i] += seen[i];
        tally->legal[i] += seen[i] && result->has_scheduled;
    }
    if (result->verdict == FUZZ_REFUSED || result->verdict == FUZZ_REJECTED)
        count_code(tally, result->code, result->verdict == FUZZ_REJECTED);
}

static void print_tally(const struct tally *tally)
{
    printf("%d cases, %d with a legal schedule\n", tally->n_cases,
        tally->n_scheduled);
    for (int i = 0; i < FUZZ_N_VERDICTS; i++)
        if (tally->verdicts[i] > 0)
            printf("  %-24s %6d\n", verdict_name((enum fuzz_verdict)i),
                tally->verdicts[i]);
    printf("directive                  cases  legal\n");
    for (int i = 0; i < FUZZ_N_DIRECTIVES; i++)
        printf("  %-24s %6d %6d\n", directive_name((enum fuzz_directive_kind)i),
            tally->directives[i], tally->legal[i]);
    printf("feature (compiled)         cases\n");
    for (int i = 0; i < FUZZ_N_FEATURES; i++)
        printf("  %-32s %6d\n", feature_name((enum fuzz_feature)i),
            tally->features[i]);
    printf("refusals by code\n");
    for (int i = 0; i < tally->n_codes; i++)
        printf("  %-24s %6d\n", tally->codes[i], tally->code_counts[i]);
}

/* A case as a .dsl file that says how to repeat it. */
static void write_failure(FILE *out, const struct arguments *arguments,
    const struct fuzz_case *fuzz, const struct fuzz_result *result)
{
    fprintf(out, "// %s (status %d %s)\n// ", verdict_name(result->verdict),
        result->status, result->code);
    for (const char *at = result->text; *at; at++)
        fputs(*at != '\n' ? (char[2]){*at, 0} : at[1] ? "\n// " : "", out);
    fputs("\n// ", out);
    command_print(
        out, &arguments->settings, fuzz, "case.dsl", "case.o", "case.h");
    fputs("\n// sizes:", out);
    for (int run = 0; run < fuzz->n_runs; run++) {
        fputs(run > 0 ? " |" : "", out);
        for (int i = 0; i < fuzz->n_parameters; i++)
            fprintf(out, " %s=%d", fuzz->parameters[i].name,
                fuzz->parameters[i].runs[run]);
    }
    fputs("\n", out);
    dsl_print(out, fuzz, "k", true);
}

static void print_failure(const struct arguments *arguments,
    const struct fuzz_case *fuzz, const struct fuzz_result *result)
{
    printf("==== seed %llu: %s (status %d %s)\n",
        (unsigned long long)fuzz->seed, verdict_name(result->verdict),
        result->status, result->code);
    write_failure(stdout, arguments, fuzz, result);
    fflush(stdout);
    if (!arguments->found)
        return;
    char path[500];
    snprintf(path, sizeof path, "%s/%llu.dsl", arguments->found,
        (unsigned long long)fuzz->seed);
    FILE *out = fopen(path, "w");
    if (!out)
        return;
    write_failure(out, arguments, fuzz, result);
    fclose(out);
}

/* Shrink (if asked), print, and keep a failing case. */
static void report_failure(const struct arguments *arguments,
    const struct fuzz_case *fuzz, const struct fuzz_result *result)
{
    static struct fuzz_case small;
    struct fuzz_result reason = *result;
    small = *fuzz;
    if (arguments->settings.is_shrinking)
        shrink_case(&arguments->settings, &small, &reason);
    print_failure(arguments, &small, &reason);
}

/* The error line of a refused schedule. */
static void print_refusal(
    const struct fuzz_case *fuzz, const struct fuzz_result *result)
{
    const char *error = strstr(result->text, "error: ");
    if (error)
        printf("refused %llu: %.*s\n", (unsigned long long)fuzz->seed,
            (int)strcspn(error, "\n"), error);
}

/* The schedule's target as what it is among AArch64's levels. */
static void adapt_target(struct fuzz_case *fuzz)
{
    static const char *const names[][2] = {{"x86-64-v3", "sve256"},
        {"x86-64-v4", "sve512"}, {"x86", "arm"}, {"arm", "x86"}};
    for (int i = 0; i < 4; i++)
        if (strcmp(fuzz->schedule_target, names[i][0]) == 0) {
            snprintf(fuzz->schedule_target, sizeof fuzz->schedule_target, "%s",
                names[i][1]);
            return;
        }
}

static bool run_all(const struct arguments *arguments)
{
    static struct fuzz_case cases[MOST_PER_BATCH];
    static struct fuzz_result results[MOST_PER_BATCH];
    static struct tally tally;
    uint64_t seed = arguments->seed;
    bool is_good = true;
    for (int done = 0; done < arguments->n_cases;) {
        int n = 0;
        while (n < arguments->n_per_batch && done + n < arguments->n_cases)
            n += case_generate(&cases[n], seed++);
        for (int i = 0; i < n && arguments->settings.arm_bytes; i++)
            adapt_target(&cases[i]);
        batch_run(&arguments->settings, n, cases, cases, results);
        for (int i = 0; i < n; i++) {
            count_case(&tally, &cases[i], &results[i]);
            if (arguments->settings.is_verbose &&
                results[i].verdict == FUZZ_REFUSED)
                print_refusal(&cases[i], &results[i]);
            if (!verdict_is_failure(results[i].verdict))
                continue;
            is_good = false;
            report_failure(arguments, &cases[i], &results[i]);
        }
        done += n;
        if (arguments->settings.is_verbose)
            printf(
                "%d cases, next seed %llu\n", done, (unsigned long long)seed);
        fflush(stdout);
    }
    print_tally(&tally);
    return is_good;
}

/* A batch of mutants of one kind, from cases that have a place for it. */
static int draw_mutants(enum fuzz_mutation mutation, int n, uint64_t *seed,
    struct fuzz_case *cases, struct fuzz_case *mutants)
{
    int n_found = 0;
    for (int tries = 0; tries < 20 * n && n_found < n; tries++) {
        if (!case_generate(&cases[n_found], (*seed)++))
            continue;
        cases[n_found].is_verified = false;
        cases[n_found].n_directives = 0;
        mutants[n_found] = cases[n_found];
        if (case_mutate(&mutants[n_found], mutation) &&
            !mutants[n_found].is_full)
            n_found++;
    }
    return n_found;
}

/* For every kind of fault: how many mutants the results show, how many are
 * refused, and the seeds of those that survive. */
static void run_mutants(const struct arguments *arguments)
{
    static struct fuzz_case cases[MOST_PER_BATCH];
    static struct fuzz_case mutants[MOST_PER_BATCH];
    static struct fuzz_result results[MOST_PER_BATCH];
    uint64_t seed = arguments->seed;
    printf("fault                    mutants wrong refused survived\n");
    for (int kind = 0; kind < FUZZ_N_MUTATIONS; kind++) {
        enum fuzz_mutation mutation = (enum fuzz_mutation)kind;
        int n = draw_mutants(
            mutation, arguments->n_per_batch, &seed, cases, mutants);
        batch_run(&arguments->settings, n, cases, mutants, results);
        int n_wrong = 0, n_refused = 0;
        for (int i = 0; i < n; i++) {
            n_wrong += results[i].verdict == FUZZ_WRONG ||
                       results[i].verdict == FUZZ_BROKEN;
            n_refused += results[i].verdict == FUZZ_REJECTED ||
                         results[i].verdict == FUZZ_REFUSED;
        }
        printf("  %-22s %7d %5d %7d %8d :", mutation_name(mutation), n, n_wrong,
            n_refused, n - n_wrong - n_refused);
        for (int i = 0; i < n; i++)
            if (results[i].verdict == FUZZ_OK)
                printf(" %llu", (unsigned long long)cases[i].seed);
        printf("\n");
        fflush(stdout);
    }
}

static void print_one(const struct arguments *arguments)
{
    static struct fuzz_case fuzz;
    uint64_t seed = arguments->seed;
    while (!case_generate(&fuzz, seed))
        seed++;
    dsl_print(stdout, &fuzz, "k", true);
    printf("\n");
    oracle_print(stdout, &fuzz, "oracle");
}

static bool read_flag(struct arguments *arguments, const char *word)
{
    if (strcmp(word, "--shrink") == 0)
        arguments->settings.is_shrinking = true;
    else if (strcmp(word, "--verbose") == 0)
        arguments->settings.is_verbose = true;
    else if (strcmp(word, "--oracle-only") == 0)
        arguments->settings.is_oracle_only = true;
    else if (strcmp(word, "--mutate") == 0)
        arguments->is_mutating = true;
    else if (strcmp(word, "--print") == 0)
        arguments->is_printing = true;
    else
        return false;
    return true;
}

static bool read_option(
    struct arguments *arguments, const char *word, const char *value)
{
    struct fuzz_settings *settings = &arguments->settings;
    if (strcmp(word, "--tapc") == 0)
        settings->tapc = value;
    else if (strcmp(word, "--seed") == 0)
        arguments->seed = strtoull(value, NULL, 10);
    else if (strcmp(word, "--count") == 0)
        arguments->n_cases = atoi(value);
    else if (strcmp(word, "--batch") == 0)
        arguments->n_per_batch = atoi(value);
    else if (strcmp(word, "--jobs") == 0)
        settings->n_jobs = atoi(value);
    else if (strcmp(word, "--arm") == 0)
        settings->arm_bytes = atoi(value);
    else if (strcmp(word, "--timeout") == 0)
        settings->timeout_s = atoi(value);
    else if (strcmp(word, "--option") == 0)
        settings->extra = value;
    else if (strcmp(word, "--found") == 0)
        arguments->found = value;
    else if (strcmp(word, "--support") == 0)
        settings->support = value;
    else if (strcmp(word, "--keep") == 0)
        settings->folder = value, settings->keeps = true;
    else
        return false;
    return true;
}

static bool read_arguments(struct arguments *arguments, int n, char **words)
{
    for (int i = 1; i < n; i++) {
        if (read_flag(arguments, words[i]))
            continue;
        if (i + 1 < n && read_option(arguments, words[i], words[i + 1])) {
            i++;
            continue;
        }
        fprintf(stderr, "tapc_fuzz: what is '%s'?\n", words[i]);
        return false;
    }
    if (arguments->n_per_batch < 1 || arguments->n_per_batch > MOST_PER_BATCH)
        arguments->n_per_batch = 24;
    return true;
}

/* Remove the scratch folder: only files in it, made by us. */
static void remove_folder(const char *folder)
{
    char command[500];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    run_command(command, NULL, 60);
}

int main(int n, char **words)
{
    char folder[] = "/tmp/tapc_fuzz_XXXXXX";
    struct arguments arguments = {.settings = {.tapc = "tapc",
                                      .support = TAPC_FUZZ_SUPPORT,
                                      .extra = "",
                                      .n_jobs = 2,
                                      .timeout_s = 60},
        .seed = (uint64_t)time(NULL),
        .n_cases = 100,
        .n_per_batch = 24};
    if (!read_arguments(&arguments, n, words))
        return 2;
    if (arguments.is_printing) {
        print_one(&arguments);
        return 0;
    }
    arguments.settings.has_fma = __builtin_cpu_supports("fma");
    if (!arguments.settings.keeps && !mkdtemp(folder))
        return 3;
    if (!arguments.settings.keeps)
        arguments.settings.folder = folder;
    printf("tapc_fuzz: --seed %llu --count %d\n",
        (unsigned long long)arguments.seed, arguments.n_cases);
    bool is_good = batch_prepare(&arguments.settings);
    if (is_good && arguments.is_mutating)
        run_mutants(&arguments);
    else
        is_good = is_good && run_all(&arguments);
    if (!arguments.settings.keeps)
        remove_folder(arguments.settings.folder);
    return is_good ? 0 : 1;
}
