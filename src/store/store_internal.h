/* Inside store/: a trial by the table of its fields. Not a door. */
#ifndef TAPC_STORE_STORE_INTERNAL_H
#define TAPC_STORE_STORE_INTERNAL_H

#include "base/object.h"
#include "store/store.h"

#include <jansson.h>
#include <stddef.h>

enum store_kind { STORE_TEXT, STORE_REAL, STORE_INTEGER, STORE_SAMPLES };

/* A row of store_fields.def; "offset" is that in struct store_trial. */
struct store_field {
    enum store_kind kind;
    const char *name;
    bool is_key;
    size_t offset;
};

enum {
#define FIELD(kind, name, is_key) STORE_FIELD_##name,
#include "store/store_fields.def"
#undef FIELD
    STORE_N_FIELDS
};

/* store_field.c: field "i", its value as a string (SAMPLES: "[1.5, 2.0]";
 * neither REAL nor INTEGER). */
struct store_field store_field_get(int i);
const char *store_field_text(struct arena *arena, struct store_field field,
    const struct store_trial *trial);
double store_field_real(
    struct store_field field, const struct store_trial *trial);
int64_t store_field_integer(
    struct store_field field, const struct store_trial *trial);

/* Set a field; strings are copied to "arena". False: it cannot be that. */
bool store_field_set_text(struct arena *arena, struct store_field field,
    struct store_trial *trial, const char *value);
void store_field_set_real(
    struct store_field field, struct store_trial *trial, double value);
void store_field_set_integer(
    struct store_field field, struct store_trial *trial, int64_t value);

/* store_path.c: the folders above "path"; false with errno. */
bool store_make_folder(struct arena *arena, const char *path);

/* store_json.c: the members of an object to a trial; "problem" as in
 * store_parse_json. */
bool store_read_object(struct arena *arena, const json_t *object,
    struct store_trial *trial, const char **problem);
void store_print_object(struct text *text, const struct store_trial *trial);
/* Append a list of numbers that JSON can hold. */
void store_append_samples(struct text *text, struct store_samples samples);
/* Text as JSON; NULL with "problem" set. To be given back (json_decref). */
json_t *store_load_json(struct arena *arena, const char *bytes, size_t length,
    const char **problem);
bool store_read_samples(
    struct arena *arena, const json_t *list, struct store_samples *samples);

/* store_line.c: call "visit" for each line of the rest of a file, counted from
 * 1 and with its end; it stops, and returns false, when "visit" does. */
bool store_foreach_line(FILE *file,
    bool (*visit)(void *user, int number, const char *line, size_t length),
    void *user);

/* store_base64.c */
void store_append_base64(struct text *text, struct blob blob);
/* False: it is none. */
bool store_read_base64(
    struct arena *arena, const char *words, struct blob *blob);

#endif
