/* What the naive loops share: the element, the activation, where a tap is
 * inside. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef LAST
#define PICK(first, last) (last)
#else
#define PICK(first, last) (first)
#endif

#if defined BF16
typedef uint16_t element;

static inline float load(element value)
{
    uint32_t bits = (uint32_t)value << 16;
    float result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

static inline element store(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (element)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
#else
#ifdef F16
typedef _Float16 element;
#else
typedef float element;
#endif

static inline float load(element value)
{
    return (float)value;
}

static inline element store(float value)
{
    return (element)value;
}
#endif

static inline float activate(float value)
{
#if defined RELU
    return value > 0 ? value : 0;
#elif defined SILU
    return value / (1 + expf(-value));
#else
    return value;
#endif
}

/* The first output whose tap at offset "at" is not before the input. */
static inline long first_output(long at)
{
    return at >= 0 ? 0 : (-at + SW - 1) / SW;
}

/* One past the last output whose tap at offset "at" is not behind it. */
static inline long last_output(long at)
{
    long last = W - at <= 0 ? 0 : (W - at + SW - 1) / SW;
    return last < Q ? last : Q;
}
