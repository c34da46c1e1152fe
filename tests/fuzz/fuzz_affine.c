/* Index arithmetic: making, bounding, evaluating and printing forms. */
#include "fuzz.h"

struct fuzz_affine affine_constant(int64_t value)
{
    struct fuzz_affine a = {.constant = value};
    return a;
}

struct fuzz_affine affine_symbol(int symbol)
{
    struct fuzz_affine a = {.n_terms = 1};
    a.terms[0] = (struct fuzz_term){symbol, FUZZ_NO_SYMBOL, 1};
    return a;
}

/* Add coefficient * symbol * factor, merging equal terms. */
static void add_term(
    struct fuzz_affine *a, int symbol, int factor, int64_t coefficient)
{
    for (int i = 0; i < a->n_terms; i++) {
        struct fuzz_term *term = &a->terms[i];
        if (term->symbol != symbol || term->factor != factor)
            continue;
        term->coefficient += coefficient;
        if (term->coefficient == 0)
            *term = a->terms[--a->n_terms];
        return;
    }
    if (coefficient != 0 && a->n_terms < FUZZ_MAX_TERMS)
        a->terms[a->n_terms++] =
            (struct fuzz_term){symbol, factor, coefficient};
}

struct fuzz_affine affine_add(
    struct fuzz_affine a, int64_t coefficient, int factor, struct fuzz_affine b)
{
    if (factor == FUZZ_NO_SYMBOL)
        a.constant += coefficient * b.constant;
    else if (b.constant != 0)
        add_term(&a, factor, FUZZ_NO_SYMBOL, coefficient * b.constant);
    for (int i = 0; i < b.n_terms; i++) {
        const struct fuzz_term *term = &b.terms[i];
        int both = term->factor != FUZZ_NO_SYMBOL ? term->factor : factor;
        add_term(&a, term->symbol, both, coefficient * term->coefficient);
    }
    return a;
}

struct fuzz_affine affine_shift(struct fuzz_affine a, int64_t constant)
{
    a.constant += constant;
    return a;
}

struct fuzz_index index_plain(struct fuzz_affine a)
{
    struct fuzz_index index = {
        .outer = a, .divisor = 1, .divisor_symbol = FUZZ_NO_SYMBOL};
    return index;
}

struct fuzz_index index_floor(struct fuzz_affine inner, int64_t divisor,
    int divisor_symbol, struct fuzz_affine outer)
{
    struct fuzz_index index = {.quasi = FUZZ_FLOOR,
        .inner = inner,
        .divisor = divisor,
        .divisor_symbol = divisor_symbol,
        .outer = outer};
    if (divisor == 1 && divisor_symbol == FUZZ_NO_SYMBOL)
        return index_plain(affine_add(inner, 1, FUZZ_NO_SYMBOL, outer));
    return index;
}

struct fuzz_index index_modulo(struct fuzz_affine inner, int64_t divisor)
{
    struct fuzz_index index = {.quasi = FUZZ_MODULO,
        .inner = inner,
        .divisor = divisor,
        .divisor_symbol = FUZZ_NO_SYMBOL};
    return index;
}

/* The position of the innermost loop in a form, or -1. */
static int find_last_loop(const struct fuzz_affine *a)
{
    int last = -1;
    for (int i = 0; i < a->n_terms; i++) {
        if (a->terms[i].symbol < FUZZ_FIRST_LOOP)
            continue;
        if (last < 0 || a->terms[i].symbol > a->terms[last].symbol)
            last = i;
    }
    return last;
}

struct fuzz_affine affine_bound(
    const struct fuzz_case *fuzz, struct fuzz_affine a, bool is_upper)
{
    for (int at = find_last_loop(&a); at >= 0; at = find_last_loop(&a)) {
        struct fuzz_term term = a.terms[at];
        const struct fuzz_loop *loop =
            &fuzz->loops[term.symbol - FUZZ_FIRST_LOOP];
        a.terms[at] = a.terms[--a.n_terms];
        bool takes_upper = (term.coefficient > 0) == is_upper;
        struct fuzz_affine bound =
            takes_upper ? affine_shift(loop->upper, -1) : loop->lower;
        a = affine_add(a, term.coefficient, term.factor, bound);
    }
    return a;
}

struct fuzz_index index_bound(
    const struct fuzz_case *fuzz, struct fuzz_index index, bool is_upper)
{
    index.border = FUZZ_INSIDE;
    index.outer = affine_bound(fuzz, index.outer, is_upper);
    if (index.quasi == FUZZ_FLOOR)
        index.inner = affine_bound(fuzz, index.inner, is_upper);
    if (index.quasi == FUZZ_MODULO) {
        int64_t value = is_upper ? index.divisor - 1 : 0;
        return index_plain(affine_shift(index.outer, value));
    }
    return index;
}

int64_t affine_evaluate(const struct fuzz_affine *a, const int64_t *symbols)
{
    int64_t value = a->constant;
    for (int i = 0; i < a->n_terms; i++) {
        const struct fuzz_term *term = &a->terms[i];
        int64_t factor =
            term->factor == FUZZ_NO_SYMBOL ? 1 : symbols[term->factor];
        value += term->coefficient * symbols[term->symbol] * factor;
    }
    return value;
}

static int64_t divide_floor(int64_t a, int64_t b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

int64_t index_evaluate(const struct fuzz_index *index, const int64_t *symbols)
{
    int64_t outer = affine_evaluate(&index->outer, symbols);
    if (index->quasi == FUZZ_PLAIN)
        return outer;
    int64_t inner = affine_evaluate(&index->inner, symbols);
    int64_t divisor = index->divisor_symbol == FUZZ_NO_SYMBOL
                          ? index->divisor
                          : symbols[index->divisor_symbol];
    int64_t quotient = divide_floor(inner, divisor);
    if (index->quasi == FUZZ_FLOOR)
        return quotient + outer;
    return inner - divisor * quotient + outer;
}

bool condition_holds(
    const struct fuzz_condition *condition, const int64_t *symbols)
{
    if (!condition->is_used)
        return true;
    int64_t left = affine_evaluate(&condition->left, symbols);
    int64_t right = affine_evaluate(&condition->right, symbols);
    switch (condition->comparison) {
    case FUZZ_LESS:
        return left < right;
    case FUZZ_LESS_EQUAL:
        return left <= right;
    case FUZZ_GREATER:
        return left > right;
    case FUZZ_GREATER_EQUAL:
        return left >= right;
    case FUZZ_EQUAL:
        return left == right;
    }
    return false;
}

void case_symbols(
    const struct fuzz_case *fuzz, int run, int64_t symbols[FUZZ_N_SYMBOLS])
{
    for (int i = 0; i < FUZZ_N_SYMBOLS; i++)
        symbols[i] = 0;
    for (int i = 0; i < fuzz->n_parameters; i++)
        symbols[i] = fuzz->parameters[i].runs[run];
    for (int i = 0; i < fuzz->n_sizes; i++)
        symbols[FUZZ_FIRST_SIZE + i] =
            index_evaluate(&fuzz->sizes[i].value, symbols);
}

const char *symbol_name(const struct fuzz_case *fuzz, int symbol)
{
    if (symbol < FUZZ_FIRST_SIZE)
        return fuzz->parameters[symbol].name;
    if (symbol < FUZZ_FIRST_LOOP)
        return fuzz->sizes[symbol - FUZZ_FIRST_SIZE].name;
    return fuzz->loops[symbol - FUZZ_FIRST_LOOP].name;
}

/* " + 2*d*k" or, as the first, "-2*d*k". */
static void print_term(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_term *term, bool is_first)
{
    int64_t size =
        term->coefficient < 0 ? -term->coefficient : term->coefficient;
    if (is_first)
        fputs(term->coefficient < 0 ? "-" : "", out);
    else
        fputs(term->coefficient < 0 ? " - " : " + ", out);
    if (size != 1)
        fprintf(out, "%lld*", (long long)size);
    fputs(symbol_name(fuzz, term->symbol), out);
    if (term->factor != FUZZ_NO_SYMBOL)
        fprintf(out, "*%s", symbol_name(fuzz, term->factor));
}

void affine_print(
    FILE *out, const struct fuzz_case *fuzz, const struct fuzz_affine *a)
{
    bool is_first = true;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < a->n_terms; i++) {
            if ((a->terms[i].coefficient > 0) != (pass == 0))
                continue;
            print_term(out, fuzz, &a->terms[i], is_first);
            is_first = false;
        }
    if (is_first)
        fprintf(out, "%lld", (long long)a->constant);
    else if (a->constant != 0)
        fprintf(out, " %c %lld", a->constant < 0 ? '-' : '+',
            (long long)(a->constant < 0 ? -a->constant : a->constant));
}

/* The quasi-affine part without its border. */
static void print_unwrapped(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_index *index, bool is_c)
{
    if (index->quasi == FUZZ_PLAIN) {
        affine_print(out, fuzz, &index->outer);
        return;
    }
    const char *c_name =
        index->quasi == FUZZ_FLOOR ? "fuzz_divide" : "fuzz_modulo";
    fprintf(out, "%s(", is_c ? c_name : "");
    affine_print(out, fuzz, &index->inner);
    const char *sign = index->quasi == FUZZ_FLOOR ? ")/" : ") % ";
    fputs(is_c ? ", " : sign, out);
    if (index->divisor_symbol == FUZZ_NO_SYMBOL)
        fprintf(out, "%lld", (long long)index->divisor);
    else
        fputs(symbol_name(fuzz, index->divisor_symbol), out);
    fputs(is_c ? ")" : "", out);
    if (index->outer.n_terms > 0 || index->outer.constant != 0) {
        fputs(" + (", out);
        affine_print(out, fuzz, &index->outer);
        fputs(")", out);
    }
}

void index_print(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_index *index, bool is_c)
{
    static const char *const borders[] = {"", "clamp", "wrap", "mirror"};
    bool is_wrapped = index->border != FUZZ_INSIDE && !is_c;
    if (is_wrapped)
        fprintf(out, "%s(", borders[index->border]);
    print_unwrapped(out, fuzz, index, is_c);
    if (is_wrapped)
        fputs(")", out);
}

void condition_print(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_condition *condition)
{
    static const char *const words[] = {"<", "<=", ">", ">=", "=="};
    affine_print(out, fuzz, &condition->left);
    fprintf(out, " %s ", words[condition->comparison]);
    affine_print(out, fuzz, &condition->right);
}
