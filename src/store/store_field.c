/* Fields of a trial by their table. */
#include "store/store_internal.h"

#include "base/hash.h"

#include <math.h>
#include <string.h>

struct store_field store_field_get(int i)
{
    static const struct store_field fields[] = {
#define FIELD(kind, name, is_key)                                              \
    {STORE_##kind, #name, is_key, offsetof(struct store_trial, name)},
#include "store/store_fields.def"
#undef FIELD
    };

    return fields[i];
}

/* The field's memory in a trial. */
static const void *get_at(
    struct store_field field, const struct store_trial *trial)
{
    return (const char *)trial + field.offset;
}

/* The same, to be changed. */
static void *set_at(struct store_field field, struct store_trial *trial)
{
    return (char *)trial + field.offset;
}

const char *store_field_text(struct arena *arena, struct store_field field,
    const struct store_trial *trial)
{
    const void *at = get_at(field, trial);
    struct text text;

    switch (field.kind) {
    case STORE_TEXT:
        return *(const char *const *)at;
    case STORE_SAMPLES:
        text = text_new(arena);
        store_append_samples(&text, *(const struct store_samples *)at);
        return text.at;
    case STORE_REAL:
    case STORE_INTEGER:
        break;
    }
    return "";
}

double store_field_real(
    struct store_field field, const struct store_trial *trial)
{
    double value = *(const double *)get_at(field, trial);

    return isfinite(value) ? value : 0;
}

int64_t store_field_integer(
    struct store_field field, const struct store_trial *trial)
{
    return *(const int64_t *)get_at(field, trial);
}

/* Samples from "[1.5, 2.0]". */
static bool set_samples(
    struct arena *arena, struct store_samples *samples, const char *value)
{
    const char *problem;
    json_t *list = store_load_json(arena, value, strlen(value), &problem);
    bool ok = list && store_read_samples(arena, list, samples);

    json_decref(list);
    return ok;
}

bool store_field_set_text(struct arena *arena, struct store_field field,
    struct store_trial *trial, const char *value)
{
    void *at = set_at(field, trial);

    switch (field.kind) {
    case STORE_TEXT:
        *(const char **)at = arena_string(arena, value);
        return true;
    case STORE_SAMPLES:
        return set_samples(arena, at, value);
    case STORE_REAL:
    case STORE_INTEGER:
        break;
    }
    return false;
}

void store_field_set_real(
    struct store_field field, struct store_trial *trial, double value)
{
    *(double *)set_at(field, trial) = value;
}

void store_field_set_integer(
    struct store_field field, struct store_trial *trial, int64_t value)
{
    *(int64_t *)set_at(field, trial) = value;
}

struct store_trial store_trial_empty(void)
{
    struct store_trial trial = {0};

    for (int i = 0; i < STORE_N_FIELDS; i++)
        if (store_field_get(i).kind == STORE_TEXT)
            *(const char **)set_at(store_field_get(i), &trial) = "";
    return trial;
}

const char *store_trial_id(struct arena *arena, const struct store_trial *trial)
{
    struct text key = text_new(arena);

    for (int i = 0; i < STORE_N_FIELDS; i++)
        if (store_field_get(i).is_key) {
            const char *value =
                store_field_text(arena, store_field_get(i), trial);

            text_append_bytes(&key, value, strlen(value) + 1);
        }
    return hash_text(arena, key.at, key.length);
}
