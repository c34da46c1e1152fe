/* The spelling of everything that has one. */
#include "fuzz.h"

const char *function_name(enum fuzz_function function)
{
    static const char *const names[] = {"min", "max", "abs", "relu", "floor",
        "round", "sqrt", "rsqrt", "exp", "log", "tanh", "silu", "sigmoid",
        "gelu", "softplus", "hardswish"};
    return names[function];
}

const char *reduction_name(enum fuzz_reduction reduction)
{
    static const char *const names[] = {"sum", "prod", "min", "max"};
    return names[reduction];
}

const char *operator_name(enum fuzz_operator operator)
{
    static const char *const names[] = {
        "+", "-", "*", "/", "%", "<", "<=", ">", "==", "!=", "&&", "||"};
    return names[operator];
}

const char *directive_name(enum fuzz_directive_kind kind)
{
    static const char *const names[] = {"layout", "order", "tile", "fuse",
        "merge", "compute", "vectorize", "unroll", "parallel", "stage", "pack",
        "pipeline", "prefer", "foreign"};
    return names[kind];
}

const char *feature_name(enum fuzz_feature feature)
{
    static const char *const names[] = {
#define FEATURE(id, name) name,
#include "fuzz_features.def"
#undef FEATURE
    };
    return names[feature];
}

const char *verdict_name(enum fuzz_verdict verdict)
{
    static const char *const names[] = {"ok", "schedule refused",
        "VALID KERNEL REJECTED", "COMPILER CRASHED", "SELF-CHECK FAILED",
        "WRONG RESULT", "OBJECT CRASHED", "BAD CALLER", "BAD ORACLE"};
    return names[verdict];
}

bool verdict_is_failure(enum fuzz_verdict verdict)
{
    return verdict > FUZZ_REFUSED;
}
