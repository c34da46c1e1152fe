/* Whether this process can execute code for a machine. */
#include "codegen/codegen.h"

#include <llvm-c/TargetMachine.h>

#include <string.h>
#include <sys/prctl.h>

/* Is "+word" in the list of the host's features? "n" is the word's length. */
static bool host_has(const char *features, const char *word, size_t n)
{
    for (const char *at = features; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (*at == '+' && strncmp(at + 1, word, n) == 0 &&
            (at[n + 1] == 0 || at[n + 1] == ','))
            return true;
    }
    return false;
}

/* Does the host have all the words of "needs"? "-word" is none. */
static bool host_has_all(const char *features, const char *needs)
{
    for (const char *at = needs; *at;) {
        size_t n = strcspn(at, ",");
        size_t skip = *at == '+';
        if (*at != '-' && n > skip && !host_has(features, at + skip, n - skip))
            return false;
        at += n + (at[n] == ',');
    }
    return true;
}

/* Are this process's vector registers, if their length is the processor's, as
 * long as the machine's? */
static bool host_has_length(const struct machine *machine)
{
    enum { GET_LENGTH = 51, LENGTH_MASK = 0xffff };
    int length;

    if (!machine->has_scalable)
        return true;
    length = prctl(GET_LENGTH, 0, 0, 0, 0);
    return length >= 0 && (length & LENGTH_MASK) >= machine->vector_bytes;
}

bool codegen_can_run(const struct machine *machine)
{
    char *triple = LLVMGetDefaultTargetTriple();
    char *features = LLVMGetHostCPUFeatures();
    size_t n = strcspn(triple, "-");
    bool is_same =
        !machine->gpu && strncmp(triple, machine->triple, n + 1) == 0;
    bool result =
        is_same &&
        host_has_all(features, machine->needs ? machine->needs : "") &&
        host_has_length(machine);
    LLVMDisposeMessage(triple);
    LLVMDisposeMessage(features);
    return result;
}
