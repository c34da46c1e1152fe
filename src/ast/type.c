/* Element types: one row of lang/dtypes.def each. */
#include "ast/type.h"

#include <stddef.h>

/* A row of the table. */
struct dtype_row {
    const char *name;
    enum dtype_class class;
    int bits;
    const char *c_name;
};

static const struct dtype_row rows[] = {
#define DTYPE(id, name, class, bits, c_type)                                   \
    {name, DTYPE_##class, bits, c_type},
#include "../lang/dtypes.def"
#undef DTYPE
};

const char *dtype_name(enum dtype type)
{
    if (type == DTYPE_BOOL)
        return "bool";
    if (type == DTYPE_INDEX)
        return "index";
    if (type == DTYPE_NONE)
        return "literal";
    return rows[type].name;
}

enum dtype_class dtype_get_class(enum dtype type)
{
    return rows[type].class;
}

int dtype_bits(enum dtype type)
{
    if (type == DTYPE_BOOL)
        return 8;
    return type < DTYPE_N_STORED ? rows[type].bits : 64;
}

const char *dtype_c_name(enum dtype type)
{
    return rows[type].c_name;
}

bool dtype_is_float(enum dtype type)
{
    return type < DTYPE_N_STORED && rows[type].class == DTYPE_FLOAT;
}

bool dtype_is_integer(enum dtype type)
{
    return type < DTYPE_N_STORED && rows[type].class != DTYPE_FLOAT;
}

enum dtype dtype_arithmetic(enum dtype type)
{
    if (type >= DTYPE_N_STORED || rows[type].bits >= 32)
        return type;
    return rows[type].class == DTYPE_FLOAT ? DTYPE_F32 : DTYPE_I32;
}
