/* The table of processor families, cpu_costs.def. */
#include "codegen_cpu/cpu_internal.h"

const struct costs cpu_costs[] = {
#define COSTS(identifier, name, ...) {.family = (name), __VA_ARGS__},
#include "codegen_cpu/cpu_costs.def"
#undef COSTS
};
