/* Whole-number arithmetic that C does not have. */
#ifndef TAPC_BASE_INTEGER_H
#define TAPC_BASE_INTEGER_H

#include <stdint.h>

/* floor(a / b), b > 0 */
int64_t integer_divide_down(int64_t a, int64_t b);

/* The greatest common divisor, never negative; of 0 and 0 it is 0, and 1 where
 * it would be 2^63. */
int64_t integer_common_divisor(int64_t a, int64_t b);

#endif
