/* The invariants of loop IR, checked after every pass.
 *
 * Takes     loop IR, and the name of the pass that made it.
 * Requires  nothing: whatever is wrong is reported.
 * Ensures   variables are in scope, lanes and shapes agree, every operation
 *           is primitive and typed, steps are positive.
 */
#include "loop/loop_scan.h"

enum { MAX_RANK = 32, MAX_LANES = 4096 };

/* What is known while walking down. "in_scope" is indexed by variable id;
 * "lane" is that of the statement at hand. The first problem is reported and
 * sets "failed". */
struct verifier {
    struct compilation *c;
    const struct loop_program *program;
    const char *after;
    const struct loop_node *node;
    const struct variable *lane;
    bool *in_scope;
    bool has_parallel;
    bool failed;
};

/* Report the first problem, with the node it is in. */
static void fail(
    struct verifier *verifier, const char *problem, const char *name)
{
    struct source_range nowhere = {0};
    if (verifier->failed)
        return;
    verifier->failed = true;
    diag_internal(verifier->c->diag,
        verifier->node ? verifier->node->range : nowhere, "after %s: %s%s%s",
        verifier->after, problem, name ? ": " : "", name ? name : "");
}

/* Fail unless "holds". */
static void expect(struct verifier *verifier, bool holds, const char *problem,
    const char *name)
{
    if (!holds)
        fail(verifier, problem, name);
}

/* ---- Affine forms and guards ------------------------------------------- */

static void check_affine(
    struct verifier *verifier, const struct affine *affine);

/* A variable is a parameter, a loop around, the lane of the statement, or an
 * atom made of these. */
static void check_variable(
    struct verifier *verifier, const struct variable *variable)
{
    const char *name = variable->name ? variable->name->text : NULL;
    switch (variable->kind) {
    case VARIABLE_PARAMETER:
    case VARIABLE_LOOP:
        expect(verifier, verifier->in_scope[variable->id],
            "a variable is not in scope", name);
        break;
    case VARIABLE_LANE:
        expect(verifier, variable == verifier->lane,
            "a lane occurs outside its statement", name);
        break;
    case VARIABLE_ITERATOR:
        fail(verifier, "an iterator of the model is left", name);
        break;
    case VARIABLE_FLOOR:
        expect(verifier, variable->divisor > 0,
            "a division by a number that is not positive", NULL);
        check_affine(verifier, variable->of);
        break;
    case VARIABLE_CLAMP:
    case VARIABLE_WRAP:
    case VARIABLE_MIRROR:
        check_affine(verifier, variable->of);
        check_affine(verifier, variable->extent);
        break;
    }
}

/* All variables of an affine form are in scope. */
static void check_affine(struct verifier *verifier, const struct affine *affine)
{
    if (!affine) {
        fail(verifier, "an affine form is missing", NULL);
        return;
    }
    for (int i = 0; i < affine->n_terms && !verifier->failed; i++)
        check_variable(verifier, affine->terms[i].variable);
}

/* A form of parameters and loops only. */
static void check_scalar_affine(
    struct verifier *verifier, const struct affine *affine)
{
    const struct variable *lane = verifier->lane;
    verifier->lane = NULL;
    check_affine(verifier, affine);
    verifier->lane = lane;
}

/* All variables of a guard (may be NULL) are in scope. */
static void check_guard(struct verifier *verifier, const struct guard *guard)
{
    for (int i = 0; guard && i < guard->n_clauses; i++)
        for (int j = 0; j < guard->clauses[i].n; j++)
            check_affine(verifier, guard->clauses[i].terms[j]);
}

/* ---- Accesses ---------------------------------------------------------- */

/* The array belongs to the program and is still allowed. */
static void check_member(struct verifier *verifier, const struct array *array)
{
    const struct loop_program *program = verifier->program;
    if (!array || array->id < 0 || array->id >= program->n_arrays ||
        program->arrays[array->id] != array) {
        fail(verifier, "an array is not of this program",
            array && array->name ? array->name->text : NULL);
        return;
    }
    expect(verifier, array->kind != ARRAY_PRIVATE, "a private scalar is left",
        array->name->text);
}

/* Rank and variables of an access; "lane" is allowed where the statement has
 * one. */
static void check_access(struct verifier *verifier, const struct array *array,
    int n_index, const struct affine *const *index)
{
    check_member(verifier, array);
    if (verifier->failed)
        return;
    const char *name = array->name->text;
    expect(verifier, n_index == array->n_dimensions,
        "an access has the wrong number of indices", name);
    for (int i = 0; i < n_index && !verifier->failed; i++)
        check_affine(verifier, index[i]);
    if (array->kind != ARRAY_REGISTER || array->n_lanes <= 1)
        return;
    expect(verifier,
        verifier->lane && verifier->lane->n_lanes == array->n_lanes,
        "a vector register in a statement of other lanes", name);
}

/* Does an access to the array with this index differ between lanes? */
static bool varies(
    const struct array *array, int n_index, const struct affine *const *index)
{
    for (int i = 0; i < n_index; i++)
        if (affine_lane(index[i]))
            return true;
    return array->kind == ARRAY_REGISTER && array->n_lanes > 1;
}

/* ---- Values ------------------------------------------------------------ */

/* Operand and result types of a comparison, BITS, SELECT and the like. */
static void check_operation_types(
    struct verifier *verifier, const struct value *value)
{
    const char *name = value_operation_name(value->operation);
    enum value_operation operation = value->operation;
    enum dtype first = value->operands[0]->type;
    bool is_compare = operation == VALUE_LESS ||
                      operation == VALUE_LESS_EQUAL ||
                      operation == VALUE_EQUAL || operation == VALUE_NOT_EQUAL;
    bool is_bits = operation == VALUE_BITS || operation == VALUE_FROM_BITS;
    bool is_shift =
        operation == VALUE_SHIFT_LEFT || operation == VALUE_SHIFT_RIGHT;
    int begin = operation == VALUE_SELECT ? 1 : 0;
    if (operation == VALUE_SELECT)
        expect(verifier, first == DTYPE_BOOL, "select without a bool", NULL);
    if (is_compare)
        expect(verifier, value->type == DTYPE_BOOL,
            "a comparison is not a bool", name);
    if (is_shift)
        expect(verifier, value->operands[1]->kind == VALUE_INTEGER,
            "a shift by something that is not constant", name);
    for (int i = begin; i < value->n_operands && !is_shift; i++)
        expect(verifier,
            value->operands[i]->type ==
                (is_compare || is_bits ? first : value->type),
            "operand types of an operation differ", name);
}

/* May the operation be done in this type? Narrow integers add, subtract,
 * multiply and compare only. */
static bool is_computable(enum value_operation operation, enum dtype type)
{
    bool is_narrow = type == DTYPE_I16 || type == DTYPE_I8 || type == DTYPE_U8;
    if (is_narrow)
        return operation == VALUE_ADD || operation == VALUE_SUBTRACT ||
               operation == VALUE_MULTIPLY || operation == VALUE_MIN ||
               operation == VALUE_MAX || operation == VALUE_SELECT;
    return type == DTYPE_F64 || type == DTYPE_F32 || type == DTYPE_I32 ||
           type == DTYPE_BOOL || type == DTYPE_INDEX ||
           operation == VALUE_SELECT;
}

/* The types in which an operation can be done. */
static void check_operation(
    struct verifier *verifier, const struct value *value)
{
    static const bool is_function[] = {
#define OPERATION(id, name, n_operands, is_function) is_function,
#include "value/operations.def"
#undef OPERATION
    };
    static const int n_operands[] = {
#define OPERATION(id, name, n_operands, is_function) n_operands,
#include "value/operations.def"
#undef OPERATION
    };
    const char *name = value_operation_name(value->operation);
    expect(
        verifier, !is_function[value->operation], "a function is left", name);
    expect(verifier, value->n_operands == n_operands[value->operation],
        "an operation has the wrong number of operands", name);
    expect(verifier, is_computable(value->operation, value->type),
        "arithmetic in a type that is only stored", name);
    if (!verifier->failed)
        check_operation_types(verifier, value);
}

/* An operand of a window: a register of the statement's lanes. */
static void check_window(struct verifier *verifier, const struct value *value)
{
    if (value->kind != VALUE_LOAD || value->array->kind != ARRAY_REGISTER) {
        fail(verifier, "a shift of something not a register", NULL);
        return;
    }
    check_access(verifier, value->array, value->n_index, value->index);
    expect(verifier,
        verifier->lane && value->array->n_lanes == verifier->lane->n_lanes,
        "a shift of registers of other lanes", value->array->name->text);
}

/* A window over two registers of the statement's lanes. */
static void check_shift(struct verifier *verifier, const struct value *value)
{
    check_window(verifier, value->operands[0]);
    check_window(verifier, value->operands[1]);
    expect(verifier,
        value->operands[0]->type == value->type &&
            value->operands[1]->type == value->type,
        "operand types of a shift differ", NULL);
    for (int i = 0;
         value->lanes && verifier->lane && i < verifier->lane->n_lanes; i++)
        expect(verifier,
            value->lanes[i] >= -1 &&
                value->lanes[i] < 2 * verifier->lane->n_lanes,
            "a permutation by a wrong lane", NULL);
    expect(verifier,
        verifier->lane && value->amount >= 0 && value->stride > 0 &&
            value->amount + value->stride * (verifier->lane->n_lanes - 1) <
                2 * verifier->lane->n_lanes,
        "a shift by a wrong number of lanes", NULL);
}

/* One node of a value, its operands checked. */
static void check_value(struct verifier *verifier, const struct value *value)
{
    switch (value->kind) {
    case VALUE_REAL:
        expect(verifier, dtype_is_float(value->type),
            "a real constant of another type", NULL);
        break;
    case VALUE_INTEGER:
        expect(verifier, !dtype_is_float(value->type),
            "an integer constant of a float type", NULL);
        break;
    case VALUE_INDEX:
        expect(verifier, value->type == DTYPE_INDEX, "an index of a wrong type",
            NULL);
        check_affine(verifier, value->affine);
        break;
    case VALUE_LOAD:
        check_access(verifier, value->array, value->n_index, value->index);
        expect(verifier, value->type == value->array->type,
            "a load of a wrong type", value->array->name->text);
        break;
    case VALUE_PREDICATE:
        expect(verifier, value->guard && value->type == DTYPE_BOOL,
            "a predicate without a guard", NULL);
        check_guard(verifier, value->guard);
        break;
    case VALUE_OPERATION:
        check_operation(verifier, value);
        break;
    case VALUE_CONVERT:
        expect(verifier, value->n_operands == 1,
            "a conversion without an operand", NULL);
        break;
    case VALUE_SHIFT:
        check_shift(verifier, value);
        break;
    }
}

/* Every node of a value once, operands first. */
static void check_values(struct verifier *verifier, const struct value *value)
{
    struct value_tape *tape = value_tape_new(verifier->c->scratch, value);
    for (int i = 0; i < tape->n && !verifier->failed; i++)
        check_value(verifier, tape->steps[i].node);
}

/* ---- Nodes ------------------------------------------------------------- */

/* A lane of the statement that is well-formed. */
static void check_lane(struct verifier *verifier, const struct loop_node *node)
{
    expect(verifier,
        node->lane->kind == VARIABLE_LANE && node->lane->n_lanes >= 1 &&
            node->lane->n_lanes <= MAX_LANES,
        "a statement's lane is not a lane variable", NULL);
}

/* Where the lanes of a statement go: each its own element, or combined. */
static void check_lanes(struct verifier *verifier, const struct loop_node *node)
{
    const char *name = node->array->name->text;
    bool target_varies = varies(node->array, node->n_index, node->index);
    if (node->reduce == MODEL_SET) {
        expect(verifier, !node->lane || target_varies,
            "all lanes are stored into one element", name);
        return;
    }
    expect(verifier, node->lane && !target_varies,
        "lanes are combined into elements of their own", name);
    expect(verifier,
        dtype_is_integer(node->array->type) ||
            verifier->c->options.fp == FP_REASSOC,
        "lanes are combined where the order must be kept", name);
}

/* An ASSIGN. */
static void check_assign(
    struct verifier *verifier, const struct loop_node *node)
{
    if (!node->value || node->n_children) {
        fail(verifier, "a statement without a value, or with children", NULL);
        return;
    }
    verifier->lane = node->lane;
    if (node->lane)
        check_lane(verifier, node);
    check_access(verifier, node->array, node->n_index, node->index);
    check_guard(verifier, node->guard);
    if (!verifier->failed)
        check_values(verifier, node->value);
    if (!verifier->failed) {
        expect(verifier, node->array->kind != ARRAY_IN, "an input is written",
            node->array->name->text);
        expect(verifier, node->value->type == node->array->type,
            "a value is stored into another type", node->array->name->text);
        check_lanes(verifier, node);
    }
    if (node->is_ahead)
        expect(verifier,
            node->array->kind == ARRAY_SHARED &&
                node->value->kind == VALUE_LOAD &&
                array_base(node->value->array)->kind == ARRAY_IN,
            "what is copied ahead is no copy", node->array->name->text);
    verifier->lane = NULL;
}

static void check_node(struct verifier *verifier, const struct loop_node *node);

/* The children, in order. */
static void check_children(
    struct verifier *verifier, const struct loop_node *node)
{
    for (int i = 0; i < node->n_children && !verifier->failed; i++)
        check_node(verifier, node->children[i]);
}

/* A FOR: bounds from outside, then the body with its variable. */
static void check_for(struct verifier *verifier, const struct loop_node *node)
{
    const struct variable *variable = node->variable;
    if (!variable || variable->kind != VARIABLE_LOOP) {
        fail(verifier, "a loop without a loop variable", NULL);
        return;
    }
    const char *name = variable->name->text;
    expect(verifier, node->step > 0, "a step that is not positive", name);
    expect(verifier, node->n_lower > 0 && node->n_upper > 0,
        "a loop without bounds", name);
    expect(verifier, !verifier->in_scope[variable->id],
        "a loop inside a loop of the same variable", name);
    for (int i = 0; i < node->n_lower; i++)
        check_affine(verifier, node->lower[i]);
    for (int i = 0; i < node->n_upper; i++)
        check_affine(verifier, node->upper[i]);
    if (verifier->failed)
        return;
    expect(verifier,
        node->mode <= LOOP_PARALLEL || verifier->program->n_threads > 0,
        "blocks and threads without a GPU", name);
    if (node->mode == LOOP_PARALLEL)
        verifier->has_parallel = true;
    verifier->in_scope[variable->id] = true;
    check_children(verifier, node);
    verifier->in_scope[variable->id] = false;
}

/* A TRANSPOSE: statements of one block. */
static void check_transpose(
    struct verifier *verifier, const struct loop_node *node)
{
    const struct array *array = NULL;
    bool is_block = node->n_children &&
                    loop_is_transposed((struct loop_program *)verifier->program,
                        node, 0, node->n_children, &array);
    expect(verifier, is_block && array == node->array,
        "what is transposed is no block", NULL);
}

/* A node and all below it. */
static void check_node(struct verifier *verifier, const struct loop_node *node)
{
    verifier->node = node;
    switch (node->kind) {
    case LOOP_FOR:
        check_for(verifier, node);
        break;
    case LOOP_IF:
        check_guard(verifier, node->guard);
        check_children(verifier, node);
        break;
    case LOOP_SEQUENCE:
        check_children(verifier, node);
        break;
    case LOOP_TRANSPOSE:
        check_transpose(verifier, node);
        check_children(verifier, node);
        break;
    case LOOP_PREFETCH:
        expect(verifier, node->n_index == node->array->n_dimensions,
            "a hint has too few indices", NULL);
        for (int i = 0; i < node->n_index; i++)
            check_affine(verifier, node->index[i]);
        break;
    case LOOP_BARRIER:
    case LOOP_COMMIT:
    case LOOP_WAIT:
        expect(verifier, verifier->program->n_threads > 0,
            "a barrier without a GPU", NULL);
        expect(verifier, node->kind != LOOP_WAIT || node->step >= 0,
            "a wait for fewer groups than none", NULL);
        break;
    case LOOP_ASSIGN:
        check_assign(verifier, node);
        break;
    }
}

/* ---- Arrays ------------------------------------------------------------ */

/* Every axis is of a dimension; a dimension has one plain axis, or one outer
 * and one inner axis of the same block. */
static void check_axes(struct verifier *verifier, const struct array *array)
{
    const char *name = array->name->text;
    int64_t outer[MAX_RANK] = {0}, inner[MAX_RANK] = {0};
    int plain[MAX_RANK] = {0};
    for (int i = 0; i < array->n_axes; i++) {
        const struct array_axis *axis = &array->axes[i];
        if (axis->dimension < 0 || axis->dimension >= array->n_dimensions ||
            axis->block < 0) {
            fail(verifier, "an axis of no dimension", name);
            return;
        }
        plain[axis->dimension] += axis->block == 0;
        if (axis->block)
            (axis->is_inner ? inner : outer)[axis->dimension] = axis->block;
    }
    for (int i = 0; i < array->n_dimensions; i++)
        expect(verifier,
            plain[i] ? plain[i] == 1 && !outer[i] && !inner[i]
                     : outer[i] && outer[i] == inner[i],
            "a dimension without its axes in memory", name);
}

/* The most bytes of a stack array, and of all that are shared in a block. */
enum { STACK_BYTES = 32768, SHARED_BYTES = 232448 };

/* Bytes of a stack or shared array, at most "limit"; fails if an extent is not
 * a constant. */
static int64_t check_fixed_array(
    struct verifier *verifier, const struct array *array, int64_t limit)
{
    int64_t bytes = dtype_bits(array->type) / 8;
    for (int i = 0; i < array->n_dimensions; i++) {
        const struct affine *extent = array->extents[i];
        bool is_constant = affine_is_constant(extent) && extent->constant > 0;
        expect(verifier, is_constant && extent->constant <= limit,
            "a stack or shared array without constant extents",
            array->name->text);
        if (verifier->failed)
            return 0;
        bytes *= extent->constant;
        expect(verifier, bytes <= limit, "a stack or shared array is too large",
            array->name->text);
    }
    return bytes;
}

/* The extent of an axis in memory of an array without blocks. */
static const struct affine *get_extent(const struct array *array, int axis)
{
    return array->extents[array->axes[axis].dimension];
}

/* A view: of an array with as many elements in the same order in memory. */
static void check_view(struct verifier *verifier, const struct array *array)
{
    const struct array *base = array->view_of;
    const struct affine *last = array->extents[array->n_dimensions - 1];
    int n = array->n_dimensions;
    check_member(verifier, base);
    if (verifier->failed)
        return;
    expect(verifier,
        base->kind != ARRAY_VIEW && base->kind != ARRAY_REGISTER &&
            base->type == array->type && !base->is_strided &&
            base->n_axes == base->n_dimensions,
        "a view of an array that has none", array->name->text);
    for (int i = 0; i < n - 1; i++)
        expect(verifier,
            affine_is_equal(array->extents[i], get_extent(base, i)),
            "a view of another shape", array->name->text);
    for (int i = base->n_dimensions - 1; i >= n && !verifier->failed; i--) {
        int64_t extent = get_extent(base, i)->constant;
        bool divides = affine_is_constant(get_extent(base, i)) && extent > 0 &&
                       last->constant % extent == 0;
        expect(verifier, divides, "a view with other rows", array->name->text);
        if (divides)
            last = affine_floor(verifier->program->values, last, extent);
    }
    expect(verifier,
        verifier->failed || affine_is_equal(last, get_extent(base, n - 1)),
        "a view with another number of elements", array->name->text);
}

/* Shape of one array; adds its bytes to those on the stack, or shared. */
static void check_array(struct verifier *verifier, const struct array *array,
    int64_t *stack_bytes, int64_t *shared_bytes)
{
    const char *name = array->name->text;
    expect(verifier, array->kind != ARRAY_PRIVATE, "a private scalar is left",
        name);
    expect(verifier,
        array->n_dimensions >= 0 && array->n_dimensions <= MAX_RANK,
        "an array has too many dimensions", name);
    if (array->kind == ARRAY_REGISTER)
        expect(verifier, array->n_dimensions == 0 && array->n_lanes >= 1,
            "a register has a wrong shape", name);
    if (verifier->failed || array->kind == ARRAY_REGISTER)
        return;
    for (int i = 0; i < array->n_dimensions; i++)
        check_scalar_affine(verifier, array->extents[i]);
    if (!verifier->failed)
        check_axes(verifier, array);
    if (!verifier->failed && array->kind == ARRAY_VIEW)
        check_view(verifier, array);
    if (!verifier->failed && array->kind == ARRAY_STACK)
        *stack_bytes += check_fixed_array(verifier, array, STACK_BYTES);
    if (!verifier->failed && array->kind == ARRAY_SHARED)
        *shared_bytes +=
            (check_fixed_array(verifier, array, SHARED_BYTES) + 15) / 16 * 16;
}

/* The arrays: numbered in order, arguments and locals first. */
static void check_arrays(struct verifier *verifier)
{
    const struct loop_program *program = verifier->program;
    bool had_internal = false;
    int64_t stack_bytes = 0;
    int64_t shared_bytes = 0;
    for (int i = 0; i < program->n_arrays && !verifier->failed; i++) {
        const struct array *array = program->arrays[i];
        bool is_internal =
            array->kind == ARRAY_REGISTER || array->kind == ARRAY_STACK ||
            array->kind == ARRAY_SHARED || array->kind == ARRAY_VIEW;
        expect(verifier, array->id == i, "an array has a wrong number",
            array->name->text);
        expect(verifier, is_internal || !had_internal,
            "an argument comes after a register", array->name->text);
        expect(verifier, is_internal || array->position == i,
            "an argument has a wrong position", array->name->text);
        had_internal = had_internal || is_internal;
        check_array(verifier, array, &stack_bytes, &shared_bytes);
    }
    expect(verifier, stack_bytes <= STACK_BYTES,
        "the stack arrays are too large", NULL);
    expect(verifier, shared_bytes == program->shared_bytes,
        "the size of the shared arrays is not counted", NULL);
    expect(verifier, stack_bytes <= program->stack_bytes,
        "the size of the stack arrays is not counted", NULL);
}

bool loop_verify(struct compilation *c, const struct loop_program *program,
    const char *after)
{
    struct verifier verifier = {.c = c, .program = program, .after = after};
    verifier.in_scope =
        ARENA_ARRAY(c->scratch, program->values->n_variables, bool);
    for (int i = 0; i < program->n_parameters; i++)
        verifier.in_scope[program->parameters[i]->id] = true;
    for (int i = 0; i < program->n_requires; i++)
        check_guard(&verifier, program->requires[i]);
    for (int i = 0; i < program->n_heads; i++)
        verifier.in_scope[program->heads[i].variable->id] = true;
    check_arrays(&verifier);
    if (!verifier.failed)
        check_node(&verifier, program->body);
    verifier.node = NULL;
    if (program->n_threads && !verifier.failed) {
        const char *problem = loop_check_sections(c->scratch, program);
        expect(&verifier, !problem, problem, NULL);
    }
    expect(&verifier, verifier.has_parallel == program->has_parallel,
        "has_parallel is wrong", NULL);
    return !verifier.failed;
}
