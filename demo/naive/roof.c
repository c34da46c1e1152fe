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

/* Read and write as many bytes as a kernel does, and do nothing else: copy
 * what both have, then read or write the rest. Whole vectors only. */
void roof_move(const vector *from, long n_read, vector *to, long n_written)
{
    long n_both = n_read < n_written ? n_read : n_written, i;
    vector sum[4] = {{0}};
    for (i = 0; i < n_both; i++)
        to[i] = from[i];
    for (; i + 4 <= n_read; i += 4)
        for (int j = 0; j < 4; j++)
            sum[j] += from[i + j];
    for (; i < n_written; i++)
        to[i] = sum[0];
    if (n_written > 0)
        to[0] += sum[0] + sum[1] + sum[2] + sum[3];
}

long roof_vector_bytes(void)
{
    return (long)sizeof(vector);
}
