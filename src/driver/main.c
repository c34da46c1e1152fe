/* The program: subcommands, exit status. */
#include "driver/driver_internal.h"
#include "tune/tune.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* No file may get the number of a standard stream that was closed: open them,
 * so that reading and writing there fails as it should. */
static void open_standard_streams(void)
{
    for (int i = 0; i <= 2; i++)
        if (fcntl(i, F_GETFD) == -1)
            open("/dev/null", i == 2 ? O_WRONLY : O_RDONLY);
}

/* Whether a variable of the environment has a value that counts. */
static bool has_environment(const char *name)
{
    const char *value = getenv(name);

    return value && *value && strcmp(value, "0") != 0;
}

/* Whether messages are coloured. */
static bool use_color(const struct driver_options *options)
{
    const char *terminal = getenv("TERM");

    if (options->color != DRIVER_COLOR_AUTO)
        return options->color == DRIVER_COLOR_ALWAYS;
    if (getenv("NO_COLOR") && *getenv("NO_COLOR"))
        return false;
    if (has_environment("CLICOLOR_FORCE"))
        return true;
    return isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
}

/* Print to the standard output; a failure is reported. */
static void print_out(struct compilation *c, const struct text *text)
{
    struct output_set set = {0};

    output_add(c, &set, "-", (struct blob){text->at, text->length});
    output_commit(c, &set);
}

/* "explain E0203" */
static void explain_code(struct compilation *c, const char *code)
{
    struct text text = text_new(c->arena);

    if (help_explain(c, &text, code))
        print_out(c, &text);
}

/* A command that only prints. */
static void print_command(
    struct compilation *c, void (*print)(struct text *text))
{
    struct text text = text_new(c->arena);

    print(&text);
    print_out(c, &text);
}

/* Compile, check, explain or measure one input. */
static void run_driver(
    struct compilation *c, const struct driver_options *options)
{
    struct driver driver = {.c = c, .options = options};

    c->options = options->passes;
    if (options->command != DRIVER_COMPILE)
        c->options.verify = false;
    if (options->command != DRIVER_BENCH)
        crash_limit_memory();
    driver_run(&driver);
    driver_free(&driver);
}

/* Do what the command line says. */
static void run_command(
    struct compilation *c, const struct driver_options *options)
{
    switch (options->command) {
    case DRIVER_COMPILE:
    case DRIVER_CHECK:
    case DRIVER_BENCH:
        run_driver(c, options);
        break;
    case DRIVER_EXPLAIN:
        if (options->code)
            explain_code(c, options->code);
        else
            run_driver(c, options);
        break;
    case DRIVER_TUNE:
        tune_run(c, options);
        break;
    case DRIVER_DB:
        db_run(c, options);
        break;
    case DRIVER_WORKER:
        db_work(c, options);
        break;
    case DRIVER_DOCTOR:
        print_command(c, doctor_print);
        break;
    case DRIVER_HELP:
        print_command(c, help_print);
        break;
    case DRIVER_VERSION:
        print_command(c, help_print_version);
        break;
    }
}

/* What was reported, to the standard error. Returns the exit status. */
static int print_diagnostics(
    struct compilation *c, const struct driver_options *options, bool is_usage)
{
    struct text text = text_new(c->arena);

    if (options->is_json)
        diag_print_json(c->diag, &text);
    else
        diag_print(c->diag, &text, use_color(options));
    if (is_usage && !options->is_json)
        help_print_usage(&text);
    output_write(STDERR_FILENO, text.at, text.length);
    return (int)diag_get_status(c->diag);
}

int main(int argc, char **argv)
{
    struct compilation c;
    struct driver_options options = {0};
    bool is_usage;
    int status;

    open_standard_streams();
    crash_install();
    c = driver_compilation_new();
    is_usage =
        !options_parse(&c, &options, argc - 1, (const char *const *)argv + 1);
    if (options.command == DRIVER_HELP || !is_usage)
        run_command(&c, &options);
    status = print_diagnostics(
        &c, &options, is_usage && diag_get_status(c.diag) == DIAG_USAGE);
    arena_free(c.scratch);
    arena_free(c.arena);
    crash_end();
    return status;
}
