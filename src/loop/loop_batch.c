/* What a thread of a GPU loads is loaded once, before it stores, and several
 * elements at a time where they lie side by side and the first at a multiple
 * of their number; what it stores likewise:
 *
 *     y[4*p] = 2*x[4*p]               x.1[lane] = x[4*p + lane]  // lanes 4
 *     y[4*p + 1] = 2*x[4*p + 1]       y.2[0] = 2*x.1[0]
 *     y[4*p + 2] = 2*x[4*p + 2]  =>   ...
 *     y[4*p + 3] = 2*x[4*p + 3]       y.2[3] = 2*x.1[3]
 *                                     y[4*p + lane] = y.2[lane]  // lanes 4
 *
 * Only in straight runs of statements, of arrays of which the run reads nothing
 * that it wrote before. The widths of loads and stores are each their own, at
 * most ACCESS_BYTES. An element is loaded under the conditions of the
 * statements that use it; of a group of them all are loaded only where they are
 * sure to be inside together, because the row is a multiple of the group; rows
 * that are not are joined with those that follow, as far as sizes are known.
 * What would take more than HELD_BYTES of registers is loaded where it is first
 * used. */
#include "loop/loop_scan.h"

#include "base/vector.h"

enum { ACCESS_BYTES = 16, HELD_BYTES = 160, MOST_LANES = 64 };

/* An element that is loaded, the "offset"-th from the row's form; if "guard".
 * "first" is the statement that uses it first. "to" holds it, at "lane" of an
 * array on the stack, or alone in a register (-1). */
struct element {
    int64_t offset;
    const struct guard *guard;
    int first;
    const struct array *to;
    int lane;
};

/* Elements of one row: loads whose indices differ in the constant of
 * dimension "d" only, the last in memory. "form" is that index without its
 * constant; "d" is -1 where elements are on their own. */
struct row {
    const struct value *like;
    int d;
    const struct affine *form;
    VECTOR(struct element) elements;
};

/* A load to be made: the "width" elements from "offset" on. */
struct fetch {
    const struct row *row;
    int64_t offset;
    int width;
    const struct guard *guard;
    int first; /* before this statement; -1: at once */
    const struct array *to;
};

/* A run of statements under rewriting: those of "node" from "first" to "last",
 * without it. "is_ordered", by id of the array: it is read or written where the
 * run may have written it. "is_stored": statements that are part of a wide
 * store. */
struct batch {
    struct loop_program *program;
    struct value_context *v;
    struct loop_node *const *nodes;
    int n;
    bool *is_ordered;
    bool *is_stored;
    VECTOR(struct row) rows;
    VECTOR(struct fetch) fetches;
    int64_t held_bytes;
};

/* ---- Rows ---------------------------------------------------------------- */

/* The dimension whose neighbours lie side by side, -1 if there is none. */
static int get_last_dimension(const struct array *array)
{
    if (array->is_strided || array->n_axes == 0 ||
        array->n_axes != array->n_dimensions)
        return -1;
    for (int i = 0; i < array->n_axes; i++)
        if (array->axes[i].block)
            return -1;
    return array->axes[array->n_axes - 1].dimension;
}

/* The form without its constant. */
static const struct affine *drop_constant(
    struct value_context *v, const struct affine *form)
{
    return affine_shift(v, form, -form->constant);
}

/* Is it a row for this array and these indices? */
static bool is_row(struct value_context *v, const struct row *row,
    const struct array *array, const struct affine *const *index)
{
    if (row->like->array != array)
        return false;
    for (int i = 0; i < row->like->n_index; i++)
        if (i != row->d && !affine_is_equal(row->like->index[i], index[i]))
            return false;
    return row->d < 0 ||
           affine_is_equal(row->form, drop_constant(v, index[row->d]));
}

/* The row of a load; a new one if "make", else NULL. */
static struct row *find_row(
    struct batch *batch, const struct value *load, bool make)
{
    struct row row = {.like = load, .d = get_last_dimension(load->array)};

    for (int i = 0; i < batch->rows.n; i++)
        if (is_row(batch->v, &batch->rows.at[i], load->array, load->index))
            return &batch->rows.at[i];
    if (!make)
        return NULL;
    if (row.d >= 0)
        row.form = drop_constant(batch->v, load->index[row.d]);
    VECTOR_PUSH(batch->v->arena, &batch->rows, row);
    return &batch->rows.at[batch->rows.n - 1];
}

/* Where in its row a load is. */
static int64_t get_offset(const struct row *row, const struct value *load)
{
    return row->d < 0 ? 0 : load->index[row->d]->constant;
}

/* The element of a row, NULL if it is not loaded. */
static struct element *find_element(const struct row *row, int64_t offset)
{
    for (int i = 0; i < row->elements.n; i++)
        if (row->elements.at[i].offset == offset)
            return &row->elements.at[i];
    return NULL;
}

/* Could the load be made ahead of the run? */
static bool is_movable(const struct batch *batch, const struct value *load)
{
    enum array_kind kind;

    if (load->kind != VALUE_LOAD || load->n_index == 0)
        return false;
    kind = load->array->kind;
    return kind != ARRAY_REGISTER && kind != ARRAY_STACK &&
           !batch->is_ordered[array_base(load->array)->id];
}

/* A load of statement "first", made if "guard". */
static void add_load(struct batch *batch, const struct value *load,
    const struct guard *guard, int first)
{
    struct row *row = find_row(batch, load, true);
    struct element element = {
        .offset = get_offset(row, load), .guard = guard, .first = first};
    struct element *known = find_element(row, element.offset);

    if (!known) {
        VECTOR_PUSH(batch->v->arena, &row->elements, element);
        return;
    }
    if (!guard || !known->guard)
        known->guard = NULL;
    else if (!guard_is_equal(guard, known->guard))
        known->guard = guard_or(batch->v, known->guard, guard);
}

/* The loads of a statement. Those of which it is not certain that they happen
 * whenever the statement does stay where they are. */
static void add_loads(struct batch *batch, int statement)
{
    const struct loop_node *node = batch->nodes[statement];
    struct value_tape *tape = value_tape_new(batch->v->arena, node->value);
    bool *happens = ARENA_ARRAY(batch->v->arena, tape->n, bool);

    happens[tape->n - 1] = true;
    for (int i = tape->n - 1; i >= 0; i--) {
        const struct value_step *step = &tape->steps[i];

        for (int k = 0; k < step->n_operands; k++)
            if (happens[i] && (k == 0 || !step->is_lazy))
                happens[step->operands[k]] = true;
    }
    for (int i = 0; i < tape->n; i++)
        if (happens[i] && is_movable(batch, tape->steps[i].node))
            add_load(batch, tape->steps[i].node, node->guard, statement);
}

/* ---- Widths -------------------------------------------------------------- */

/* Is the form a multiple of "n", whatever the loops are at? */
static bool is_multiple(const struct affine *form, int64_t n)
{
    if (form->constant % n)
        return false;
    for (int i = 0; i < form->n_terms; i++) {
        const struct variable *variable = form->terms[i].variable;
        int64_t multiple = variable->of ? 1 : variable->multiple;

        if (form->terms[i].coefficient % n &&
            (multiple < 1 || form->terms[i].coefficient * (multiple % n) % n))
            return false;
    }
    return true;
}

/* Do the program's conditions say that the form of parameters is a multiple
 * of "n": n*floor(form/n) - form >= 0? */
static bool is_required_multiple(
    const struct loop_program *program, const struct affine *form, int64_t n)
{
    struct value_context *v = program->values;
    const struct affine *rest =
        affine_subtract(v, affine_scale(v, affine_floor(v, form, n), n), form);

    for (int i = 0; i < program->n_requires; i++) {
        const struct guard *guard = program->requires[i];

        for (int j = 0; guard->n_clauses == 1 && j < guard->clauses[0].n; j++)
            if (affine_is_equal(guard->clauses[0].terms[j], rest))
                return true;
    }
    return is_multiple(form, n);
}

/* The most elements at a time, each group at a multiple of their number. */
static int get_width(const struct batch *batch, const struct array *array,
    int d, const struct affine *form)
{
    int width = ACCESS_BYTES * 8 / dtype_bits(array->type);

    if (d < 0)
        return 1;
    while (width > 1 &&
           (!is_multiple(form, width) ||
               (array->n_axes > 1 && !is_required_multiple(batch->program,
                                         array->extents[d], width))))
        width /= 2;
    return width;
}

/* Is it an input's row, as long as a multiple of "width", so that a group of
 * which one element is inside is wholly inside? What others write may have no
 * value yet where nobody wants it. */
static bool has_whole_groups(
    const struct batch *batch, const struct row *row, int width)
{
    const struct array *array = row->like->array;

    return array_base(array)->kind == ARRAY_IN &&
           is_required_multiple(batch->program, array->extents[row->d], width);
}

/* ---- Loads --------------------------------------------------------------- */

/* The largest multiple of "n" up to "offset". */
static int64_t round_down(int64_t offset, int n)
{
    return offset - ((offset % n) + n) % n;
}

/* A new array for "width" elements, or a register. */
static const struct array *make_array(
    struct batch *batch, const struct array *from, int width)
{
    struct value_context *v = batch->v;
    struct array *array = loop_new_array(batch->program, from);

    array->kind = width > 1 ? ARRAY_STACK : ARRAY_REGISTER;
    array->is_strided = false;
    array->n_lanes = 1;
    array->view_of = NULL;
    array->n_dimensions = width > 1;
    array->extents = ARENA_ARRAY(v->arena, 1, const struct affine *);
    array->extents[0] = affine_constant(v, width);
    array_set_plain_axes(v, array);
    return array;
}

/* What is known of the elements of a row from "offset" on, "width" of them:
 * how many are wanted, whether all under the same condition, under which of
 * them each is (NULL if one is always), the first statement. */
struct span {
    int n;
    bool is_equal;
    const struct guard *guard;
    int first;
};

/* Look at them. */
static struct span get_span(
    const struct batch *batch, const struct row *row, int64_t offset, int width)
{
    struct span span = {0, true, NULL, INT32_MAX};

    for (int i = 0; i < width; i++) {
        const struct element *element = find_element(row, offset + i);

        if (!element)
            continue;
        if (span.n &&
            (!span.guard != !element->guard ||
                (span.guard && !guard_is_equal(span.guard, element->guard))))
            span.is_equal = false;
        if (!span.n)
            span.guard = element->guard;
        else if (!element->guard || !span.guard)
            span.guard = NULL;
        else if (!span.is_equal)
            span.guard = guard_or(batch->v, span.guard, element->guard);
        span.first = element->first < span.first ? element->first : span.first;
        span.n++;
    }
    return span;
}

/* Load the elements from "offset" on with one access. */
static void add_fetch(struct batch *batch, const struct row *row,
    int64_t offset, int width, const struct span *span)
{
    const struct array *from = row->like->array;
    struct fetch fetch = {row, offset, width, span->guard, span->first,
        make_array(batch, from, width)};
    int64_t bytes = width * dtype_bits(from->type) / 8;

    for (int i = 0; i < width; i++) {
        struct element *element = find_element(row, offset + i);

        if (element) {
            element->to = fetch.to;
            element->lane = width > 1 ? i : -1;
        }
    }
    if (batch->held_bytes + bytes <= HELD_BYTES) {
        batch->held_bytes += bytes;
        fetch.first = -1;
    }
    VECTOR_PUSH(batch->v->arena, &batch->fetches, fetch);
}

/* Load what is wanted of a group: at once, or else each half on its own. */
static void fetch_group(
    struct batch *batch, const struct row *row, int64_t offset, int width)
{
    struct span span = get_span(batch, row, offset, width);
    struct span low;

    if (!span.n)
        return;
    if (width == 1) {
        add_fetch(batch, row, offset, 1, &span);
        return;
    }
    low = get_span(batch, row, offset, width / 2);
    if (low.n && low.n < span.n &&
        ((span.n == width && span.is_equal) ||
            has_whole_groups(batch, row, width))) {
        add_fetch(batch, row, offset, width, &span);
        return;
    }
    fetch_group(batch, row, offset, width / 2);
    fetch_group(batch, row, offset + width / 2, width / 2);
}

/* Load the elements of a row, group by group. */
static void fetch_row(struct batch *batch, const struct row *row)
{
    int width =
        row->d < 0 ? 1 : get_width(batch, row->like->array, row->d, row->form);

    for (int i = 0; i < row->elements.n; i++)
        if (!row->elements.at[i].to)
            fetch_group(batch, row,
                round_down(row->elements.at[i].offset, width), width);
}

/* array[index], with dimension "d" (unless -1) at the form + offset, of each
 * lane if there are several. */
static const struct affine **make_index(struct batch *batch,
    const struct affine *const *like, int n, int d, int64_t offset,
    const struct variable *lane)
{
    struct value_context *v = batch->v;
    const struct affine **index =
        ARENA_ARRAY(v->arena, n, const struct affine *);

    for (int i = 0; i < n; i++)
        index[i] = like[i];
    if (d >= 0)
        index[d] = affine_shift(v, drop_constant(v, like[d]), offset);
    if (lane)
        index[d] = affine_add(v, index[d], affine_variable(v, lane));
    return index;
}

/* An index of one dimension. */
static const struct affine **make_place(
    struct value_context *v, const struct affine *form)
{
    return arena_copy(v->arena, &form, sizeof form);
}

/* The statement of a fetch. */
static struct loop_node *make_load(
    struct batch *batch, const struct fetch *fetch)
{
    struct value_context *v = batch->v;
    const struct value *like = fetch->row->like;
    struct loop_node *node = loop_node_new(v->arena, LOOP_ASSIGN, like->range);

    if (fetch->width > 1) {
        node->lane = variable_new_lane(v, fetch->width);
        node->n_index = 1;
        node->index = make_place(v, affine_variable(v, node->lane));
    }
    node->array = fetch->to;
    node->guard = fetch->guard;
    node->value = value_load(v, like->array, like->n_index,
        make_index(batch, like->index, like->n_index, fetch->row->d,
            fetch->offset, node->lane),
        like->range);
    node->is_first = fetch->width == 1;
    return node;
}

/* A load becomes one of what holds the element. */
static const struct value *replace_load(
    struct value_context *v, const struct value *value, void *user)
{
    struct batch *batch = user;
    const struct row *row;
    const struct element *element;

    if (!is_movable(batch, value) || !(row = find_row(batch, value, false)))
        return value;
    element = find_element(row, get_offset(row, value));
    if (!element)
        return value;
    return value_load(v, element->to, element->lane >= 0,
        make_place(v, affine_constant(v, element->lane)), value->range);
}

/* ---- Stores -------------------------------------------------------------- */

/* Could statement "i" of the run be part of a wide store? */
static bool is_store(const struct batch *batch, int i)
{
    const struct loop_node *node = batch->nodes[i];
    enum array_kind kind = node->array->kind;

    return !batch->is_stored[i] && kind != ARRAY_REGISTER &&
           kind != ARRAY_STACK && !node->lane &&
           !batch->is_ordered[array_base(node->array)->id] &&
           get_last_dimension(node->array) >= 0;
}

/* Do two statements store into the same row? Their distance there. */
static bool is_same_row(const struct batch *batch, const struct loop_node *a,
    const struct loop_node *b, int64_t *distance)
{
    int d = get_last_dimension(a->array);

    if (a->array != b->array || !a->guard != !b->guard ||
        (a->guard && !guard_is_equal(a->guard, b->guard)))
        return false;
    for (int i = 0; i < a->n_index; i++)
        if (i != d && !affine_is_equal(a->index[i], b->index[i]))
            return false;
    *distance = b->index[d]->constant - a->index[d]->constant;
    return affine_is_equal(drop_constant(batch->v, a->index[d]),
        drop_constant(batch->v, b->index[d]));
}

/* The statements that store the "width" elements of the group that begins
 * with the one of statement "first"; false unless each is stored. */
static bool find_group(
    const struct batch *batch, int first, int width, int *members)
{
    int n = 0;

    for (int lane = 0; lane < width; lane++)
        members[lane] = -1;
    for (int i = 0; i < batch->n; i++) {
        int64_t distance = 0;

        if (batch->nodes[i]->array != batch->nodes[first]->array ||
            batch->nodes[i]->is_ahead != batch->nodes[first]->is_ahead)
            continue;
        if (!is_store(batch, i) || !is_same_row(batch, batch->nodes[first],
                                       batch->nodes[i], &distance)) {
            continue;
        }
        if (distance < 0 || distance >= width)
            continue;
        members[distance] = i;
        n++;
    }
    return n == width;
}

/* Do the copies ahead of a group load what is a group too? */
static bool has_source(const struct batch *batch, int width, const int *members)
{
    const struct value *like = batch->nodes[members[0]]->value;
    int d = get_last_dimension(like->array);

    if (d < 0 || like->index[d]->constant % width ||
        get_width(batch, like->array, d,
            drop_constant(batch->v, like->index[d])) < width)
        return false;
    for (int lane = 1; lane < width; lane++) {
        const struct value *load = batch->nodes[members[lane]]->value;

        for (int i = 0; i < like->n_index; i++)
            if (!affine_is_equal(load->index[i],
                    affine_shift(batch->v, like->index[i], i == d ? lane : 0)))
                return false;
    }
    return true;
}

/* The widest group that begins with the element statement "first" stores. */
static int find_width(const struct batch *batch, int first, int *members)
{
    const struct loop_node *node = batch->nodes[first];
    int d = get_last_dimension(node->array);
    int width = get_width(
        batch, node->array, d, drop_constant(batch->v, node->index[d]));

    while (width > 1 &&
           (node->index[d]->constant % width ||
               !find_group(batch, first, width, members) ||
               (node->is_ahead && !has_source(batch, width, members))))
        width /= 2;
    return width;
}

/* One store for a group: the statements write an array on the stack. */
static struct loop_node *make_store(struct batch *batch,
    struct loop_node **copies, int width, const int *members)
{
    struct value_context *v = batch->v;
    const struct loop_node *first = batch->nodes[members[0]];
    int d = get_last_dimension(first->array);
    const struct array *from = make_array(batch, first->array, width);
    struct loop_node *node = loop_node_new(v->arena, LOOP_ASSIGN, first->range);

    for (int i = 0; i < width; i++) {
        struct loop_node *copy = copies[members[i]];

        copy->array = from;
        copy->n_index = 1;
        copy->index = make_place(v, affine_constant(v, i));
        batch->is_stored[members[i]] = true;
    }
    node->lane = variable_new_lane(v, width);
    node->array = first->array;
    node->n_index = first->n_index;
    node->guard = first->guard;
    node->index = make_index(batch, first->index, first->n_index, d,
        first->index[d]->constant, node->lane);
    node->value = value_load(v, from, 1,
        make_place(v, affine_variable(v, node->lane)), first->range);
    node->statement_id = first->statement_id;
    return node;
}

/* One copy ahead for a group. */
static struct loop_node *make_copy(struct batch *batch,
    struct loop_node **copies, int width, const int *members)
{
    struct value_context *v = batch->v;
    struct loop_node *node = copies[members[0]];
    const struct value *load = node->value;

    for (int i = 0; i < width; i++) {
        batch->is_stored[members[i]] = true;
        copies[members[i]] = NULL;
    }
    if (width == 1)
        return node;
    node->lane = variable_new_lane(v, width);
    node->index = make_index(batch, node->index, node->n_index,
        get_last_dimension(node->array),
        node->index[get_last_dimension(node->array)]->constant, node->lane);
    node->value = value_load(v, load->array, load->n_index,
        make_index(batch, load->index, load->n_index,
            get_last_dimension(load->array),
            load->index[get_last_dimension(load->array)]->constant, node->lane),
        load->range);
    return node;
}

/* Copies ahead as wide as they can be; what the machine has no instruction for
 * becomes a load and a store. */
static void append_copies(
    struct batch *batch, struct loop_node *into, struct loop_node **copies)
{
    const struct machine_gpu *gpu = batch->program->machine->gpu;
    int members[MOST_LANES] = {0};

    for (int i = 0; i < batch->n; i++) {
        int width, bytes;

        if (!batch->nodes[i]->is_ahead || batch->is_stored[i])
            continue;
        members[0] = i;
        width = is_store(batch, i) ? find_width(batch, i, members) : 1;
        bytes = width * dtype_bits(batch->nodes[i]->array->type) / 8;
        if (gpu->has_async_copy && (bytes == 4 || bytes == 8 || bytes == 16))
            loop_add(batch->v->arena, into,
                make_copy(batch, copies, width, members));
        else
            batch->nodes[i]->is_ahead = copies[i]->is_ahead = false;
    }
}

/* ---- Runs ---------------------------------------------------------------- */

/* A statement of the run, and which it is. */
struct access {
    struct batch *batch;
    int statement;
};

/* Could a statement before have written the element? Then the array's accesses
 * stay in order. */
static void note_element(const struct access *access, const struct array *array,
    const struct affine *const *index)
{
    struct batch *batch = access->batch;

    for (int i = 0; i < access->statement; i++) {
        const struct loop_node *node = batch->nodes[i];

        if (array_base(node->array) == array_base(array) &&
            (node->array != array || !loop_is_other_element(batch->v,
                                         node->array, node->index, index)))
            batch->is_ordered[array_base(array)->id] = true;
    }
}

/* A visit: a load. */
static void note_read(const struct value *value, void *user)
{
    if (value->kind == VALUE_LOAD && value->array->kind != ARRAY_REGISTER)
        note_element(user, value->array, value->index);
}

/* Which arrays the run reads or writes where it may have written them. */
static void note_arrays(struct batch *batch)
{
    int n = batch->program->n_arrays;

    batch->is_ordered = ARENA_ARRAY(batch->v->arena, n, bool);
    batch->is_stored = ARENA_ARRAY(batch->v->arena, batch->n, bool);
    for (int i = 0; i < batch->n; i++) {
        const struct loop_node *node = batch->nodes[i];
        struct access access = {batch, i};

        value_foreach(node->value, note_read, &access);
        if (node->array->kind != ARRAY_REGISTER)
            note_element(&access, node->array, node->index);
    }
}

/* Append the loads to be made before statement "first". */
static void append_loads(struct batch *batch, struct loop_node *into, int first)
{
    for (int i = 0; i < batch->fetches.n; i++)
        if (batch->fetches.at[i].first == first)
            loop_add(
                batch->v->arena, into, make_load(batch, &batch->fetches.at[i]));
}

/* The rows of arrays of "n" dimensions; small ones first: weights. */
static void fetch_rows(struct batch *batch, int n)
{
    for (int i = 0; i < batch->rows.n; i++)
        if (batch->rows.at[i].like->n_index == n)
            fetch_row(batch, &batch->rows.at[i]);
}

/* Append statements first .. last-1 of a node, batched, to "into". */
static void rewrite_run(struct loop_program *program, struct loop_node *into,
    const struct loop_node *node, int first, int last, void *user)
{
    enum { MOST_DIMENSIONS = 33 };
    struct batch batch = {.program = program,
        .v = program->values,
        .nodes = node->children + first,
        .n = last - first};
    struct arena *arena = batch.v->arena;
    struct loop_node **copies = ARENA_ARRAY(arena, batch.n, struct loop_node *);
    VECTOR(struct loop_node *) stores = {0};
    int members[MOST_LANES];

    (void)user;
    note_arrays(&batch);
    for (int i = 0; i < batch.n; i++)
        copies[i] = arena_copy(arena, batch.nodes[i], sizeof **copies);
    append_copies(&batch, into, copies);
    for (int i = 0; i < batch.n; i++)
        if (copies[i])
            add_loads(&batch, i);
    for (int n = 1; n < MOST_DIMENSIONS; n++)
        fetch_rows(&batch, n);
    for (int i = 0; i < batch.n; i++)
        if (copies[i])
            copies[i]->value =
                value_map(batch.v, copies[i]->value, replace_load, &batch);
    for (int i = 0; i < batch.n; i++) {
        int width = is_store(&batch, i) ? find_width(&batch, i, members) : 1;

        if (width > 1)
            VECTOR_PUSH(
                arena, &stores, make_store(&batch, copies, width, members));
    }
    append_loads(&batch, into, -1);
    for (int i = 0; i < batch.n; i++) {
        append_loads(&batch, into, i);
        if (copies[i])
            loop_add(arena, into, copies[i]);
    }
    for (int i = 0; i < stores.n; i++)
        loop_add(arena, into, stores.at[i]);
}

/* ---- Rows that follow each other ----------------------------------------- */

/* The first axis of which all that are behind have constant extents, if the
 * last is not as long as a multiple of what one access holds; else -1. */
static int find_joined(const struct array *array)
{
    int last = array->n_axes - 1;
    int width = ACCESS_BYTES * 8 / dtype_bits(array->type);
    int first = last;

    if ((array->kind != ARRAY_IN && array->kind != ARRAY_OUT &&
            array->kind != ARRAY_INOUT && array->kind != ARRAY_LOCAL) ||
        get_last_dimension(array) < 0)
        return -1;
    while (first > 0 &&
           affine_is_constant(array->extents[array->axes[first].dimension]) &&
           array->extents[array->axes[first].dimension]->constant > 0)
        first--;
    if (first == last ||
        array->extents[array->axes[last].dimension]->constant % width == 0)
        return -1;
    return first;
}

/* A load from an array whose rows are joined. */
static const struct value *join_load(
    struct value_context *v, const struct value *value, void *user)
{
    struct loop_program *program = user;
    int first = value->kind == VALUE_LOAD ? find_joined(value->array) : -1;

    if (first < 0)
        return value;
    return value_load(v, loop_join(program, value->array, first), first + 1,
        loop_join_index(v, value->array, value->index, first), value->range);
}

/* A visit: the accesses of a statement. */
static void join_rows(struct loop_node *node, void *user)
{
    struct loop_program *program = user;
    struct value_context *v = program->values;
    int first;

    if (node->kind != LOOP_ASSIGN)
        return;
    node->value = value_map(v, node->value, join_load, program);
    first = find_joined(node->array);
    if (first < 0)
        return;
    node->index = loop_join_index(v, node->array, node->index, first);
    node->n_index = first + 1;
    node->array = loop_join(program, node->array, first);
}

bool loop_batch(struct compilation *c, struct loop_program *program)
{
    loop_foreach(program->body, join_rows, program);
    program->body =
        loop_rewrite_runs(program, program->body, rewrite_run, NULL);
    return loop_check_stack(c, program);
}
