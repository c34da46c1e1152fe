/* NAME.tapc: schedules that were found, beside the source. Text of the language
 * that a person may edit: what is there stays as it is, but for the entries
 * that are replaced. */
#include "driver/driver_internal.h"

#include <string.h>
#include <unistd.h>

/* An entry of the file: "before" is what stands between it and the one before,
 * but for the comment right above, which is part of "own". An entry with "own"
 * NULL was removed. */
struct entry {
    const struct ast_schedule *schedule;
    const char *before;
    const char *own;
};

/* The file as entries; "tail" is behind the last one. */
struct entries {
    struct compilation *c;
    VECTOR(struct entry) list;
    const char *tail;
};

/* ---- Reading ----------------------------------------------------------- */

/* The first character of the line that "at" is in. */
static size_t find_line(const char *text, size_t at)
{
    while (at > 0 && text[at - 1] != '\n')
        at--;
    return at;
}

/* Where the comment right above "begin" starts, at or behind "first". */
static size_t find_comment(const char *text, size_t first, size_t begin)
{
    size_t at = find_line(text, begin);

    if (at < first || strspn(text + at, " \t") != begin - at)
        return begin;
    while (at > first) {
        size_t line = find_line(text, at - 1);

        if (line < first ||
            strncmp(text + line + strspn(text + line, " \t"), "//", 2) != 0)
            break;
        at = line;
    }
    return at;
}

/* A part of the text without blank lines around it. */
static const char *cut(
    struct arena *arena, const char *text, size_t from, size_t to)
{
    while (from < to && strchr(" \t\r\n", text[from]))
        from++;
    while (to > from && strchr(" \t\r\n", text[to - 1]))
        to--;
    return arena_printf(arena, "%.*s", (int)(to - from), text + from);
}

/* The entries of a text; false after reporting that it is none. */
static bool read_entries(struct entries *entries, const struct source *source)
{
    struct arena *arena = entries->c->arena;
    struct ast_program program = {.source = source};
    size_t at = 0;

    if (!parser_parse_schedules(entries->c, &program, source))
        return false;
    for (int i = 0; i < program.n_schedules; i++) {
        const struct ast_schedule *schedule = program.schedules[i];
        size_t begin = find_comment(source->text, at, schedule->range.begin);
        struct entry entry = {schedule, cut(arena, source->text, at, begin),
            cut(arena, source->text, begin, schedule->range.end)};

        VECTOR_PUSH(arena, &entries->list, entry);
        at = schedule->range.end;
    }
    entries->tail = cut(arena, source->text, at, source->length);
    return true;
}

/* ---- Changing ---------------------------------------------------------- */

/* A schedule's sizes as text, "" for all. */
static const char *print_condition(
    struct arena *arena, const struct ast_schedule *schedule)
{
    struct text text = text_new(arena);

    if (schedule->condition)
        ast_print_expression(&text, schedule->condition);
    return text.at;
}

/* Is it for the same kernel, target and sizes? */
static bool is_same(struct arena *arena, const struct ast_schedule *a,
    const struct ast_schedule *b)
{
    return a->kernel_name == b->kernel_name && a->target == b->target &&
           strcmp(print_condition(arena, a), print_condition(arena, b)) == 0;
}

/* The hash a schedule was tuned for, NULL where a person wrote it. */
static const char *find_hash(const struct ast_schedule *schedule)
{
    for (int i = 0; i < schedule->n_directives; i++) {
        const struct ast_directive *directive = schedule->directives[i];

        if (strcmp(directive->name->text, "tuned") == 0 &&
            directive->n_words == 1 && directive->words[0].name)
            return directive->words[0].name->text + 1;
    }
    return NULL;
}

/* Was it tuned for a kernel of this name with another hash? */
static bool is_stale(const struct ast_schedule *schedule,
    const struct ast_schedule *new_one, const char *hash)
{
    const char *old = find_hash(schedule);

    return old && schedule->kernel_name == new_one->kernel_name &&
           strcmp(old, hash) != 0;
}

/* Report a schedule that a person wrote. Always false. */
static bool refuse_own(
    struct compilation *c, const struct ast_schedule *schedule)
{
    diag_error(c->diag, schedule->target_range, DIAG_E0701,
        "'tapc tune' did not write this schedule, and does not replace it");
    diag_hint(c->diag, "Give another file with -o, or remove it; holes are "
                       "taken from the source or --schedule.");
    return false;
}

/* Classes of sizes in the order they are looked at: one size, some, all. */
static int get_place(const struct ast_schedule *schedule)
{
    const struct ast_expression *at = schedule->condition;

    if (!at)
        return 2;
    while (at->kind == AST_BINARY &&
           at->operator== AST_AND && at->operands[1]->operator== AST_EQUAL)
        at = at->operands[0];
    return at->operator== AST_EQUAL ? 0 : 1;
}

/* Put the entry behind the last that comes before it. */
static void insert(struct entries *entries, struct entry entry)
{
    int at = entries->list.n;

    VECTOR_PUSH(entries->c->arena, &entries->list, entry);
    for (; at > 0 && get_place(entries->list.at[at - 1].schedule) >
                         get_place(entry.schedule);
         at--)
        entries->list.at[at] = entries->list.at[at - 1];
    entries->list.at[at] = entry;
}

/* Append words as a comment, line by line. */
static void append_comment(struct text *text, const char *words)
{
    while (*words) {
        size_t n = strcspn(words, "\n");

        text_printf(text, "// %.*s\n", (int)n, words);
        words += n + (words[n] == '\n');
    }
}

/* The winner as the entry of a file, printed by what reads it. */
static bool make_entry(
    struct entries *entries, const struct winner *winner, struct entry *entry)
{
    struct arena *arena = entries->c->arena;
    struct entries one = {.c = entries->c};
    struct text text = text_new(arena);

    text_printf(&text, "schedule %s for %s%s%s {\n    tuned h%s;\n%s\n}\n",
        winner->kernel, winner->target, winner->condition ? " if " : "",
        winner->condition ? winner->condition : "", winner->kernel_hash,
        winner->directives);
    if (!read_entries(
            &one, source_new(arena, "<winner>", text.at, text.length)))
        return false;
    *entry = one.list.at[0];
    text = text_new(arena);
    append_comment(&text, winner->comment ? winner->comment : "");
    ast_print_schedule(&text, entry->schedule);
    entry->own = cut(arena, text.at, 0, text.length);
    return true;
}

/* Put a winner in the place of what it replaces; one without directives only
 * removes. */
static bool put_winner(struct entries *entries, const struct winner *winner)
{
    bool is_done = !*winner->directives;
    struct entry entry;

    if (!make_entry(entries, winner, &entry))
        return false;
    for (int i = 0; i < entries->list.n; i++) {
        struct entry *old = &entries->list.at[i];
        bool is_replaced =
            is_same(entries->c->arena, old->schedule, entry.schedule);

        if (is_replaced && !find_hash(old->schedule))
            return refuse_own(entries->c, old->schedule);
        if (is_replaced && !is_done) {
            entry.before = old->before;
            *old = entry;
            is_done = true;
        } else if (is_replaced || is_stale(old->schedule, entry.schedule,
                                      winner->kernel_hash)) {
            old->own = NULL;
        }
    }
    if (!is_done)
        insert(entries, entry);
    return true;
}

/* ---- Writing ----------------------------------------------------------- */

/* Append a part, a blank line before it unless it is the first. */
static void append_part(struct text *text, const char *part)
{
    if (!part || !*part)
        return;
    text_printf(text, "%s%s\n", text->length ? "\n" : "", part);
}

/* Write the file, or remove it when nothing is left. */
static bool write_entries(const struct entries *entries, const char *path)
{
    struct compilation *c = entries->c;
    struct text text = text_new(c->arena);
    struct output_set set = {0};

    for (int i = 0; i < entries->list.n; i++) {
        append_part(&text, entries->list.at[i].before);
        append_part(&text, entries->list.at[i].own);
    }
    append_part(&text, entries->tail);
    if (!text.length) {
        unlink(path);
        return true;
    }
    output_add(c, &set, path, (struct blob){text.at, text.length});
    return output_commit(c, &set);
}

bool driver_write_winners(struct compilation *c, const char *path, int n,
    const struct winner *winners, bool only_check)
{
    struct entries entries = {.c = c, .tail = ""};
    const struct source *source = NULL;

    if (strcmp(path, "-") != 0 && access(path, F_OK) == 0) {
        source = driver_read(c, path);
        if (!source || !read_entries(&entries, source))
            return false;
    }
    for (int i = 0; i < n; i++)
        if (!put_winner(&entries, &winners[i]))
            return false;
    return only_check || write_entries(&entries, path);
}
