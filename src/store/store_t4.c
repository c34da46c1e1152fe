/* T4, version 1.0.0: what autotuners exchange as results. Times are in
 * milliseconds there. What it has no word for is a member "tapc" of each
 * result: the whole trial. */
#include "store/store_internal.h"

#include "base/diag.h"

#include <string.h>
#include <time.h>

#define NS_PER_MS 1e6

/* "2026-11-20T17:00:00Z". */
static void append_time(struct text *text, int64_t time_s)
{
    time_t seconds = (time_t)time_s;
    struct tm parts;
    char words[32] = "";

    if (gmtime_r(&seconds, &parts))
        strftime(words, sizeof words, "%Y-%m-%dT%H:%M:%SZ", &parts);
    text_append(text, words);
}

/* One measurement with its unit. */
static void append_measurement(struct text *text, const char *before,
    const char *name, double value, const char *unit)
{
    text_printf(text, "%s{\"name\": \"%s\", \"value\": ", before, name);
    text_append_real(text, value);
    text_printf(text, ", \"unit\": \"%s\"}", unit);
}

/* What was measured, in their terms. */
static void append_times(struct text *text, const struct store_trial *trial)
{
    text_append(text, "\"times\": {\"compilation_time\": ");
    text_append_real(text, trial->compile_ns / NS_PER_MS);
    text_append(text, ", \"runtimes\": [");
    for (int i = 0; i < trial->samples_ns.n; i++) {
        text_append(text, i ? ", " : "");
        text_append_real(text, trial->samples_ns.at[i] / NS_PER_MS);
    }
    text_append(text, "]}, \"objectives\": [\"time\"], \"measurements\": [");
    append_measurement(text, "", "time", trial->median_ns / NS_PER_MS, "ms");
    append_measurement(
        text, ", ", "spread", trial->spread_ns / NS_PER_MS, "ms");
    text_append(text, "], ");
}

void store_t4_begin(struct text *text)
{
    text_append(text, "{\"schema_version\": \"1.0.0\", \"results\": [");
}

void store_t4_add(struct text *text, const struct store_trial *trial)
{
    text_append(text, text->at[text->length - 1] == '[' ? "\n" : ",\n");
    text_append(text, "{\"timestamp\": \"");
    append_time(text, trial->time_s);
    text_append(text, "\", \"configuration\": {\"schedule\": ");
    diag_append_json(text, trial->configuration);
    text_append(text, "}, ");
    append_times(text, trial);
    text_printf(text, "\"invalidity\": \"%s\", \"correctness\": %d, \"tapc\": ",
        trial->status, strcmp(trial->status, "correct") == 0);
    store_print_object(text, trial);
    text_append(text, "}");
}

void store_t4_end(struct text *text)
{
    text_append(text, "\n]}\n");
}

/* Hand on the trials of a document. */
static bool visit_results(struct arena *arena, const json_t *results,
    bool (*visit)(const struct store_trial *trial, void *user), void *user,
    const char **problem)
{
    if (!json_is_array(results)) {
        *problem = "no list 'results'";
        return false;
    }
    for (size_t i = 0; i < json_array_size(results); i++) {
        const json_t *own = json_object_get(json_array_get(results, i), "tapc");
        struct store_trial trial;

        if (!own || !store_read_object(arena, own, &trial, problem)) {
            *problem = arena_printf(arena, "result %zu: %s", i + 1,
                own ? *problem : "not of tapc (no member 'tapc')");
            return false;
        }
        if (!visit(&trial, user))
            break;
    }
    return true;
}

bool store_parse_t4(struct arena *arena, const char *bytes, size_t length,
    bool (*visit)(const struct store_trial *trial, void *user), void *user,
    const char **problem)
{
    json_t *root = store_load_json(arena, bytes, length, problem);
    bool ok = root && visit_results(arena, json_object_get(root, "results"),
                          visit, user, problem);

    json_decref(root);
    return ok;
}
