/* 16-bit PCM recordings in RIFF/WAVE files. */
#ifndef FILTERBANK_WAV_H
#define FILTERBANK_WAV_H

#include <stdint.h>

/* "n_frames" samples for each of "n_channels", a channel after the other (not
 * interleaved as in the file). */
struct wav {
    int n_channels;
    int rate;
    long n_frames;
    int16_t *samples;
};

/* NULL, or what is wrong with the file. The samples are the caller's to
 * free. */
const char *wav_read(struct wav *wav, const char *path);
const char *wav_write(const struct wav *wav, const char *path);

#endif
