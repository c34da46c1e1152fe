/* The helpers that naive C is written with. */
#include "bench/bench_internal.h"

/* Index arithmetic. */
static const char index_helpers[] =
    "#include <math.h>\n"
    "#include <stdint.h>\n"
    "#include <string.h>\n"
    "\n"
    "static inline int64_t index_min(int64_t a, int64_t b)\n"
    "{\n    return a < b ? a : b;\n}\n"
    "static inline int64_t index_max(int64_t a, int64_t b)\n"
    "{\n    return a < b ? b : a;\n}\n"
    "static inline int64_t index_floor(int64_t a, int64_t b)\n"
    "{\n    return a / b - (a % b < 0);\n}\n"
    "static inline int64_t index_clamp(int64_t a, int64_t extent)\n"
    "{\n    return index_min(index_max(a, 0), extent - 1);\n}\n"
    "static inline int64_t index_wrap(int64_t a, int64_t extent)\n"
    "{\n    return a < 0 ? a + extent : a >= extent ? a - extent : a;\n}\n"
    "static inline int64_t index_mirror(int64_t a, int64_t extent)\n"
    "{\n    a = a < 0 ? -a : a;\n"
    "    return a >= extent ? 2 * (extent - 1) - a : a;\n}\n";

/* Smallest, largest and bits, for each type of arithmetic. */
static const char arithmetic_helpers[] =
    "#define ORDER(name, type) \\\n"
    "    static inline type name##_min(type a, type b) \\\n"
    "    { return a < b ? a : b; } \\\n"
    "    static inline type name##_max(type a, type b) \\\n"
    "    { return a < b ? b : a; }\n"
    "ORDER(f64, double)\n"
    "ORDER(f32, float)\n"
    "ORDER(i32, int32_t)\n"
    "#define BITS(name, type, integer) \\\n"
    "    static inline integer name##_bits(type a) \\\n"
    "    { integer b; memcpy(&b, &a, sizeof b); return b; } \\\n"
    "    static inline type name##_from_bits(integer a) \\\n"
    "    { type b; memcpy(&b, &a, sizeof b); return b; }\n"
    "BITS(f64, double, int64_t)\n"
    "BITS(f32, float, int32_t)\n";

/* What a GPU computes approximately, rounded once. */
static const char fast_helpers[] =
    "static inline float fast_round(double a)\n"
    "{\n    return fabs(a) < 0x1p-126 ? copysignf(0, (float)a) : (float)a;\n}\n"
    "static inline float fast_exp2f(float a)\n"
    "{\n    return fast_round(exp2((double)a));\n}\n"
    "static inline float fast_reciprocalf(float a)\n"
    "{\n    return fast_round(1 / (double)a);\n}\n"
    "static inline float fast_rsqrtf(float a)\n"
    "{\n    return (float)(1 / sqrt((double)a));\n}\n";

/* Conversions C has no operator for. */
static const char conversion_helpers[] =
    "#define SATURATE(name, from, to, low, high) \\\n"
    "    static inline to name(from a) \\\n"
    "    { return a != a ? 0 : a <= (from)(low) ? (to)(low) \\\n"
    "        : a >= (from)(high) ? (to)(high) : (to)a; }\n"
    "#define SATURATE_ALL(name, from) \\\n"
    "    SATURATE(name##_to_i32, from, int32_t, INT32_MIN, INT32_MAX) \\\n"
    "    SATURATE(name##_to_i16, from, int16_t, INT16_MIN, INT16_MAX) \\\n"
    "    SATURATE(name##_to_i8, from, int8_t, INT8_MIN, INT8_MAX) \\\n"
    "    SATURATE(name##_to_u8, from, uint8_t, 0, UINT8_MAX) \\\n"
    "    SATURATE(name##_to_index, from, int64_t, INT64_MIN, INT64_MAX)\n"
    "SATURATE_ALL(f64, double)\n"
    "SATURATE_ALL(f32, float)\n"
    "static inline float bf16_to_f32(uint16_t a)\n"
    "{\n    return f32_from_bits((int32_t)((uint32_t)a << 16));\n}\n"
    "static inline uint16_t f32_to_bf16(float a)\n"
    "{\n    uint32_t bits = (uint32_t)f32_bits(a);\n"
    "    if (a != a)\n        return 0x7fc0;\n"
    "    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);\n}\n"
    "\n";

void bench_print_prelude(struct text *text)
{
    text_append(text, index_helpers);
    text_append(text, arithmetic_helpers);
    text_append(text, conversion_helpers);
    text_append(text, fast_helpers);
}
