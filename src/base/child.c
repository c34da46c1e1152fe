#include "base/child.h"

#include "base/guarded.h"
#include "base/sample.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* A second of processor time per second of the clock, and this many more. */
enum { MORE_SECONDS = 1 };
#define SECOND_NS INT64_C(1000000000)

/* Faults end the process, without a core or a handler of ours; time and memory
 * are limited. */
static void set_limits(const struct child_limits *limits)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT,
        SIGALRM, SIGXCPU, SIGTRAP, SIGINT, SIGTERM, SIGHUP};
    struct rlimit no_core = {0, 0};
    rlim_t seconds = (rlim_t)(limits->time_ns / SECOND_NS) + MORE_SECONDS;
    struct rlimit time = {seconds, seconds};

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        signal(faults[i], SIG_DFL);
    setrlimit(RLIMIT_CORE, &no_core);
    if (limits->time_ns)
        setrlimit(RLIMIT_CPU, &time);
#ifndef __SANITIZE_ADDRESS__
    if (limits->memory_bytes) {
        struct rlimit memory = {
            (rlim_t)limits->memory_bytes, (rlim_t)limits->memory_bytes};

        setrlimit(RLIMIT_AS, &memory);
    }
#endif
}

/* In the child: it ends with its parent, and is in a process group of its own,
 * so that an interrupt from the keyboard is the parent's alone. */
static void run_body(const struct child_limits *limits, pid_t parent,
    void (*body)(void *user, void *shared), void *user, void *shared)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent) {
        setpgid(0, 0);
        set_limits(limits);
        body(user, shared);
    }
    _exit(0);
}

bool child_start(struct child *child, const struct child_limits *limits,
    size_t shared_bytes, void (*body)(void *user, void *shared), void *user)
{
    pid_t parent = getpid();
    int ends[2] = {-1, -1};

    *child = (struct child){.end = -1, .shared_bytes = shared_bytes};
    child->shared = mmap(NULL, shared_bytes, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (child->shared == MAP_FAILED)
        return false;
    fflush(NULL);
    child->deadline_ns = sample_clock_ns() + limits->time_ns;
    if (!limits->time_ns)
        child->deadline_ns = INT64_MAX;
    child->pid = pipe(ends) == 0 ? fork() : -1;
    if (child->pid == 0)
        run_body(limits, parent, body, user, child->shared);
    if (child->pid > 0) {
        close(ends[1]);
        child->end = ends[0];
        return true;
    }
    for (int i = 0; i < 2 && ends[0] >= 0; i++)
        close(ends[i]);
    munmap(child->shared, shared_bytes);
    return false;
}

/* Wait for the end of the pipe; false at the deadline. */
static bool wait_for_end(const struct child *child, int64_t deadline_ns)
{
    struct pollfd end = {.fd = child->end, .events = POLLIN};

    for (;;) {
        int64_t left_ns = deadline_ns - sample_clock_ns();
        int64_t wait_ms = left_ns > 0 ? left_ns / 1000000 + 1 : 0;
        int n = poll(&end, 1, wait_ms < 100000 ? (int)wait_ms : 100000);

        if (n > 0)
            return true;
        if (n < 0 && errno == EINTR)
            return false;
        if (left_ns <= 0)
            return false;
    }
}

/* Take its status. */
static void reap(struct child *child)
{
    while (waitpid(child->pid, &child->status, 0) < 0 && errno == EINTR)
        ;
    close(child->end);
    child->end = -1;
    child->has_ended = true;
}

bool child_wait(struct child *child, int64_t most_ns)
{
    int64_t now_ns = sample_clock_ns();
    int64_t deadline_ns = child->deadline_ns;

    if (child->has_ended)
        return true;
    if (most_ns >= 0 && now_ns + most_ns < deadline_ns)
        deadline_ns = now_ns + most_ns;
    if (!wait_for_end(child, deadline_ns)) {
        if (sample_clock_ns() < child->deadline_ns)
            return false;
        kill(child->pid, SIGKILL);
        child->was_late = true;
    }
    reap(child);
    return true;
}

const char *child_describe(const struct child *child, struct arena *arena)
{
    int number;

    if (child->was_late)
        return "did not end";
    if (!WIFSIGNALED(child->status))
        return WEXITSTATUS(child->status) == 0
                   ? NULL
                   : arena_printf(arena, "ended with status %d",
                         WEXITSTATUS(child->status));
    number = WTERMSIG(child->status);
    if (number == SIGXCPU || number == SIGALRM)
        return "did not end";
    return arena_printf(arena, "was ended by signal %d%s", number,
        number == SIGSEGV ? " (an access outside of its arguments)" : "");
}

void child_free(struct child *child)
{
    if (!child->has_ended) {
        kill(child->pid, SIGKILL);
        reap(child);
    }
    munmap(child->shared, child->shared_bytes);
    child->shared = NULL;
}
