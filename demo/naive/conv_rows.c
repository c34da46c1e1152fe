/* Products of polynomials, row by row, as a C programmer writes them. */
void naive(const float *restrict a, const float *restrict b, float *restrict y)
{
    for (long r = 0; r < R; r++)
        for (long o = 0; o < A + B - 1; o++) {
            float sum = 0;
            for (long k = 0; k < A; k++)
                if (o - k >= 0 && o - k < B)
                    sum += a[r * A + k] * b[r * B + o - k];
            y[r * (A + B - 1) + o] = sum;
        }
}
