/* A trial as a line of JSON. */
#include "store/store_internal.h"

#include "base/diag.h"

#include <math.h>
#include <string.h>

void store_append_samples(struct text *text, struct store_samples samples)
{
    text_append(text, "[");
    for (int i = 0; i < samples.n; i++) {
        text_append(text, i ? ", " : "");
        text_append_real(text, isfinite(samples.at[i]) ? samples.at[i] : 0);
    }
    text_append(text, "]");
}

/* The value of a field. */
static void print_value(struct text *text, struct store_field field,
    const struct store_trial *trial)
{
    switch (field.kind) {
    case STORE_TEXT:
        diag_append_json(text, store_field_text(text->arena, field, trial));
        break;
    case STORE_SAMPLES:
        text_append(text, store_field_text(text->arena, field, trial));
        break;
    case STORE_REAL:
        text_append_real(text, store_field_real(field, trial));
        break;
    case STORE_INTEGER:
        text_printf(text, "%lld", (long long)store_field_integer(field, trial));
        break;
    }
}

void store_print_object(struct text *text, const struct store_trial *trial)
{
    for (int i = 0; i < STORE_N_FIELDS; i++) {
        struct store_field field = store_field_get(i);

        text_printf(text, "%s\"%s\": ", i ? ", " : "{", field.name);
        print_value(text, field, trial);
    }
    text_append(text, "}");
}

void store_print_json(struct text *text, const struct store_trial *trial)
{
    store_print_object(text, trial);
    text_append(text, "\n");
}

json_t *store_load_json(
    struct arena *arena, const char *bytes, size_t length, const char **problem)
{
    json_error_t error;
    json_t *root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &error);

    if (!root)
        *problem =
            arena_printf(arena, "column %d: %s", error.column, error.text);
    return root;
}

bool store_read_samples(
    struct arena *arena, const json_t *list, struct store_samples *samples)
{
    size_t n = json_array_size(list);
    double *at = ARENA_ARRAY(arena, n, double);

    if (!json_is_array(list) || n > INT32_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!json_is_number(json_array_get(list, i)))
            return false;
        at[i] = json_number_value(json_array_get(list, i));
    }
    *samples = (struct store_samples){(int)n, at};
    return true;
}

/* Set a field from its value; false: it cannot be that. */
static bool read_value(struct arena *arena, struct store_field field,
    const json_t *value, struct store_trial *trial)
{
    switch (field.kind) {
    case STORE_TEXT:
        return json_is_string(value) && store_field_set_text(arena, field,
                                            trial, json_string_value(value));
    case STORE_SAMPLES:
        return store_read_samples(arena, value, &trial->samples_ns);
    case STORE_REAL:
        store_field_set_real(field, trial, json_number_value(value));
        return json_is_number(value);
    case STORE_INTEGER:
        store_field_set_integer(field, trial, json_integer_value(value));
        return json_is_integer(value);
    }
    return false;
}

bool store_read_object(struct arena *arena, const json_t *object,
    struct store_trial *trial, const char **problem)
{
    *trial = store_trial_empty();
    if (!json_is_object(object)) {
        *problem = "no trial";
        return false;
    }
    for (int i = 0; i < STORE_N_FIELDS; i++) {
        struct store_field field = store_field_get(i);
        const json_t *value = json_object_get(object, field.name);
        bool is_needed = field.is_key || i == STORE_FIELD_status;

        if (!value && !is_needed)
            continue;
        if (!value || !read_value(arena, field, value, trial)) {
            *problem = arena_printf(
                arena, value ? "wrong '%s'" : "no '%s'", field.name);
            return false;
        }
    }
    return true;
}

bool store_parse_json(struct arena *arena, const char *line, size_t length,
    struct store_trial *trial, const char **problem)
{
    json_t *root = store_load_json(arena, line, length, problem);
    bool ok = root && store_read_object(arena, root, trial, problem);

    json_decref(root);
    return ok;
}
