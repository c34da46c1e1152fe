/* Arguments of directives against the shapes of lang/directives.def, once for
 * every choice of every hole.
 */
#include "parser/parser_check.h"

#include <string.h>

/* Words of a directive with the holes replaced by one choice each. */
struct words {
    struct compilation *c;
    const struct ast_directive *directive;
    const char *shape;
    VECTOR(struct ast_word) all;
    int at; /* the next one */
};

/* ---- Holes -------------------------------------------------------------- */

/* Append words; of hole "hole" take choice "choice", of others the first. */
static void expand(struct words *words, int n, const struct ast_word *list,
    const struct ast_word *hole, int choice)
{
    for (int i = 0; i < n; i++) {
        const struct ast_word *word = &list[i];
        if (word->kind != AST_WORD_HOLE) {
            VECTOR_PUSH(words->c->scratch, &words->all, *word);
            continue;
        }
        const struct ast_word_list *chosen =
            &word->choices[word == hole ? choice : 0];
        expand(words, chosen->n_words, chosen->words, hole, choice);
    }
}

/* ---- Shapes ------------------------------------------------------------- */

/* The next word of the shape, blanks skipped; length 0 at the end. */
static size_t measure_item(const char **shape)
{
    *shape += strspn(*shape, " ");
    if (**shape == ',' || **shape == ']')
        return 1;
    if (strncmp(*shape, "[E]", 3) == 0)
        return strlen("[E][E]...");
    if (**shape == '[')
        return 1;
    return strcspn(*shape, " ,[]");
}

/* Is the item the word? */
static bool is_item(const char *item, size_t length, const char *word)
{
    return strlen(word) == length && memcmp(item, word, length) == 0;
}

/* The range after the last word, or of the next one. */
static struct source_range get_place(const struct words *words)
{
    struct source_range range = words->directive->range;
    if (words->at < words->all.n)
        return words->all.at[words->at].range;
    range.begin = range.end;
    return range;
}

/* Report that the directive has another shape; always false. */
static bool refuse(const struct words *words, const char *expected)
{
    diag_error(
        words->c->diag, get_place(words), DIAG_E0403, "expected %s", expected);
    diag_hint(words->c->diag, "The directive is: %s %s;",
        words->directive->name->text, words->shape);
    return false;
}

/* What an item of a shape stands for, in words. */
static const char *describe(
    struct arena *arena, const char *item, size_t length)
{
    if (is_item(item, length, "LOOP"))
        return "the name of a loop";
    if (is_item(item, length, "TENSOR"))
        return "the name of a tensor";
    if (is_item(item, length, "LOCAL"))
        return "the name of a local";
    if (is_item(item, length, "N"))
        return "an integer of at least 1";
    if (is_item(item, length, "LANES"))
        return "a power of two from 1 to 64";
    if (is_item(item, length, "PLACE"))
        return "registers, stack or shared";
    if (is_item(item, length, "STRATEGY"))
        return "a strategy such as rules, plain or pack";
    if (is_item(item, length, "STORES"))
        return "sized, cached or streamed";
    if (is_item(item, length, "WINDOW"))
        return "mixed, loads or shifts";
    if (is_item(item, length, "HASH"))
        return "'h' and 16 digits of 0-9a-f";
    if (*item == ',')
        return "',' and one more name";
    if (*item == '[')
        return "a layout such as [N][L][C]";
    return arena_printf(arena, "'%.*s'", (int)length, item);
}

/* Is the name one of the places of "stage"? */
static bool is_place(const struct name *name)
{
    return strcmp(name->text, "registers") == 0 ||
           strcmp(name->text, "stack") == 0 ||
           strcmp(name->text, "shared") == 0;
}

/* Is the name that of a hash: "h" and its digits? */
static bool is_hash(const struct name *name)
{
    return name->length == 17 && name->text[0] == 'h' &&
           strspn(name->text + 1, "0123456789abcdef") == 16;
}

/* Does the word match one item of the shape? */
static bool is_match(
    const struct ast_word *word, const char *item, size_t length)
{
    bool is_name = word->kind == AST_WORD_NAME;
    int64_t n = word->integer;
    if (*item == ',')
        return word->kind == AST_WORD_COMMA;
    if (*item == '[')
        return word->kind == AST_WORD_LAYOUT;
    if (is_item(item, length, "N"))
        return word->kind == AST_WORD_INTEGER && n >= 1;
    if (is_item(item, length, "LANES"))
        return word->kind == AST_WORD_INTEGER && n >= 1 && n <= 64 &&
               (n & (n - 1)) == 0;
    if (is_item(item, length, "PLACE"))
        return is_name && is_place(word->name);
    if (is_item(item, length, "HASH"))
        return is_name && is_hash(word->name);
    if (*item >= 'A' && *item <= 'Z')
        return is_name;
    return is_name && is_item(item, length, word->name->text);
}

/* Match one item against the next word. */
static bool match_item(struct words *words, const char *item, size_t length)
{
    if (words->at < words->all.n &&
        is_match(&words->all.at[words->at], item, length)) {
        words->at++;
        return true;
    }
    return refuse(words, describe(words->c->scratch, item, length));
}

/* ", ...": more names as long as there are commas. */
static bool match_more(struct words *words)
{
    while (words->at < words->all.n &&
           words->all.at[words->at].kind == AST_WORD_COMMA) {
        words->at++;
        if (!match_item(words, "LOOP", 4))
            return false;
    }
    return true;
}

/* Does the optional part that begins at "item" follow? */
static bool is_present(const struct words *words, const char *item)
{
    size_t length = measure_item(&item);
    return words->at < words->all.n &&
           is_match(&words->all.at[words->at], item, length);
}

/* Match all words against the shape. */
static bool match(struct words *words)
{
    const char *shape = words->shape;
    size_t length;
    for (; (length = measure_item(&shape)) > 0; shape += length) {
        if (strncmp(shape, ", ...", 5) == 0) {
            if (!match_more(words))
                return false;
            length = 5;
        } else if (length == 1 && *shape == '[') {
            if (!is_present(words, shape + 1))
                shape = strchr(shape, ']');
        } else if (*shape != ']' && !match_item(words, shape, length)) {
            return false;
        }
    }
    return words->at == words->all.n || refuse(words, "';'");
}

/* ---- What a shape cannot say -------------------------------------------- */

/* A loop made or named twice in one directive. */
static bool check_repeated(const struct words *words)
{
    for (int i = 0; i < words->all.n; i++)
        for (int j = 0; j < i; j++) {
            const struct ast_word *one = &words->all.at[i];
            const struct ast_word *two = &words->all.at[j];
            if (one->kind != AST_WORD_NAME || two->kind != AST_WORD_NAME ||
                one->name != two->name)
                continue;
            if (words->directive->kind == AST_DIRECTIVE_TILE && j == 0)
                continue;
            diag_error(words->c->diag, one->range, DIAG_E0403,
                "'%s' is named twice", one->name->text);
            diag_note(words->c->diag, two->range, "first named here");
            return false;
        }
    return true;
}

/* Are both axes of the same dimension? */
static bool is_same_axis(
    const struct ast_layout_axis *a, const struct ast_layout_axis *b)
{
    return a->name == b->name && a->position == b->position &&
           a->is_inner == b->is_inner && (a->block > 0) == (b->block > 0);
}

/* "[C/16]" and "[C%16]" come in pairs of one block. */
static bool check_layout(struct compilation *c, const struct ast_word *layout)
{
    for (int i = 0; i < layout->n_axes; i++) {
        const struct ast_layout_axis *axis = &layout->axes[i];
        bool is_paired = axis->block == 0;
        for (int j = 0; j < layout->n_axes; j++) {
            const struct ast_layout_axis *other = &layout->axes[j];
            if (j < i && axis->name && is_same_axis(axis, other)) {
                diag_error(c->diag, axis->range, DIAG_E0403,
                    "this dimension is there twice");
                diag_hint(c->diag, "Where extents repeat, name dimensions by "
                                   "position: [#0][#1].");
                return false;
            }
            is_paired |= axis->name == other->name &&
                         axis->position == other->position &&
                         axis->is_inner != other->is_inner &&
                         axis->block == other->block;
        }
        if (!is_paired) {
            diag_error(c->diag, axis->range, DIAG_E0403,
                "a blocked dimension needs both [E/%lld] and [E%%%lld]",
                (long long)axis->block, (long long)axis->block);
            return false;
        }
    }
    return true;
}

/* Check one choice of the holes. Names may repeat where two holes are the
 * same loops in another order: "order ?{c, p}, ?{p, c}". */
static bool check_words(struct words *words, bool is_first_choice)
{
    if (!match(words))
        return false;
    for (int i = 0; i < words->all.n; i++)
        if (words->all.at[i].kind == AST_WORD_LAYOUT &&
            !check_layout(words->c, &words->all.at[i]))
            return false;
    return !is_first_choice || check_repeated(words);
}

/* Check with one hole set to one choice; NULL: all at their first. */
static bool check_choice(struct compilation *c,
    const struct ast_directive *directive, const struct ast_word *hole,
    int choice)
{
    static const char *const shapes[] = {
#define DIRECTIVE(id, name, shape, cpu, gpu) shape,
#include "../lang/directives.def"
#undef DIRECTIVE
        NULL};
    struct words words = {
        .c = c, .directive = directive, .shape = shapes[directive->kind]};
    expand(&words, directive->n_words, directive->words, hole, choice);
    return check_words(&words, hole == NULL);
}

/* Check all choices of all holes in a list of words. */
static bool check_holes(struct compilation *c,
    const struct ast_directive *directive, int n, const struct ast_word *list)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < list[i].n_choices; j++) {
            if (j > 0 && !check_choice(c, directive, &list[i], j))
                return false;
            if (!check_holes(c, directive, list[i].choices[j].n_words,
                    list[i].choices[j].words))
                return false;
        }
    return true;
}

/* Find the row of the table. */
static bool find_kind(struct compilation *c, struct ast_directive *directive)
{
    const char *guess = NULL;
    for (int i = 0; i < AST_N_DIRECTIVES; i++) {
        const char *name = ast_directive_name((enum ast_directive_kind)i);
        guess = parser_guess_nearer(directive->name->text, guess, name);
        if (strcmp(name, directive->name->text) == 0) {
            directive->kind = (enum ast_directive_kind)i;
            return true;
        }
    }
    diag_error(c->diag, directive->name_range, DIAG_E0402,
        "unknown directive '%s'", directive->name->text);
    parser_hint_guess(c->diag, guess);
    return false;
}

/* Check one directive. */
static bool check_directive(
    struct compilation *c, struct ast_directive *directive)
{
    if (!find_kind(c, directive))
        return false;
    if (directive->kind == AST_DIRECTIVE_ALGORITHM) {
        diag_error(c->diag, directive->range, DIAG_E0212,
            "'algorithm' is not supported yet");
        return false;
    }
    return check_choice(c, directive, NULL, 0) &&
           check_holes(c, directive, directive->n_words, directive->words);
}

/* ---- Directives among each other ---------------------------------------- */

/* May the directive stand only once for its first name? */
static bool is_single(enum ast_directive_kind kind)
{
    return kind == AST_DIRECTIVE_LAYOUT || kind == AST_DIRECTIVE_COMPUTE ||
           kind == AST_DIRECTIVE_VECTORIZE || kind == AST_DIRECTIVE_PARALLEL ||
           kind == AST_DIRECTIVE_UNROLL || kind == AST_DIRECTIVE_STAGE ||
           kind == AST_DIRECTIVE_PACK || kind == AST_DIRECTIVE_PIPELINE ||
           kind == AST_DIRECTIVE_BLOCK || kind == AST_DIRECTIVE_THREAD;
}

/* How many words are about what the directive names: all of a list, up to the
 * word "by". */
static int count_subjects(const struct ast_directive *directive)
{
    int n = 1;
    if (directive->kind != AST_DIRECTIVE_PARALLEL &&
        directive->kind != AST_DIRECTIVE_BLOCK &&
        directive->kind != AST_DIRECTIVE_THREAD)
        return n < directive->n_words ? n : directive->n_words;
    while (n < directive->n_words &&
           (directive->words[n].kind != AST_WORD_NAME ||
               strcmp(directive->words[n].name->text, "by") != 0))
        n++;
    return n;
}

/* Are both about the same name? Lists name all their names. */
static bool is_same_subject(
    const struct ast_directive *a, const struct ast_directive *b)
{
    int n_a = count_subjects(a), n_b = count_subjects(b);
    for (int i = 0; i < n_a; i++)
        for (int j = 0; j < n_b; j++)
            if (a->words[i].kind == AST_WORD_NAME &&
                b->words[j].kind == AST_WORD_NAME &&
                a->words[i].name == b->words[j].name)
                return true;
    return false;
}

/* Report a directive that is there a second time. */
static bool check_twice(
    struct compilation *c, const struct ast_schedule *schedule, int position)
{
    const struct ast_directive *directive = schedule->directives[position];
    for (int i = 0; i < position; i++) {
        const struct ast_directive *other = schedule->directives[i];
        if (other->kind != directive->kind || !is_single(directive->kind) ||
            !is_same_subject(directive, other))
            continue;
        diag_error(c->diag, directive->range, DIAG_E0404,
            "a second '%s' of the same %s", directive->name->text,
            directive->kind == AST_DIRECTIVE_LAYOUT ||
                    directive->kind == AST_DIRECTIVE_STAGE ||
                    directive->kind == AST_DIRECTIVE_PACK
                ? "tensor"
                : "loop");
        diag_note(c->diag, other->range, "first given here");
        return false;
    }
    return true;
}

/* Is the target one of lang/targets.def? */
static bool check_target(
    struct compilation *c, const struct ast_schedule *schedule)
{
    static const char *const targets[] = {
#define TARGET(name) name,
#include "../lang/targets.def"
#undef TARGET
    };
    const char *target = schedule->target->text, *guess = NULL;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        size_t length = strcspn(targets[i], "*");
        bool is_family = targets[i][length] == '*';
        if (strcmp(target, targets[i]) == 0 && !is_family)
            return true;
        if (is_family && strncmp(target, targets[i], length) == 0 &&
            target[length] >= '0' && target[length] <= '9')
            return true;
        if (!is_family)
            guess = parser_guess_nearer(target, guess, targets[i]);
    }
    diag_error(c->diag, schedule->target_range, DIAG_E0501,
        "unknown target '%s' of a schedule, expected cpu, x86, x86-64-v4, arm, "
        "gpu, sm_90 or the like",
        target);
    parser_hint_guess(c->diag, guess);
    return false;
}

bool parser_directive_check(
    struct compilation *c, struct ast_schedule *schedule)
{
    bool is_ok = check_target(c, schedule);
    for (int i = 0; i < schedule->n_directives && !diag_is_full(c->diag); i++)
        is_ok &= check_directive(c, schedule->directives[i]) &&
                 check_twice(c, schedule, i);
    return is_ok;
}
