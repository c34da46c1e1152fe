/* A job as a line of JSON: the trial it is to become, the arguments of the
 * entry, the objects. */
#include "store/store_internal.h"

#include "base/diag.h"

#include <string.h>

enum { JOB_VERSION = 1, BLOCK_NUMBERS = 5 };

static const char *const kinds[] = {[TRIAL_IN] = "in",
    [TRIAL_OUT] = "out",
    [TRIAL_INOUT] = "inout",
    [TRIAL_SCALAR] = "scalar",
    [TRIAL_STRIDES] = "strides",
    [TRIAL_WORKSPACE] = "workspace",
    [TRIAL_PARAMETER] = "parameter"};

/* ---- Printing ---------------------------------------------------------- */

/* "[1, 2, 3]" */
static void append_numbers(struct text *text, int n, const int64_t *numbers)
{
    text_append(text, "[");
    for (int i = 0; i < n; i++)
        text_printf(text, "%s%lld", i ? ", " : "", (long long)numbers[i]);
    text_append(text, "]");
}

/* One argument; numbers that mean nothing for its kind are 0. */
static void append_argument(
    struct text *text, const struct trial_argument *argument)
{
    text_printf(text,
        "{\"kind\": \"%s\", \"type\": \"%s\", \"elements\": %lld, "
        "\"value\": %lld, \"numbers\": ",
        kinds[argument->kind], dtype_name(argument->type),
        (long long)argument->n_elements, (long long)argument->value);
    append_numbers(text, argument->n_numbers, argument->numbers);
    text_append(text, ", \"blocks\": [");
    for (int i = 0; i < argument->n_blocks; i++) {
        const struct trial_blocks *blocks = &argument->blocks[i];
        int64_t numbers[BLOCK_NUMBERS] = {blocks->outer_stride,
            blocks->outer_extent, blocks->inner_stride, blocks->block,
            blocks->extent};

        text_append(text, i ? ", " : "");
        append_numbers(text, BLOCK_NUMBERS, numbers);
    }
    text_append(text, "]}");
}

void store_print_job(struct text *text, const struct store_job *store_job)
{
    const struct trial_job *job = &store_job->job;

    text_printf(text, "{\"job\": %d, \"trial\": ", JOB_VERSION);
    store_print_object(text, &store_job->trial);
    text_append(text, ", \"symbol\": ");
    diag_append_json(text, job->symbol);
    text_append(text, ", \"tolerance\": ");
    text_append_real(text, job->tolerance);
    text_append(text, ", \"give_up\": ");
    text_append_real(text, job->give_up);
    text_printf(text,
        ", \"rounds\": %d, \"round_ns\": %lld, \"cold\": %s, "
        "\"limit_ns\": %lld, \"limit_bytes\": %lld, \"arguments\": [",
        job->n_rounds, (long long)job->round_ns,
        job->is_cold ? "true" : "false", (long long)job->limit_ns,
        (long long)job->limit_bytes);
    for (int i = 0; i < job->n_arguments; i++) {
        text_append(text, i ? ", " : "");
        append_argument(text, &job->arguments[i]);
    }
    text_append(text, "], \"objects\": [");
    for (int i = 0; i < job->n_objects; i++) {
        text_append(text, i ? ", {\"schedule\": " : "{\"schedule\": ");
        diag_append_json(text, job->objects[i].text);
        text_append(text, ", \"base64\": \"");
        store_append_base64(text, job->objects[i].blob);
        text_append(text, "\"}");
    }
    text_append(text, "]}\n");
}

/* ---- Reading ----------------------------------------------------------- */

/* The place of a string among others, "n" for none. */
static int find_word(int n, const char *const *words, const json_t *value)
{
    int i = 0;

    while (i < n && (!json_is_string(value) ||
                        strcmp(words[i], json_string_value(value)) != 0))
        i++;
    return i;
}

/* A list of integers. */
static bool read_numbers(
    struct arena *arena, const json_t *list, int *n, const int64_t **numbers)
{
    size_t size = json_array_size(list);
    int64_t *all = ARENA_ARRAY(arena, size, int64_t);

    for (size_t i = 0; i < size; i++) {
        if (!json_is_integer(json_array_get(list, i)))
            return false;
        all[i] = json_integer_value(json_array_get(list, i));
    }
    *n = (int)size;
    *numbers = all;
    return json_is_array(list) && size <= OBJECT_MAX_INTEGERS;
}

/* The dimensions that are stored in blocks. */
static bool read_blocks(
    struct arena *arena, const json_t *list, struct trial_argument *argument)
{
    size_t size = json_array_size(list);
    struct trial_blocks *blocks = ARENA_ARRAY(arena, size, struct trial_blocks);

    for (size_t i = 0; i < size; i++) {
        const int64_t *numbers;
        int n;

        if (!read_numbers(arena, json_array_get(list, i), &n, &numbers) ||
            n != BLOCK_NUMBERS)
            return false;
        for (int j = 0; j < n; j++)
            if (numbers[j] < 1)
                return false;
        blocks[i] = (struct trial_blocks){
            numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]};
    }
    argument->n_blocks = (int)size;
    argument->blocks = blocks;
    return json_is_array(list) && size <= OBJECT_MAX_INTEGERS;
}

/* The element type of this name. */
static bool read_type(const json_t *value, enum dtype *type)
{
    const char *names[DTYPE_N_STORED];
    int i;

    for (int j = 0; j < DTYPE_N_STORED; j++)
        names[j] = dtype_name((enum dtype)j);
    i = find_word(DTYPE_N_STORED, names, value);
    *type = (enum dtype)i;
    return i < DTYPE_N_STORED;
}

/* One argument. */
static bool read_argument(
    struct arena *arena, const json_t *object, struct trial_argument *argument)
{
    enum { N_KINDS = sizeof kinds / sizeof *kinds };
    const json_t *elements = json_object_get(object, "elements");
    int kind = find_word(N_KINDS, kinds, json_object_get(object, "kind"));

    argument->kind = (enum trial_argument_kind)kind;
    argument->n_elements = json_integer_value(elements);
    argument->value = json_integer_value(json_object_get(object, "value"));
    return kind < N_KINDS && argument->n_elements >= 0 &&
           argument->n_elements < INT64_MAX / 64 &&
           read_type(json_object_get(object, "type"), &argument->type) &&
           read_numbers(arena, json_object_get(object, "numbers"),
               &argument->n_numbers, &argument->numbers) &&
           read_blocks(arena, json_object_get(object, "blocks"), argument);
}

/* All arguments. */
static bool read_arguments(
    struct arena *arena, const json_t *list, struct trial_job *job)
{
    size_t n = json_array_size(list);
    struct trial_argument *arguments =
        ARENA_ARRAY(arena, n, struct trial_argument);

    job->n_arguments = (int)n;
    job->arguments = arguments;
    for (size_t i = 0; i < n; i++)
        if (!read_argument(arena, json_array_get(list, i), &arguments[i]))
            return false;
    return json_is_array(list) && n <= OBJECT_MAX_INTEGERS;
}

/* All objects. */
static bool read_objects(
    struct arena *arena, const json_t *list, struct trial_job *job)
{
    size_t n = json_array_size(list);
    struct trial_object *objects = ARENA_ARRAY(arena, n, struct trial_object);

    job->n_objects = (int)n;
    job->objects = objects;
    for (size_t i = 0; i < n; i++) {
        const json_t *object = json_array_get(list, i);
        const char *text =
            json_string_value(json_object_get(object, "schedule"));
        const char *bytes =
            json_string_value(json_object_get(object, "base64"));

        if (!text || !bytes ||
            !store_read_base64(arena, bytes, &objects[i].blob))
            return false;
        objects[i].text = arena_string(arena, text);
    }
    return n >= 1 && n <= TRIAL_MAX_OBJECTS;
}

/* The numbers of the job itself. */
static bool read_measurement(const json_t *root, struct trial_job *job)
{
    json_int_t n_rounds = json_integer_value(json_object_get(root, "rounds"));

    job->tolerance = json_number_value(json_object_get(root, "tolerance"));
    job->give_up = json_number_value(json_object_get(root, "give_up"));
    job->round_ns = json_integer_value(json_object_get(root, "round_ns"));
    job->is_cold = json_is_true(json_object_get(root, "cold"));
    job->limit_ns = json_integer_value(json_object_get(root, "limit_ns"));
    job->limit_bytes = json_integer_value(json_object_get(root, "limit_bytes"));
    job->n_rounds = (int)n_rounds;
    return n_rounds >= 1 && n_rounds <= TRIAL_MAX_ROUNDS && job->round_ns > 0 &&
           job->limit_ns >= 0 && job->limit_bytes >= 0;
}

/* All that is in the line. */
static bool read_job(struct arena *arena, const json_t *root,
    struct store_job *job, const char **problem)
{
    const char *symbol = json_string_value(json_object_get(root, "symbol"));

    *job = (struct store_job){0};
    *problem = "no job of this version of tapc";
    if (json_integer_value(json_object_get(root, "job")) != JOB_VERSION)
        return false;
    if (!store_read_object(
            arena, json_object_get(root, "trial"), &job->trial, problem))
        return false;
    *problem = "wrong 'symbol', 'rounds', 'round_ns' or limits";
    if (!symbol || !read_measurement(root, &job->job))
        return false;
    job->job.symbol = arena_string(arena, symbol);
    *problem = "wrong 'arguments'";
    if (!read_arguments(arena, json_object_get(root, "arguments"), &job->job))
        return false;
    *problem = "wrong 'objects'";
    return read_objects(arena, json_object_get(root, "objects"), &job->job);
}

bool store_parse_job(struct arena *arena, const char *line, size_t length,
    struct store_job *job, const char **problem)
{
    json_t *root = store_load_json(arena, line, length, problem);
    bool ok = root && read_job(arena, root, job, problem);

    json_decref(root);
    return ok;
}
