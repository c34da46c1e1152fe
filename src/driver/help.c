/* --help, --version and the explanations of codes. */
#include "driver/driver_internal.h"

#include <string.h>

enum { SPELLING_COLUMNS = 24, HELP_COLUMNS = 78 };

void help_print_usage(struct text *text)
{
    text_append(text, "usage: tapc [compile] FILE.dsl -o FILE.o [-H FILE.h] "
                      "[options]\n"
                      "       tapc --help\n");
}

/* Append words, wrapped and indented to the second column. */
static void print_wrapped(struct text *text, const char *words)
{
    int column = SPELLING_COLUMNS;

    while (*words) {
        size_t n = strcspn(words, " ");

        if (column + 1 + (int)n > HELP_COLUMNS) {
            text_append(text, "\n");
            text_indent(text, SPELLING_COLUMNS);
            column = SPELLING_COLUMNS;
        }
        text_append(text, " ");
        text_append_bytes(text, words, n);
        column += 1 + (int)n;
        words += n;
        words += strspn(words, " ");
    }
    text_append(text, "\n");
}

/* One option: spelling, argument, meaning. */
static void print_option(struct text *text, const char *spelling,
    const char *argument, const char *words)
{
    size_t begin = text->length;
    bool is_glued = !argument || spelling[strlen(spelling) - 1] == '=' ||
                    strcmp(spelling, "-O") == 0 ||
                    strcmp(spelling, "-W") == 0 || strcmp(spelling, "-j") == 0;

    text_printf(text, "  %s%s%s", spelling, is_glued ? "" : " ",
        argument ? argument : "");
    if (text->length - begin > SPELLING_COLUMNS - 1) {
        text_append(text, "\n");
        begin = text->length;
    }
    text_indent(text, SPELLING_COLUMNS - (int)(text->length - begin));
    print_wrapped(text, words);
}

/* All options, in the order of the table. */
static void print_options(struct text *text)
{
#define OPTION_GROUP(title) text_append(text, "\n" title ":\n");
#define OPTION(id, spelling, argument, argument_name, help)                    \
    print_option(text, spelling, argument_name, help);
#include "driver/options.def"
#undef OPTION
#undef OPTION_GROUP
}

void help_print(struct text *text)
{
    text_append(text,
        "tapc compiles sliding-window kernels (.dsl files) into objects for "
        "C.\n\n"
        "  tapc [compile] FILE -o FILE.o [-H FILE.h]   an object and its "
        "header\n"
        "  tapc check FILE           all checks, no code\n"
        "  tapc explain FILE [--emit=STAGE]   what each stage made of it\n"
        "  tapc explain CODE         what an error such as E0203 means\n"
        "  tapc bench FILE -D ...    time it beside naive C\n"
        "  tapc tune FILE -D ...     (not supported yet)\n"
        "  tapc db show|best|export         what tuning measured; export as "
        "JSON\n"
        "  tapc db import|merge FILES       add trials from files, databases\n"
        "  tapc worker <JOBS >RESULTS       trials planned by tune --plan\n"
        "  tapc doctor               versions and targets, for bug reports\n");
    print_options(text);
    text_append(text,
        "\n@FILE stands for the words in FILE. Exit status: 0 fine, 1 program "
        "rejected,\n2 command line, 3 files, 4 resource limit, 5 not "
        "supported, 6 self-check failed,\n70 a bug of tapc.\n");
}

void help_print_version(struct text *text)
{
    text_printf(text, "tapc %s (%s)\nLLVM %s, isl %s\n", TAPC_VERSION,
        TAPC_BUILD_TYPE, TAPC_LLVM_VERSION, TAPC_ISL_VERSION);
    text_append(text, "targets: x86_64-linux-gnu aarch64-linux-gnu\n");
}

bool help_explain(struct compilation *c, struct text *text, const char *code)
{
    static const struct {
        enum diag_code code;
        const char *words;
    } explanations[] = {
#define EXPLANATION(code, words) {DIAG_##code, words},
#include "driver/explanations.def"
#undef EXPLANATION
    };
    struct source_range nowhere = {0};

    for (size_t i = 0; i < sizeof explanations / sizeof *explanations; i++)
        if (strcmp(diag_code_name(explanations[i].code), code) == 0) {
            text_printf(text, "%s: %s\n\n%s", code,
                diag_code_title(explanations[i].code), explanations[i].words);
            text_printf(text, "\nThe exit status is %d.\n",
                (int)diag_code_status(explanations[i].code));
            return true;
        }
    diag_error(c->diag, nowhere, DIAG_E0701, "there is no error code %s", code);
    return false;
}
