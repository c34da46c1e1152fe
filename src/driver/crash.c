/* What happens on a fatal signal, an interrupt, or an exit nobody planned
 * (libraries end the process when they give up).
 *
 * The one place with static state: a signal handler has no argument to bring
 * it in by.
 */
#define _DEFAULT_SOURCE /* sigaltstack, MAP_ANONYMOUS */

#include "driver/driver_internal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MAX_TEMPORARIES = 64, HANDLER_STACK_BYTES = 65536 };

/* Memory a compilation may take, and how much must be left for an end to be
 * taken for a bug instead. */
#define MAX_MEMORY_BYTES ((rlim_t)4 << 30)
#define SPARE_BYTES ((size_t)64 << 20)

static const char *volatile temporaries[MAX_TEMPORARIES];
static const char *volatile current_stage = "starting";
static volatile sig_atomic_t is_planned;
static volatile sig_atomic_t is_caught;
static volatile sig_atomic_t is_interrupted;
static pid_t owner;
static unsigned char handler_stack[HANDLER_STACK_BYTES];

/* Remove what is registered. */
static void remove_temporaries(void)
{
    for (int i = 0; i < MAX_TEMPORARIES; i++)
        if (temporaries[i])
            unlink(temporaries[i]);
}

/* Write a string to the standard error; nobody to tell when that fails. */
static void write_text(const char *text)
{
    ssize_t written = write(STDERR_FILENO, text, strlen(text));

    (void)written;
}

/* Whether there is no memory left: libraries then end the process in ways of
 * their own. */
static bool is_out_of_memory(void)
{
    void *spare = mmap(NULL, SPARE_BYTES, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (spare != MAP_FAILED)
        munmap(spare, SPARE_BYTES);
    return spare == MAP_FAILED;
}

/* Say that we failed, clean up, end. */
static _Noreturn void end_internal(const char *what)
{
    remove_temporaries();
    if (is_out_of_memory()) {
        write_text("tapc: error: out of memory while ");
        write_text(current_stage);
        write_text(" [E0001]\n");
        _exit(DIAG_LIMIT);
    }
    write_text("tapc: internal error: ");
    write_text(what);
    write_text(" while ");
    write_text(current_stage);
    write_text(" [E0901]\nhint: Please report this, with the source, the "
               "command line and the output of 'tapc doctor'.\n");
    _exit(DIAG_INTERNAL);
}

/* Name of a fatal signal. */
static const char *name_signal(int number)
{
    switch (number) {
    case SIGSEGV:
        return "segmentation fault";
    case SIGBUS:
        return "bus error";
    case SIGFPE:
        return "arithmetic fault";
    case SIGILL:
        return "illegal instruction";
    case SIGABRT:
        return "abort";
    default:
        return "fatal signal";
    }
}

/* End with the signal itself, as if nobody had caught it. */
static void raise_again(int number)
{
    signal(number, SIG_DFL);
    raise(number);
}

/* A signal that says we are broken. Children (the self-check runs what was
 * compiled) report to their parent by dying of it. */
static void handle_fatal(int number)
{
    if (getpid() != owner)
        raise_again(number);
    else
        end_internal(name_signal(number));
}

/* A signal that says we should stop: the second one at once, where the first is
 * waited for. */
static void handle_interrupt(int number)
{
    if (is_caught && !is_interrupted) {
        is_interrupted = 1;
        return;
    }
    if (getpid() == owner)
        remove_temporaries();
    raise_again(number);
}

/* Called by exit(). */
static void handle_exit(void)
{
    if (!is_planned && getpid() == owner)
        end_internal("unexpected end");
}

/* Called by quick_exit(): out of memory, said already. */
static void handle_quick_exit(void)
{
    if (getpid() == owner)
        remove_temporaries();
}

/* Install "handler" for a signal. */
static void install_handler(int number, void (*handler)(int))
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/* Whether this build has a sanitizer, which prints more on a fatal signal
 * than we would. */
static bool is_sanitized(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    return true;
#else
    return false;
#endif
#else
    return false;
#endif
}

void crash_limit_memory(void)
{
    struct rlimit limit;

    if (is_sanitized() || getrlimit(RLIMIT_AS, &limit) != 0)
        return;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > MAX_MEMORY_BYTES)
        limit.rlim_cur = MAX_MEMORY_BYTES;
    setrlimit(RLIMIT_AS, &limit);
}

void crash_install(void)
{
    stack_t stack;

    owner = getpid();
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = handler_stack;
    stack.ss_size = sizeof handler_stack;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    install_handler(SIGHUP, handle_interrupt);
    install_handler(SIGINT, handle_interrupt);
    install_handler(SIGTERM, handle_interrupt);
    atexit(handle_exit);
    at_quick_exit(handle_quick_exit);
    if (is_sanitized() || sigaltstack(&stack, NULL) != 0)
        return;
    install_handler(SIGSEGV, handle_fatal);
    install_handler(SIGBUS, handle_fatal);
    install_handler(SIGFPE, handle_fatal);
    install_handler(SIGILL, handle_fatal);
    install_handler(SIGABRT, handle_fatal);
}

void crash_set_stage(const char *stage)
{
    current_stage = stage;
}

void crash_add_temporary(const char *path)
{
    for (int i = 0; i < MAX_TEMPORARIES; i++)
        if (!temporaries[i]) {
            temporaries[i] = path;
            return;
        }
}

void crash_remove_temporary(const char *path)
{
    for (int i = 0; i < MAX_TEMPORARIES; i++)
        if (temporaries[i] == path)
            temporaries[i] = NULL;
}

void crash_end(void)
{
    is_planned = 1;
}

void driver_catch_interrupts(void)
{
    is_caught = 1;
}

bool driver_is_interrupted(void)
{
    return is_interrupted;
}
