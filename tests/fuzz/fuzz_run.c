/* Processes: several commands at once, each with a time limit. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

enum { MAX_JOBS = 16, TIME_STATUS = 124, CPU_LIMIT_S = 8 };

struct job {
    pid_t child;
    int position;
    double started;
};

static double read_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* In the child: its own process group, no core file, output to the log. */
static void execute(const char *command, const char *log)
{
    struct rlimit no_core = {0, 0};
    struct rlimit time = {CPU_LIMIT_S, CPU_LIMIT_S + 1};
    setpgid(0, 0);
    setrlimit(RLIMIT_CORE, &no_core);
    setrlimit(RLIMIT_CPU, &time);
    int file =
        open(log ? log : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    dup2(file, 1);
    dup2(file, 2);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static struct job start_job(int position, const char *command, const char *log)
{
    struct job job = {.position = position, .started = read_clock()};
    job.child = fork();
    if (job.child == 0)
        execute(command, log);
    return job;
}

/* Did the job end? Kills one that takes too long. */
static bool job_has_ended(struct job *job, int timeout_s, int *result)
{
    int status;
    pid_t ended = waitpid(job->child, &status, WNOHANG);
    if (ended == job->child) {
        *result =
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (*result == 128 + SIGXCPU)
            *result = TIME_STATUS; /* of the command or of its shell */
        return true;
    }
    if (read_clock() - job->started < timeout_s)
        return false;
    kill(-job->child, SIGKILL);
    waitpid(job->child, &status, 0);
    *result = TIME_STATUS;
    return true;
}

void run_commands(int n, const char *const *commands, const char *const *logs,
    int *statuses, int n_jobs, int timeout_s)
{
    struct job jobs[MAX_JOBS];
    int n_running = 0;
    int next = 0;
    if (n_jobs > MAX_JOBS)
        n_jobs = MAX_JOBS;
    while (next < n || n_running > 0) {
        while (next < n && n_running < n_jobs) {
            jobs[n_running++] = start_job(next, commands[next], logs[next]);
            next++;
        }
        for (int i = 0; i < n_running; i++) {
            if (!job_has_ended(
                    &jobs[i], timeout_s, &statuses[jobs[i].position]))
                continue;
            jobs[i--] = jobs[--n_running];
        }
        struct timespec pause = {0, 2000000};
        nanosleep(&pause, NULL);
    }
}

int run_command(const char *command, const char *log, int timeout_s)
{
    int status = 0;
    run_commands(1, &command, &log, &status, 1, timeout_s);
    return status;
}
