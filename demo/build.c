/* Commands, what they cost, and what they made. */
#define _DEFAULT_SOURCE
#include "demo.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double demo_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

bool demo_run(const char *const *words, struct demo_cost *cost)
{
    struct rusage usage;
    double start = demo_now();
    char *const *arguments;
    int status = 0;
    pid_t child;
    memcpy(&arguments, &words, sizeof words);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        execvp(words[0], arguments);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) < 0)
        return false;
    if (cost) {
        cost->seconds = demo_now() - start;
        cost->megabytes = (double)usage.ru_maxrss / 1024;
    }
    if (status == 0)
        return true;
    fprintf(stderr, "failed:");
    for (int i = 0; words[i]; i++)
        fprintf(stderr, " %s", words[i]);
    fprintf(stderr, "\n");
    return false;
}

void *demo_load(const char *library, const char *symbol)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    void *result = handle ? dlsym(handle, symbol) : NULL;
    if (!result)
        fprintf(stderr, "%s\n", dlerror());
    return result;
}
