/* A graphic equaliser: split a recording into octave bands, show their
 * levels, add them up again with a gain for each.
 *
 * Usage: filterbank IN.wav OUT.wav [GAIN...]
 *
 * Gains are in dB, from the lowest band up, 0 where none is given. With no
 * gain at all the output is the input again: the bands add up to it.
 */
#include "filterbank.h"
#include "wav.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { N_BANDS = 8, N_TAPS = 511 };

/* Upper edges of the bands in Hz; the last band has none. */
static const double edges[N_BANDS - 1] = {
    177, 354, 707, 1414, 2828, 5657, 11314};

static const double pi = 3.14159265358979323846;

/* Tap "k" of a low-pass filter: a sinc under a Blackman window. The highest
 * edge is below half the rate, or the filter lets all pass. */
static double low_pass(double edge, int rate, int k)
{
    double at = k - (N_TAPS - 1) / 2, phase = 2 * pi * (k + 0.5) / N_TAPS;
    double window = 0.42 - 0.5 * cos(phase) + 0.08 * cos(2 * phase);
    if (2 * edge >= rate)
        return at == 0;
    if (at == 0)
        return 2 * edge / rate;
    return sin(2 * pi * edge / rate * at) / (pi * at) * window;
}

/* Each band is the difference of two low-pass filters, the first and the last
 * of nothing and of everything: together they are the identity. */
static void design(float *taps, int rate)
{
    for (int f = 0; f < N_BANDS; f++)
        for (int k = 0; k < N_TAPS; k++) {
            double below = f > 0 ? low_pass(edges[f - 1], rate, k) : 0;
            double above = f < N_BANDS - 1 ? low_pass(edges[f], rate, k)
                                           : k == (N_TAPS - 1) / 2;
            taps[f * N_TAPS + k] = (float)(above - below);
        }
}

/* Level of a band relative to full scale. */
static double level_of(const float *band, long n)
{
    double power = 0;
    for (long i = 0; i < n; i++)
        power += (double)band[i] * (double)band[i];
    return 10 *
           log10(power / (double)(n ? n : 1) / (32768.0 * 32768.0) + 1e-12);
}

static double now(void)
{
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Filter channel "c" in place; "levels" gets its levels. Status of the
 * kernels. */
static int filter_channel(
    struct wav *wav, int c, const float *gains, double *levels)
{
    long n = wav->n_frames;
    int16_t *x = wav->samples + c * n;
    int16_t *y = malloc((size_t)n * sizeof *y + 1);
    float *bands = malloc((size_t)n * N_BANDS * sizeof *bands + 1);
    float taps[N_BANDS * N_TAPS];
    double start = now();
    int status;
    design(taps, wav->rate);
    status = split_bands(x, taps, bands, n, N_BANDS);
    if (status == 0)
        status = mix_bands(bands, gains, y, n, N_BANDS);
    if (status == 0) {
        printf("channel %d: %.1f million taps in %.1f ms\n", c,
            1e-6 * (double)n * N_BANDS * N_TAPS, 1e3 * (now() - start));
        for (int f = 0; f < N_BANDS; f++)
            levels[f] = level_of(bands + f * n, n);
        memcpy(x, y, (size_t)n * sizeof *y);
    }
    free(y);
    free(bands);
    return status;
}

static void print_levels(const double *levels, const float *gains)
{
    for (int f = 0; f < N_BANDS; f++) {
        int length = (int)fmax(0, 40 + levels[f] / 2);
        if (f < N_BANDS - 1)
            printf("  to %6.0f Hz", edges[f]);
        else
            printf("       above  ");
        printf("  %6.1f dB  gain %+5.1f dB  %.*s\n", levels[f],
            20 * log10((double)gains[f]), length,
            "########################################");
    }
}

static int fail(const char *path, const char *error)
{
    fprintf(stderr, "filterbank: %s: %s\n", path, error);
    return 1;
}

int main(int argc, char **argv)
{
    struct wav wav = {0};
    float gains[N_BANDS];
    double levels[N_BANDS];
    const char *error;
    if (argc < 3 || argc > 3 + N_BANDS) {
        fprintf(stderr, "usage: filterbank IN.wav OUT.wav [GAIN...]\n");
        return 2;
    }
    for (int f = 0; f < N_BANDS; f++)
        gains[f] = f + 3 < argc ? (float)pow(10, atof(argv[f + 3]) / 20) : 1.0f;
    error = wav_read(&wav, argv[1]);
    if (error)
        return fail(argv[1], error);
    printf("%s: %d channel(s), %d Hz, %.2f s\n", argv[1], wav.n_channels,
        wav.rate, (double)wav.n_frames / wav.rate);
    for (int c = 0; c < wav.n_channels; c++) {
        if (filter_channel(&wav, c, gains, levels))
            return fail(argv[1], "refused by the kernel");
        print_levels(levels, gains);
    }
    error = wav_write(&wav, argv[2]);
    free(wav.samples);
    return error ? fail(argv[2], error) : 0;
}
