/* Which names may go into headers and objects. */
#include "parser/parser_check.h"

#include <string.h>

/* Tables of lang/reserved.def. */
enum reserved_kind { RESERVED_C, RESERVED_LIBRARY, RESERVED_PTX };

struct reserved {
    enum reserved_kind kind;
    const char *word;
};

static const struct reserved reserved_words[] = {
#define RESERVED(kind, word) {RESERVED_##kind, word},
#include "../lang/reserved.def"
#undef RESERVED
};

/* Report a name that is not allowed; always false. */
static bool refuse(struct compilation *c, const struct name *name,
    struct source_range range, const char *why)
{
    diag_error(c->diag, range, DIAG_E0104, "'%s' %s", name->text, why);
    return false;
}

/* Is the name reserved in one of the ways up to "last"? */
static const char *find_reason(const struct name *name, enum reserved_kind last)
{
    static const char *const reasons[] = {
        "is a reserved word of C or C++ and cannot be in a header",
        "is a function of the C library, which the kernel would replace",
        "is a reserved word of PTX and cannot name a kernel"};
    const char *text = name->text;
    bool is_upper = text[0] == '_' && text[1] >= 'A' && text[1] <= 'Z';
    if ((text[0] == '_' && text[1] == '_') || is_upper)
        return "begins like the names reserved for C compilers";
    if (strncmp(text, "tapc_", 5) == 0 || strncmp(text, "TAPC_", 5) == 0)
        return "begins like the names of tapc's own header";
    for (size_t i = 0; i < sizeof reserved_words / sizeof *reserved_words; i++)
        if (reserved_words[i].kind <= last &&
            strcmp(reserved_words[i].word, text) == 0)
            return reasons[reserved_words[i].kind];
    return NULL;
}

bool parser_names_check_argument(
    struct compilation *c, const struct name *name, struct source_range range)
{
    const char *reason = find_reason(name, RESERVED_C);
    return !reason || refuse(c, name, range, reason);
}

bool parser_names_check_kernel(
    struct compilation *c, const struct name *name, struct source_range range)
{
    const char *reason = find_reason(name, RESERVED_PTX);
    if (!reason && name->text[0] == '_')
        reason = "begins with '_', which is reserved for C compilers";
    return !reason || refuse(c, name, range, reason);
}
