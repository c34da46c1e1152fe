/* The C header of a compilation: C99 that is also C++. */
#include "driver/driver_internal.h"

#include <ctype.h>
#include <string.h>

/* Append text into a comment: nothing in it can end or open one. */
void header_append_comment(struct text *text, const char *words)
{
    for (; *words; words++) {
        unsigned char byte = (unsigned char)*words;
        bool is_open = (words[0] == '*' && words[1] == '/') ||
                       (words[0] == '/' && words[1] == '*');

        if (byte < 0x20 || byte == 0x7f || byte == '\\')
            text_append(text, "?");
        else
            text_append_bytes(text, words, 1);
        if (is_open)
            text_append(text, " ");
    }
}

/* File name without its folder, for people; never a path. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return strcmp(path, "-") == 0 ? "<stdin>" : slash ? slash + 1 : path;
}

/* The options that change what is in the object. */
static void print_options(struct driver *driver, struct text *text)
{
    const struct driver_options *options = driver->options;
    static const char *const modes[] = {[FP_CONTRACT] = "contract",
        [FP_STRICT] = "strict",
        [FP_REASSOC] = "reassoc"};

    text_printf(text, " * Options: --fp=%s -O%d", modes[options->passes.fp],
        options->passes.optimize_level);
    for (int i = 0; i < options->defines.n; i++)
        text_printf(text, " -D %s=%lld", options->defines.at[i].name,
            (long long)options->defines.at[i].value);
    if (options->features) {
        text_append(text, " -mattr=");
        header_append_comment(text, options->features);
    }
    if (options->passes.debug_lines)
        text_append(text, " -g");
    if (driver->is_gpu) {
        header_print_devices(driver, text);
        return;
    }
    text_printf(
        text, "\n * Target: %s; runs the first of ", driver->target->triple);
    for (int i = driver->machines.n; i-- > 0;)
        text_printf(
            text, "%s%s", driver->machines.at[i]->level, i > 0 ? ", " : "");
    text_append(text, "\n * that the processor has. Functions return 0 or "
                      "TAPC_E_..., found before any\n * access; they are "
                      "re-entrant.\n");
}

/* What all headers share. */
static void print_common(struct text *text)
{
    text_append(text,
        "#ifndef TAPC_ABI\n"
        "#define TAPC_ABI 1\n"
        "enum tapc_status { TAPC_E_NULL = 1, TAPC_E_SIZE, TAPC_E_ALIAS, "
        "TAPC_E_ALIGN,\n"
        "    TAPC_E_DEVICE };\n"
        "#ifdef __cplusplus\n"
        "#define TAPC_RESTRICT __restrict\n"
        "#else\n"
        "#define TAPC_RESTRICT restrict\n"
        "#endif\n"
        "struct tapc_parallel {\n"
        "    void (*run)(void *context, void (*body)(void *, int64_t, "
        "int64_t),\n"
        "        void *closure, int64_t n, int64_t grain);\n"
        "    void *context;\n"
        "};\n"
        "#endif\n");
}

/* The include guard, named after the first kernel. */
static const char *guard_name(struct driver *driver)
{
    char *guard = arena_printf(driver->c->arena, "TAPC_KERNEL_%s_H",
        driver->kernels.at[0].kernel->name->text);

    for (char *at = guard; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    return guard;
}

void header_print(struct driver *driver, struct text *text)
{
    const char *guard = guard_name(driver);

    text_append(text, "/* Made by tapc " TAPC_VERSION " from ");
    header_append_comment(text, base_name(driver->options->input));
    text_append(text, ".\n");
    print_options(driver, text);
    text_printf(text, " */\n#ifndef %s\n#define %s\n", guard, guard);
    text_append(text, "#include <stddef.h>\n#include <stdint.h>\n");
    print_common(text);
    text_append(text, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
    if (driver->is_gpu)
        text_append(text, "struct CUstream_st;\n");
    for (int i = 0; i < driver->kernels.n; i++)
        header_print_kernel(driver, text, &driver->kernels.at[i]);
    text_append(text, "#ifdef __cplusplus\n}\n#endif\n#endif\n");
}
