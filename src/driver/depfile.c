/* -MD: a rule for make. */
#include "driver/driver_internal.h"

/* Append a path as make reads it. */
static void append_path(struct text *text, const char *path)
{
    for (; *path; path++) {
        if (*path == ' ' || *path == '#' || *path == '\t')
            text_append(text, "\\");
        else if (*path == '$')
            text_append(text, "$");
        text_append_bytes(text, path, 1);
    }
}

void depfile_print(struct driver *driver, struct text *text, const char *target)
{
    append_path(text, target);
    text_append(text, ":");
    for (int i = 0; i < driver->inputs.n; i++) {
        text_append(text, " \\\n  ");
        append_path(text, driver->inputs.at[i]);
    }
    text_append(text, "\n");
    for (int i = 1; i < driver->inputs.n && driver->options->wants_phony; i++) {
        text_append(text, "\n");
        append_path(text, driver->inputs.at[i]);
        text_append(text, ":\n");
    }
}
