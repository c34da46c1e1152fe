/* Which machine this is. */
#include "base/sample.h"
#include "trial/trial.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

const char *trial_machine(struct arena *arena)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    struct utsname system;
    char line[512];
    const char *processor = NULL;

    while (file && !processor && fgets(line, sizeof line, file)) {
        char *colon = strchr(line, ':');

        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        colon[strcspn(colon, "\n")] = '\0';
        processor = arena_string(arena, colon + 1 + strspn(colon + 1, " "));
    }
    if (file)
        fclose(file);
    if (uname(&system) != 0)
        return processor ? processor : "unknown";
    return arena_printf(arena, "%s @ %s",
        processor ? processor : system.machine, system.nodename);
}

double trial_measure_cycle_ns(void)
{
    enum { N_STEPS = 20000, N_TIMES = 20, STEP_CYCLES = 6 };
    volatile uint64_t start = 88172645463325252;
    double best_ns = 0;

    for (int time = 0; time < N_TIMES; time++) {
        uint64_t state = start;
        int64_t begin_ns = sample_clock_ns();
        double ns;

        /* Six operations of a cycle, each waiting for the one before. */
        for (int i = 0; i < N_STEPS; i++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
        }
        start = state;
        ns = (double)(sample_clock_ns() - begin_ns) / N_STEPS / STEP_CYCLES;
        if (time == 0 || ns < best_ns)
            best_ns = ns;
    }
    return best_ns;
}
