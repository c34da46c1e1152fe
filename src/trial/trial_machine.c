/* Which machine this is. */
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
