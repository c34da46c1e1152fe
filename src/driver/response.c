/* Response files: @FILE stands for the words in FILE, split as gcc does:
 * spaces separate, quotes group, a backslash takes the next character. */
#include "driver/driver_internal.h"

#include <string.h>

enum { MAX_DEPTH = 8, MAX_WORDS = 100000 };

struct expansion {
    struct compilation *c;
    VECTOR(const char *) words;
};

static bool expand_word(
    struct expansion *expansion, const char *word, int depth);

/* White space between words. */
static bool is_space(char character)
{
    return character && strchr(" \t\r\n\f\v", character);
}

/* Read one word at "at" (not a space); returns where it ends. */
static const char *read_word(struct text *word, const char *at)
{
    char quote = '\0';

    for (; *at && (quote || !is_space(*at)); at++) {
        if (*at == '\\' && at[1])
            text_append_bytes(word, ++at, 1);
        else if (quote ? *at == quote : *at == '"' || *at == '\'')
            quote = quote ? '\0' : *at;
        else
            text_append_bytes(word, at, 1);
    }
    return at;
}

/* The words of a response file. */
static bool expand_file(
    struct expansion *expansion, const char *path, int depth)
{
    struct compilation *c = expansion->c;
    struct source_range nowhere = {0};
    const struct source *source;
    const char *at;

    if (depth >= MAX_DEPTH) {
        diag_error(c->diag, nowhere, DIAG_E0701,
            "response files nest deeper than %d: '%s'", MAX_DEPTH, path);
        return false;
    }
    source = driver_read(c, path);
    if (!source)
        return false;
    for (at = source->text; *at;) {
        struct text word = text_new(c->arena);

        if (is_space(*at)) {
            at++;
            continue;
        }
        at = read_word(&word, at);
        if (!expand_word(expansion, word.at, depth + 1))
            return false;
    }
    return true;
}

/* Append a word, or the words of the file it names. */
static bool expand_word(
    struct expansion *expansion, const char *word, int depth)
{
    struct compilation *c = expansion->c;
    struct source_range nowhere = {0};

    if (word[0] == '@' && word[1])
        return expand_file(expansion, word + 1, depth);
    if (expansion->words.n >= MAX_WORDS) {
        diag_error(
            c->diag, nowhere, DIAG_E0701, "more than %d words", MAX_WORDS);
        return false;
    }
    VECTOR_PUSH(c->arena, &expansion->words, word);
    return true;
}

bool response_expand(struct compilation *c, int n_words,
    const char *const *words, int *n_expanded, const char *const **expanded)
{
    struct expansion expansion = {.c = c};

    for (int i = 0; i < n_words; i++)
        if (!expand_word(&expansion, words[i], 0))
            return false;
    *n_expanded = expansion.words.n;
    VECTOR_PUSH(c->arena, &expansion.words, NULL);
    *expanded = expansion.words.at;
    return true;
}
