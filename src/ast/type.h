/* Element types. */
#ifndef TAPC_AST_TYPE_H
#define TAPC_AST_TYPE_H

#include <stdbool.h>

enum dtype {
#define DTYPE(id, name, class, bits, c_type) DTYPE_##id,
#include "../lang/dtypes.def"
#undef DTYPE
    DTYPE_N_STORED,              /* how many of the above there are */
    DTYPE_BOOL = DTYPE_N_STORED, /* of a comparison */
    DTYPE_INDEX, /* 64-bit integer: parameters, loop indices, sizes */
    DTYPE_NONE   /* a literal that has not met an operand yet; an error */
};

enum dtype_class { DTYPE_FLOAT, DTYPE_SIGNED, DTYPE_UNSIGNED };

/* "f32", also "bool" and "index". */
const char *dtype_name(enum dtype type);
/* Of a stored type only: */
enum dtype_class dtype_get_class(enum dtype type);
/* Bits of an element; a bool of a vector takes 8, an index 64. */
int dtype_bits(enum dtype type);
const char *dtype_c_name(enum dtype type);

bool dtype_is_float(enum dtype type);
bool dtype_is_integer(enum dtype type); /* stored integers only */

/* The type arithmetic is done in: f32 for f16 and bf16, i32 for the narrow
 * integers, else the type itself. */
enum dtype dtype_arithmetic(enum dtype type);

#endif
