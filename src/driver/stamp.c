/* What ties a schedule that was found for a kernel to it: a line
 * "// kernel dwconv1d 0123456789abcdef" in the file of schedules, the hash of
 * the kernel's text without blanks and comments. */
#include "driver/driver_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The next character that is neither blank nor in a comment, from "at" on. */
static uint32_t skip_blanks(const char *text, uint32_t at, uint32_t end)
{
    while (at < end) {
        if (isspace((unsigned char)text[at])) {
            at++;
        } else if (at + 1 < end && text[at] == '/' && text[at + 1] == '/') {
            while (at < end && text[at] != '\n')
                at++;
        } else if (at + 1 < end && text[at] == '/' && text[at + 1] == '*') {
            const char *close = strstr(text + at + 2, "*/");

            at = close ? (uint32_t)(close + 2 - text) : end;
        } else {
            break;
        }
    }
    return at < end ? at : end;
}

uint64_t driver_kernel_stamp(const struct ast_kernel *kernel)
{
    const char *text = kernel->range.source->text;
    uint32_t end = kernel->range.end;
    uint32_t at = skip_blanks(text, kernel->range.begin, end);
    uint64_t stamp = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

    while (at < end) {
        uint32_t next = skip_blanks(text, at + 1, end);

        stamp = (stamp ^ (unsigned char)text[at]) * UINT64_C(0x100000001b3);
        if (next > at + 1)
            stamp = (stamp ^ ' ') * UINT64_C(0x100000001b3);
        at = next;
    }
    return stamp;
}

void driver_print_stamp(struct text *text, const struct ast_kernel *kernel)
{
    text_printf(text, "// kernel %s %016llx\n", kernel->name->text,
        (unsigned long long)driver_kernel_stamp(kernel));
}

/* E0405 at a line: the kernel is another one now. */
static bool check_line(struct driver *driver, const struct source *source,
    const char *line, const char *name, unsigned long long stamp)
{
    uint32_t begin = (uint32_t)(line - source->text);
    struct source_range range = {
        source, begin, begin + (uint32_t)strcspn(line, "\n")};

    for (int i = 0; i < driver->program->n_kernels; i++) {
        const struct ast_kernel *kernel = driver->program->kernels[i];

        if (strcmp(kernel->name->text, name) != 0 ||
            driver_kernel_stamp(kernel) == stamp)
            continue;
        diag_error(driver->c->diag, range, DIAG_E0405,
            "this schedule was found for another version of kernel '%s'", name);
        diag_hint(driver->c->diag,
            "Run 'tapc tune' again, or remove the schedule; without this line "
            "it is taken as it is.");
        return false;
    }
    return true;
}

bool stamp_check(struct driver *driver, const struct source *source)
{
    const char *line = source->text;
    bool ok = true;

    while (*line) {
        char name[64];
        unsigned long long stamp;

        if (sscanf(line, "// kernel %63[A-Za-z0-9_] %16llx", name, &stamp) == 2)
            ok = check_line(driver, source, line, name, stamp) && ok;
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return ok;
}
