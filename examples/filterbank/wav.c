/* Reading and writing recordings. */
#include "wav.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 1 << 28 };

static uint32_t read_number(const unsigned char *at, int n_bytes)
{
    uint32_t number = 0;
    for (int i = n_bytes - 1; i >= 0; i--)
        number = number << 8 | at[i];
    return number;
}

static void write_number(FILE *file, uint32_t number, int n_bytes)
{
    for (int i = 0; i < n_bytes; i++)
        putc((int)(number >> 8 * i & 255), file);
}

/* The whole file; NULL if it cannot be read. */
static unsigned char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = file ? malloc(MAX_FILE) : NULL;
    *size = bytes ? fread(bytes, 1, MAX_FILE, file) : 0;
    if (file)
        fclose(file);
    return bytes;
}

/* Find chunk "name"; returns its content and size, or NULL. */
static const unsigned char *find_chunk(const unsigned char *bytes, size_t size,
    const char *name, size_t *chunk_size)
{
    size_t at = 12;
    while (at + 8 <= size) {
        size_t length = read_number(bytes + at + 4, 4);
        if (length > size - at - 8)
            length = size - at - 8;
        if (!memcmp(bytes + at, name, 4)) {
            *chunk_size = length;
            return bytes + at + 8;
        }
        at += 8 + length + length % 2;
    }
    return NULL;
}

/* From the interleaved bytes of the file to one channel after the other. */
static void take_samples(struct wav *wav, const unsigned char *data)
{
    for (long i = 0; i < wav->n_frames; i++)
        for (int c = 0; c < wav->n_channels; c++)
            wav->samples[c * wav->n_frames + i] =
                (int16_t)(uint16_t)read_number(
                    data + 2 * (i * wav->n_channels + c), 2);
}

static const char *decode(
    struct wav *wav, const unsigned char *bytes, size_t size)
{
    size_t format_size = 0, data_size = 0;
    const unsigned char *format, *data;
    if (size < 12 || memcmp(bytes, "RIFF", 4) || memcmp(bytes + 8, "WAVE", 4))
        return "not a WAV file";
    format = find_chunk(bytes, size, "fmt ", &format_size);
    data = find_chunk(bytes, size, "data", &data_size);
    if (!format || format_size < 16 || !data)
        return "no format or no data in it";
    if (read_number(format, 2) != 1 || read_number(format + 14, 2) != 16)
        return "not 16-bit PCM";
    wav->n_channels = (int)read_number(format + 2, 2);
    wav->rate = (int)read_number(format + 4, 4);
    if (wav->n_channels < 1 || wav->n_channels > 64 || wav->rate < 1)
        return "strange format";
    wav->n_frames = (long)(data_size / 2 / (size_t)wav->n_channels);
    wav->samples = malloc(data_size + 2);
    if (!wav->samples)
        return "out of memory";
    take_samples(wav, data);
    return NULL;
}

const char *wav_read(struct wav *wav, const char *path)
{
    size_t size;
    unsigned char *bytes = read_file(path, &size);
    const char *error = bytes ? decode(wav, bytes, size) : "cannot be read";
    free(bytes);
    return error;
}

const char *wav_write(const struct wav *wav, const char *path)
{
    FILE *file = fopen(path, "wb");
    uint32_t frame_bytes = 2 * (uint32_t)wav->n_channels;
    uint32_t data_bytes = frame_bytes * (uint32_t)wav->n_frames;
    if (!file)
        return "cannot be written";
    fputs("RIFF", file);
    write_number(file, 36 + data_bytes, 4);
    fputs("WAVEfmt ", file);
    write_number(file, 16, 4);
    write_number(file, 1, 2);
    write_number(file, (uint32_t)wav->n_channels, 2);
    write_number(file, (uint32_t)wav->rate, 4);
    write_number(file, (uint32_t)wav->rate * frame_bytes, 4);
    write_number(file, frame_bytes, 2);
    write_number(file, 16, 2);
    fputs("data", file);
    write_number(file, data_bytes, 4);
    for (long i = 0; i < wav->n_frames; i++)
        for (int c = 0; c < wav->n_channels; c++)
            write_number(
                file, (uint16_t)wav->samples[c * wav->n_frames + i], 2);
    return fclose(file) ? "cannot be written" : NULL;
}
