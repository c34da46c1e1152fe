/* Wording of syntax errors: what was found, what was expected, and where a
 * bracket was opened that is never closed.
 */
#include "parser/parser_build.h"

#include <string.h>

enum { MOST_EXPECTED = 5 };

/* The tokens expected, by their symbol names in the grammar. */
struct expected_set {
    int n;
    const char *const *names;
};

bool parser_syntax_is_first(
    struct parser_context *context, struct source_range range)
{
    if (diag_is_full(context->c->diag))
        return false;
    int line = source_locate(range.source, range.begin).line;
    if (line == context->error_line)
        return false;
    context->error_line = line;
    return true;
}

void parser_syntax_too_many(struct parser_context *context,
    struct source_range range, const char *what, int most)
{
    if (!context->is_stopped)
        diag_error(
            context->c->diag, range, DIAG_E0001, "more than %d %s", most, what);
    context->is_stopped = true;
}

void parser_syntax_too_deep(
    struct parser_context *context, struct source_range range)
{
    if (context->is_stopped)
        return;
    diag_error(
        context->c->diag, range, DIAG_E0001, "nested deeper than 256 levels");
    context->is_stopped = true;
}

/* Is the symbol among the expected ones? */
static bool has(const struct expected_set *set, const char *name)
{
    for (int i = 0; i < set->n; i++)
        if (strcmp(set->names[i], name) == 0)
            return true;
    return false;
}

/* Is "name" one of a NULL-terminated list? */
static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

/* Is the symbol an operator between operands? */
static bool is_operator(const char *name)
{
    static const char *const operators[] = {"'+'", "'-'", "'*'", "'/'", "'%'",
        "'<'", "'>'", "<=", ">=", "==", "!=", "&&", "||", "'?'", NULL};
    return is_one_of(name, operators);
}

/* Does the symbol begin an expression? */
static bool is_expression_start(const char *name)
{
    static const char *const starts[] = {
        "integer", "number", "name", "element type", "'('", "'-'", "'!'", NULL};
    return is_one_of(name, starts);
}

/* Does the symbol begin a statement? */
static bool is_statement_start(const char *name)
{
    static const char *const starts[] = {
        "for", "'{'", "name", "element type", NULL};
    return is_one_of(name, starts);
}

/* Does the symbol begin a declaration of a kernel? */
static bool is_declaration_start(const char *name)
{
    static const char *const starts[] = {
        "in", "out", "inout", "local", "size", NULL};
    return is_one_of(name, starts);
}

/* How a symbol is called in a message. */
static const char *get_title(struct arena *arena, const char *name)
{
    if (strcmp(name, "name") == 0)
        return "a name";
    if (strcmp(name, "integer") == 0)
        return "an integer";
    if (strcmp(name, "number") == 0)
        return "a number";
    if (strcmp(name, "element type") == 0)
        return "an element type";
    if (strcmp(name, "string") == 0)
        return "a string";
    if (name[0] == '\'' || strcmp(name, "end of file") == 0)
        return name;
    return arena_printf(arena, "'%s'", name);
}

/* The titles to show, operators and starts of expressions summed up. */
static int choose_titles(
    struct arena *arena, const struct expected_set *set, const char **titles)
{
    bool after_operand = has(set, "'+'") && has(set, "'*'") && has(set, "&&");
    bool expression = has(set, "integer") && has(set, "'('");
    bool statement = has(set, "for") && has(set, "'{'");
    bool declaration = has(set, "size") && has(set, "local");
    int n = 0;
    if (expression)
        titles[n++] = "an expression";
    if (declaration)
        titles[n++] = "a declaration";
    if (statement)
        titles[n++] = "a statement";
    for (int i = 0; i < set->n; i++) {
        const char *name = set->names[i];
        if ((after_operand &&
                (is_operator(name) || strcmp(name, "'('") == 0 ||
                    strcmp(name, "'['") == 0 || strcmp(name, "else") == 0)) ||
            (expression && is_expression_start(name)) ||
            (statement && is_statement_start(name)) ||
            (declaration && is_declaration_start(name)))
            continue;
        if (n < MOST_EXPECTED)
            titles[n] = get_title(arena, name);
        n++;
    }
    if (n == 0 && after_operand)
        titles[n++] = "an operator";
    return n;
}

/* "expected A, B or C", or "" when that would be too long. */
static const char *list_expected(
    struct arena *arena, const struct expected_set *set)
{
    const char *titles[MOST_EXPECTED + 1];
    struct text text = text_new(arena);
    int n = choose_titles(arena, set, titles);
    if (n == 0 || n > MOST_EXPECTED)
        return "";
    text_append(&text, "expected ");
    for (int i = 0; i < n; i++)
        text_printf(&text, "%s%s",
            i == 0       ? ""
            : i == n - 1 ? " or "
                         : ", ",
            titles[i]);
    return text.at;
}

/* What was found, quoted and shortened. */
static const char *show_found(struct arena *arena, struct source_range range)
{
    int length = (int)(range.end - range.begin);
    if (length == 0)
        return "end of file";
    return arena_printf(arena, "'%.*s%s'", length > 40 ? 40 : length,
        range.source->text + range.begin, length > 40 ? "..." : "");
}

/* The bracket that closes another. */
static char get_close(char open)
{
    return open == '(' ? ')' : open == '[' ? ']' : '}';
}

/* A bracket is not closed before the token at "range". */
static void report_open_bracket(
    struct parser_context *context, struct source_range range)
{
    struct parser_bracket bracket =
        context->brackets.at[context->brackets.n - 1];
    diag_error(context->c->diag, range, DIAG_E0102, "expected '%c' before %s",
        get_close(bracket.open), show_found(context->c->scratch, range));
    diag_note(context->c->diag, bracket.range, "opened here");
}

/* Does the statement end inside '(' or '[', which could be closed here? */
static bool is_bracket_missing(const struct parser_context *context,
    const char *found, const struct expected_set *set)
{
    static const char *const ends[] = {"';'", "'{'", "'}'", NULL};
    if (context->brackets.n == 0 || !is_one_of(found, ends))
        return false;
    char open = context->brackets.at[context->brackets.n - 1].open;
    return (open == '(' && has(set, "')'")) || (open == '[' && has(set, "']'"));
}

/* Is the word a C type someone may write out of habit? */
static const char *find_meant_type(struct source_range range)
{
    static const char *const types[][2] = {{"float", "f32"}, {"double", "f64"},
        {"half", "f16"}, {"int", "i32"}, {"char", "i8"}, {"int32_t", "i32"},
        {"int16_t", "i16"}, {"int8_t", "i8"}, {"uint8_t", "u8"},
        {"short", "i16"}};
    size_t length = range.end - range.begin;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strlen(types[i][0]) == length &&
            memcmp(types[i][0], range.source->text + range.begin, length) == 0)
            return types[i][1];
    return NULL;
}

/* Is the text of a range this word? */
static bool is_text(struct source_range range, const char *word)
{
    size_t length = range.end - range.begin;
    return strlen(word) == length &&
           memcmp(word, range.source->text + range.begin, length) == 0;
}

/* The hint for a habit from C or Python, or NULL. "at" is the token found,
 * "before" the one before it. */
static const char *find_habit(struct source_range before,
    struct source_range at, const char *found, const struct expected_set *set)
{
    bool after_operand = has(set, "'+'");
    if (is_text(before, "for") && is_text(at, "("))
        return "Write 'for n in N' or 'for n in A..B'.";
    if (is_text(before, "while") || is_text(at, "while"))
        return "Loops are 'for n in N' or 'for n in A..B'.";
    if (is_text(at, "if") && has(set, "for"))
        return "Conditions stand on a loop, 'for n in N if n < 3', or in a "
               "value, 'n < 3 ? a : b'.";
    if (has(set, "+=") && (is_text(at, "-") || is_text(at, "/")))
        return "Updates are +=, *=, min= and max=; write x += -e.";
    if (is_text(at, "and") || is_text(at, "or") || is_text(before, "not"))
        return "The logical operators are &&, || and !.";
    if (is_text(at, "min=") || is_text(at, "max="))
        return "For a name put a blank before the '='.";
    if (is_text(at, "else") && after_operand)
        return "Put 'x[...] else ...' in parentheses.";
    if (is_text(at, "=") && after_operand)
        return "Equality is '=='.";
    if (is_operator(found) && has(set, "&&"))
        return "Comparisons do not chain: write a < b && b < c.";
    return NULL;
}

/* Hints for habits from elsewhere. */
static void hint_habit(struct parser_context *context,
    struct source_range range, const char *found,
    const struct expected_set *set)
{
    struct diag *diag = context->c->diag;
    const char *before = find_meant_type(context->previous);
    const char *type = before ? before : find_meant_type(range);
    const char *habit = find_habit(context->previous, range, found, set);
    if (before && has(set, "in") && has(set, "'='"))
        diag_hint(diag, "Parameters are 64-bit integers and have no type.");
    else if (type)
        diag_hint(diag, "The element type is called %s.", type);
    else if (habit)
        diag_hint(diag, "%s", habit);
}

/* A reserved word where only a name will do. */
static bool is_reserved_name(const char *found, const struct expected_set *set)
{
    static const char *const words[] = {
#define KEYWORD(id, word) word,
#include "../lang/keywords.def"
#undef KEYWORD
        "element type", NULL};
    return set->n <= 2 && has(set, "name") && is_one_of(found, words);
}

/* Is the token on a later line than the one before it, and a ';' missing? */
static bool is_missing_semicolon(struct parser_context *context,
    struct source_range range, const struct expected_set *set)
{
    struct source_range before = context->previous;
    return has(set, "';'") && before.end > before.begin &&
           source_locate(range.source, before.end - 1).line <
               source_locate(range.source, range.begin).line;
}

/* The plain case: found and expected. */
static void report_unexpected(struct parser_context *context,
    struct source_range range, const char *found,
    const struct expected_set *set)
{
    struct arena *scratch = context->c->scratch;
    const char *expected = list_expected(scratch, set);
    if (is_reserved_name(found, set))
        diag_error(context->c->diag, range, DIAG_E0104,
            "%s is a reserved word and cannot be a name",
            show_found(scratch, range));
    else
        diag_error(context->c->diag, range, DIAG_E0102, "unexpected %s%s%s",
            show_found(scratch, range), *expected ? ", " : "", expected);
    hint_habit(context, range, found, set);
}

void parser_syntax_error(struct parser_context *context,
    struct source_range range, const char *found, int n_expected,
    const char *const *expected)
{
    struct expected_set set = {n_expected, expected};
    bool is_new_item = strcmp(found, "kernel") == 0 ||
                       strcmp(found, "schedule") == 0 ||
                       strcmp(found, "extern") == 0;
    if (context->is_stopped || diag_is_full(context->c->diag))
        return;
    if (context->brackets.n > 0 &&
        (range.begin >= context->source->length || is_new_item)) {
        report_open_bracket(context, range);
        context->is_stopped = true;
        return;
    }
    bool is_missing = is_missing_semicolon(context, range, &set);
    struct source_range at =
        is_missing ? parser_build_empty_range(context->previous) : range;
    if (!parser_syntax_is_first(context, at))
        return;
    if (is_bracket_missing(context, found, &set))
        report_open_bracket(context, range);
    else if (is_missing)
        diag_error(context->c->diag, at, DIAG_E0102, "expected ';' before %s",
            show_found(context->c->scratch, range));
    else
        report_unexpected(context, range, found, &set);
}
