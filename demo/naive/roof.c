/* The peak of fused multiply-adds: twelve sums that do not wait for each
 * other, in vectors as wide as the machine has. */
#if defined __AVX512F__
enum { N_LANES = 16 };
#elif defined __AVX__
enum { N_LANES = 8 };
#else
enum { N_LANES = 4 };
#endif
typedef float vector __attribute__((vector_size(4 * N_LANES)));

/* Returns the number of operations, two for each multiply-add. */
double roof_run(long n, float *result)
{
    vector sum[12], a = (vector){0} + 1.0000001f, b = (vector){0} + 1e-9f;
    for (int i = 0; i < 12; i++)
        sum[i] = a * (float)i;
    for (long j = 0; j < n; j++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < 12; i++)
            sum[i] = sum[i] * a + b;
    }
    for (int i = 1; i < 12; i++)
        sum[0] += sum[i];
    *result = sum[0][0];
    return 2.0 * 12 * N_LANES * (double)n;
}

/* Bytes from which what is written goes past the caches, as in a memcpy. */
enum { LARGE_BYTES = 64 << 20 };

/* Write "n" vectors and read "ratio" for each; returns a sum of what was read
 * and not copied. */
static inline __attribute__((always_inline)) vector move(
    const vector *from, vector *to, long n, long ratio, int is_large)
{
    vector sum[4] = {{0}};
#pragma clang loop unroll_count(8)
    for (long i = 0; i < n; i++) {
        if (is_large)
            __builtin_nontemporal_store(from[ratio * i], &to[i]);
        else
            to[i] = from[ratio * i];
        for (long j = 1; j < ratio; j++)
            sum[j % 4] += from[ratio * i + j];
    }
    return sum[0] + sum[1] + sum[2] + sum[3];
}

/* Read and write as many vectors as a kernel does, and do nothing else. */
void roof_move(const vector *from, long n_read, vector *to, long n_written)
{
    long n = n_read < n_written ? n_read : n_written;
    long ratio = n > 0 ? n_read / n : 1;
    vector sum = {0};
    if (ratio <= 1 && n_written * (long)sizeof(vector) >= LARGE_BYTES)
        sum = move(from, to, n, 1, 1);
    else if (ratio <= 1)
        sum = move(from, to, n, 1, 0);
    else if (ratio == 2)
        sum = move(from, to, n, 2, 0);
    else
        sum = move(from, to, n, 3, 0);
    for (long i = n * (ratio < 3 ? ratio : 3); i < n_read; i++)
        sum += from[i];
    for (long i = n; i < n_written; i++)
        to[i] = sum;
    if (n_written > 0)
        to[0] = sum;
}

long roof_vector_bytes(void)
{
    return (long)sizeof(vector);
}
