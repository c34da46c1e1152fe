/* Fold what the bounds of the loops around a statement decide: guards that
 * always or never hold, loops that run once or never, bounds that another one
 * covers. Ranges are constant intervals; what they cannot decide stays. */
#include "loop/loop_scan.h"

#include "base/vector.h"

/* An interval; "known" is false for one without constant ends. */
struct interval {
    bool known;
    int64_t first;
    int64_t last;
};

/* Ranges of variables by id, and the copy under way. "around" is the loop whose
 * body it is, NULL outside of all; "loops" are all around; "facts" are forms
 * that conditions around say are at least 0. */
struct simplify {
    struct loop_program *program;
    struct value_context *v;
    const struct variable *around;
    VECTOR(const struct loop_node *) loops;
    VECTOR(const struct affine *) facts;
    VECTOR(struct interval) ranges;
};

/* Values beyond this are treated as not known, so that sums cannot wrap. */
static const int64_t LARGE = (int64_t)1 << 46;

static struct interval range_of_form(
    const struct simplify *simplify, const struct affine *form);

/* An interval, known if it is not too large. */
static struct interval make_interval(int64_t first, int64_t last)
{
    struct interval interval = {first > -LARGE && last < LARGE, first, last};

    return interval;
}

/* The range of one variable or atom. */
static struct interval range_of_variable(
    const struct simplify *simplify, const struct variable *variable)
{
    struct interval of;

    if (variable->kind == VARIABLE_LANE)
        return make_interval(0, variable->n_lanes - 1);
    if (variable->kind == VARIABLE_FLOOR) {
        int64_t d = variable->divisor;

        of = range_of_form(simplify, variable->of);
        if (!of.known)
            return of;
        return make_interval(
            of.first / d - (of.first % d < 0), of.last / d - (of.last % d < 0));
    }
    if (variable->kind == VARIABLE_CLAMP &&
        affine_is_constant(variable->extent) &&
        variable->extent->constant > LARGE) {
        of = range_of_form(simplify, variable->of);
        if (!of.known)
            return of;
        return make_interval(
            of.first > 0 ? of.first : 0, of.last > 0 ? of.last : 0);
    }
    if (!variable->of && variable->id < simplify->ranges.n)
        return simplify->ranges.at[variable->id];
    return (struct interval){false, 0, 0};
}

/* The range of an affine form. */
static struct interval range_of_form(
    const struct simplify *simplify, const struct affine *form)
{
    struct interval sum = make_interval(form->constant, form->constant);

    for (int i = 0; sum.known && i < form->n_terms; i++) {
        int64_t a = form->terms[i].coefficient;
        struct interval one =
            range_of_variable(simplify, form->terms[i].variable);

        if (!one.known || a > 4096 || a < -4096)
            return (struct interval){false, 0, 0};
        sum = make_interval(sum.first + a * (a > 0 ? one.first : one.last),
            sum.last + a * (a > 0 ? one.last : one.first));
    }
    return sum;
}

/* Does a term always hold? On a GPU, where it would not be split off, it is
 * worth a proof. */
static bool holds(const struct simplify *simplify, const struct affine *term)
{
    struct interval range = range_of_form(simplify, term);

    if (range.known && (range.first >= 0 || range.last < 0))
        return range.first >= 0;
    for (int i = 0; i < simplify->facts.n; i++) {
        range = range_of_form(simplify,
            affine_subtract(simplify->v, term, simplify->facts.at[i]));
        if (range.known && range.first >= 0)
            return true;
    }
    return simplify->program->n_threads &&
           loop_proves(
               simplify->program, simplify->loops.n, simplify->loops.at, term);
}

/* A form of the lanes alone that is at least 0 where a term is, if a fact says
 * so; NULL. */
static const struct affine *bound_lanes(
    const struct simplify *simplify, const struct affine *term)
{
    for (int i = 0; i < simplify->facts.n; i++) {
        const struct affine *sum =
            affine_add(simplify->v, term, simplify->facts.at[i]);

        if (affine_is_constant(sum) ||
            (sum->n_terms == 1 &&
                sum->terms[0].variable->kind == VARIABLE_LANE))
            return sum;
    }
    return NULL;
}

/* The guard without terms that always hold, and without clauses that never
 * do. */
static const struct guard *fold_guard(
    const struct simplify *simplify, const struct guard *guard)
{
    struct value_context *v = simplify->v;
    const struct guard *folded = guard_false(v);

    if (!guard)
        return NULL;
    for (int i = 0; i < guard->n_clauses; i++) {
        VECTOR(const struct affine *) kept = {0};
        const struct guard *clause;
        bool never = false;

        for (int j = 0; j < guard->clauses[i].n; j++) {
            const struct affine *term = guard->clauses[i].terms[j];
            const struct affine *lanes = bound_lanes(simplify, term);
            struct interval range =
                range_of_form(simplify, lanes ? lanes : term);

            if (range.known && range.last < 0)
                never = true;
            if (lanes && !holds(simplify, lanes))
                VECTOR_PUSH(v->arena, &kept, lanes);
            if (!holds(simplify, term))
                VECTOR_PUSH(v->arena, &kept, term);
        }
        if (never)
            continue;
        clause = guard_all(v, kept.n, kept.at);
        if (!clause)
            return NULL;
        folded = guard_or(v, folded, clause);
    }
    return folded;
}

/* Predicates and border atoms in values. */
static const struct value *fold_value(
    struct value_context *v, const struct value *value, void *user)
{
    const struct simplify *simplify = user;
    const struct guard *guard;

    if (value->kind == VALUE_PREDICATE) {
        guard = fold_guard(simplify, value->guard);
        if (!guard)
            return value_integer(v, DTYPE_BOOL, 1);
        return guard_is_false(guard) ? value_integer(v, DTYPE_BOOL, 0)
                                     : value_predicate(v, guard);
    }
    if (value->kind == VALUE_OPERATION && value->operation == VALUE_SELECT &&
        value->operands[0]->kind == VALUE_INTEGER)
        return value->operands[value->operands[0]->integer ? 1 : 2];
    return value;
}

static void simplify_node(
    struct simplify *simplify, struct loop_node *into, struct loop_node *node);

/* The children of a node, in order. */
static void simplify_children(
    struct simplify *simplify, struct loop_node *into, struct loop_node *node)
{
    for (int i = 0; i < node->n_children; i++)
        simplify_node(simplify, into, node->children[i]);
}

/* Remember the range of a variable. */
static void set_range(struct simplify *simplify,
    const struct variable *variable, struct interval range)
{
    while (simplify->ranges.n <= variable->id)
        VECTOR_PUSH(simplify->v->arena, &simplify->ranges,
            ((struct interval){false, 0, 0}));
    simplify->ranges.at[variable->id] = range;
}

/* Constant bounds of a loop, if it has them: the first value, and one past
 * the last. The ranges are those of the joined bounds. */
static struct interval get_extent(
    const struct simplify *simplify, const struct loop_node *loop)
{
    struct interval extent = {false, -LARGE, LARGE};
    int n = 0;

    for (int i = 0; i < loop->n_lower; i++) {
        struct interval range = range_of_form(simplify, loop->lower[i]);

        if (range.known) {
            n |= 1;
            extent.first =
                range.first > extent.first ? range.first : extent.first;
        }
    }
    for (int i = 0; i < loop->n_upper; i++) {
        struct interval range = range_of_form(simplify, loop->upper[i]);

        if (range.known) {
            n |= 2;
            extent.last = range.last < extent.last ? range.last : extent.last;
        }
    }
    extent.known = n == 3;
    return extent;
}

/* Bounds that are constant by themselves joined into one. */
static const struct affine **fold_bounds(struct simplify *simplify, int *n,
    const struct affine *const *bounds, bool largest)
{
    struct arena *arena = simplify->v->arena;
    const struct affine **folded =
        ARENA_ARRAY(arena, *n, const struct affine *);
    int constant = -1;
    int kept = 0;

    for (int i = 0; i < *n; i++) {
        if (!affine_is_constant(bounds[i]) || constant < 0) {
            constant = affine_is_constant(bounds[i]) ? kept : constant;
            folded[kept++] = bounds[i];
            continue;
        }
        if ((bounds[i]->constant > folded[constant]->constant) == largest)
            folded[constant] = bounds[i];
    }
    *n = kept;
    return folded;
}

/* How many iterations, if the bounds differ by a constant; else -1. */
static int64_t count_iterations(
    struct simplify *simplify, const struct loop_node *loop)
{
    const struct affine *distance;

    if (loop->n_lower != 1 || loop->n_upper != 1)
        return -1;
    distance = affine_subtract(simplify->v, loop->upper[0], loop->lower[0]);
    if (!affine_is_constant(distance))
        return -1;
    if (distance->constant <= 0)
        return 0;
    return (distance->constant + loop->step - 1) / loop->step;
}

/* The different vectors of inputs that an iteration of "loop" loads and that
 * stay the same in the loop around it. */
struct kept {
    struct simplify *simplify;
    const struct loop_node *loop;
    VECTOR(const struct value *) loads;
};

/* A visit: note a load that stays. */
static void note_kept(const struct value *value, void *user)
{
    struct kept *kept = user;
    bool moves = false;

    if (value->kind != VALUE_LOAD || value->array->kind != ARRAY_IN)
        return;
    for (int i = 0; i < value->n_index; i++) {
        if (affine_has(value->index[i], kept->simplify->around))
            return;
        moves |= affine_has(value->index[i], kept->loop->variable);
    }
    for (int i = 0; i < kept->loads.n; i++)
        if (kept->loads.at[i]->array == value->array &&
            loop_is_same_element(
                value->array, kept->loads.at[i]->index, value->index))
            return;
    if (moves)
        VECTOR_PUSH(kept->simplify->v->arena, &kept->loads, value);
}

/* A visit: the loads of a statement. */
static void note_kept_below(struct loop_node *node, void *user)
{
    if (node->kind == LOOP_ASSIGN)
        value_foreach(node->value, note_kept, user);
}

/* Would "n" copies of the loop's body keep more vectors in registers, through
 * the loop around, than leaves room for others? */
static bool keeps_too_much(
    struct simplify *simplify, struct loop_node *loop, int64_t n)
{
    struct kept kept = {simplify, loop, {0}};

    if (!simplify->around || !simplify->program->machine)
        return false;
    for (int i = 0; i < loop->n_children; i++)
        loop_foreach(loop->children[i], note_kept_below, &kept);
    return n * kept.loads.n >
           simplify->program->machine->n_vector_registers / 2;
}

/* Do all stores below a vector loop exclude what is not before its end? */
struct ending {
    struct value_context *v;
    const struct loop_node *loop;
    bool is_guarded;
};

/* A visit: is upper - variable - lane > 0 among the conditions of a store? */
static void note_ending(struct loop_node *node, void *user)
{
    struct ending *ending = user;
    struct value_context *v = ending->v;
    const struct affine *left;
    bool found = false;

    if (node->kind != LOOP_ASSIGN || node->array->kind == ARRAY_REGISTER)
        return;
    if (!node->lane || !node->guard || node->guard->n_clauses != 1) {
        ending->is_guarded = false;
        return;
    }
    left = affine_subtract(
        v, ending->loop->upper[0], affine_variable(v, ending->loop->variable));
    left = affine_shift(
        v, affine_subtract(v, left, affine_variable(v, node->lane)), -1);
    for (int i = 0; i < node->guard->clauses[0].n; i++)
        found |= affine_is_equal(node->guard->clauses[0].terms[i], left);
    ending->is_guarded &= found;
}

/* Where iteration "i" of "n" begins: the last vector of a row that is no
 * multiple of it is moved back, where that is cheaper than a mask. */
static const struct affine *get_place(
    struct simplify *simplify, struct loop_node *loop, int64_t i, int64_t n)
{
    struct value_context *v = simplify->v;
    struct ending ending = {v, loop, true};

    if (n < 2 || i < n - 1 || loop->step != loop->n_lanes ||
        !loop_moves_border(simplify->program, loop))
        return affine_shift(v, loop->lower[0], i * loop->step);
    loop_foreach(loop, note_ending, &ending);
    return ending.is_guarded ? affine_shift(v, loop->upper[0], -loop->step)
                             : affine_shift(v, loop->lower[0], i * loop->step);
}

/* A short loop of vectors at a border, or one that runs once, becomes copies
 * of its body, unless vectors are to share the loops in it. */
static bool unroll_short(
    struct simplify *simplify, struct loop_node *into, struct loop_node *loop)
{
    int64_t n = count_iterations(simplify, loop);
    bool constant = loop->n_lower == 1 && affine_is_constant(loop->lower[0]);
    const struct affine *value;
    struct substitution substitution = {1, &loop->variable, &value};

    if (n < 0 || n > 8 || loop->mode != LOOP_SERIAL)
        return false;
    if (n > 1 && (!constant || loop->n_lanes < 2 ||
                     (loop->jam > 1 && loop_has_loop(loop)) ||
                     n * loop_count_statements(loop) > 128 ||
                     keeps_too_much(simplify, loop, n)))
        return false;
    for (int64_t i = 0; i < n; i++) {
        value = get_place(simplify, loop, i, n);
        for (int j = 0; j < loop->n_children; j++)
            simplify_node(simplify, into,
                loop_copy(
                    simplify->program, loop->children[j], &substitution, NULL));
    }
    return true;
}

/* A loop with folded bounds; nothing, or copies of its body, where few
 * iterations are left. */
static void simplify_for(
    struct simplify *simplify, struct loop_node *into, struct loop_node *loop)
{
    struct loop_node *copy = ARENA_NEW(simplify->v->arena, struct loop_node);
    const struct variable *around = simplify->around;
    struct interval extent;

    *copy = *loop;
    copy->lower = fold_bounds(simplify, &copy->n_lower, loop->lower, true);
    copy->upper = fold_bounds(simplify, &copy->n_upper, loop->upper, false);
    extent = get_extent(simplify, copy);
    if (extent.known && extent.first >= extent.last)
        return;
    if (unroll_short(simplify, into, copy))
        return;
    copy->n_children = 0;
    copy->children = NULL;
    extent.last--;
    set_range(simplify, loop->variable, extent);
    simplify->around = loop->variable;
    VECTOR_PUSH(simplify->v->arena, &simplify->loops, copy);
    simplify_children(simplify, copy, loop);
    simplify->loops.n--;
    simplify->around = around;
    if (copy->n_children)
        loop_add(simplify->v->arena, into, copy);
}

/* One node and what is below, appended to "into". */
static void simplify_node(
    struct simplify *simplify, struct loop_node *into, struct loop_node *node)
{
    struct loop_node *copy;
    int n_facts;
    const struct guard *guard = fold_guard(simplify, node->guard);

    if (node->kind == LOOP_FOR) {
        simplify_for(simplify, into, node);
        return;
    }
    if (guard && guard_is_false(guard))
        return;
    if (node->kind == LOOP_SEQUENCE || (node->kind == LOOP_IF && !guard)) {
        simplify_children(simplify, into, node);
        return;
    }
    copy = ARENA_NEW(simplify->v->arena, struct loop_node);
    *copy = *node;
    copy->guard = guard;
    copy->n_children = 0;
    copy->children = NULL;
    if (node->kind == LOOP_ASSIGN)
        copy->value = value_map(simplify->v, node->value, fold_value, simplify);
    n_facts = simplify->facts.n;
    if (node->kind == LOOP_IF && guard->n_clauses == 1)
        for (int i = 0; i < guard->clauses[0].n; i++)
            VECTOR_PUSH(simplify->v->arena, &simplify->facts,
                guard->clauses[0].terms[i]);
    simplify_children(simplify, copy, node);
    simplify->facts.n = n_facts;
    if (copy->n_children || (node->kind != LOOP_FOR && node->kind != LOOP_IF))
        loop_add(simplify->v->arena, into, copy);
}

bool loop_simplify(struct compilation *c, struct loop_program *program)
{
    struct simplify simplify = {.program = program, .v = program->values};
    struct loop_node *body =
        loop_node_new(c->arena, LOOP_SEQUENCE, program->body->range);

    simplify_children(&simplify, body, program->body);
    program->body = body;
    loop_note_parallel(program);
    return true;
}
