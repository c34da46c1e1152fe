/* Makes a failing case smaller while it fails in the same way: fewer
 * directives, nests, runs and conditions, simpler expressions and options,
 * smaller sizes. */
#include <string.h>

#include "fuzz.h"

enum { MOST_TRIALS = 160, MOST_SLOW_TRIALS = 24, TIME_STATUS = 124 };

struct shrinking {
    const struct fuzz_settings *settings;
    struct fuzz_case *fuzz;
    struct fuzz_result *result;
    int n_trials;
};

/* Keep "candidate" if it fails like the case does. */
static bool try_candidate(
    struct shrinking *shrinking, const struct fuzz_case *candidate)
{
    struct fuzz_result result;
    bool is_slow = shrinking->result->status == TIME_STATUS;
    if (shrinking->n_trials >= (is_slow ? MOST_SLOW_TRIALS : MOST_TRIALS))
        return false;
    shrinking->n_trials++;
    batch_run(shrinking->settings, 1, candidate, candidate, &result);
    if (result.verdict != shrinking->result->verdict ||
        result.status != shrinking->result->status ||
        strcmp(result.code, shrinking->result->code) != 0)
        return false;
    *shrinking->fuzz = *candidate;
    *shrinking->result = result;
    return true;
}

/* Without directive "at"; a layout goes back to the declared order. */
static void drop_directive(struct fuzz_case *fuzz, int at)
{
    int tensor = fuzz->directives[at].tensor;
    if (fuzz->directives[at].kind == FUZZ_LAYOUT && tensor >= 0) {
        struct fuzz_tensor *changed = &fuzz->tensors[tensor];
        changed->has_layout = false;
        changed->n_axes = changed->rank;
        memset(changed->axes, 0, sizeof changed->axes);
        for (int i = 0; i < changed->rank; i++)
            changed->axes[i].dimension = i;
    }
    for (int i = at; i + 1 < fuzz->n_directives; i++)
        fuzz->directives[i] = fuzz->directives[i + 1];
    fuzz->n_directives--;
}

static void shrink_directives(struct shrinking *shrinking)
{
    for (int i = 0; i < shrinking->fuzz->n_directives; i++) {
        struct fuzz_case candidate = *shrinking->fuzz;
        drop_directive(&candidate, i);
        if (try_candidate(shrinking, &candidate))
            i--;
    }
}

static void mark_expression(const struct fuzz_case *fuzz, int at, bool *is_used)
{
    const struct fuzz_expression *expression = &fuzz->expressions[at];
    if (expression->kind == FUZZ_LOAD) {
        is_used[expression->tensor] = true;
        if (expression->otherwise >= 0)
            mark_expression(fuzz, expression->otherwise, is_used);
    }
    for (int i = 0; i < expression->n_operands; i++)
        mark_expression(fuzz, expression->operands[i], is_used);
}

static void mark_statement(const struct fuzz_case *fuzz, int at, bool *is_used)
{
    const struct fuzz_statement *statement = &fuzz->statements[at];
    if (statement->is_deleted)
        return;
    if (statement->kind == FUZZ_ASSIGN && statement->tensor >= 0)
        is_used[statement->tensor] = true;
    if (statement->kind != FUZZ_FOR)
        mark_expression(fuzz, statement->value, is_used);
    for (int i = 0; i < statement->n_children; i++)
        mark_statement(fuzz, statement->children[i], is_used);
}

/* Tensors nobody names any more go. */
static void drop_tensors(struct fuzz_case *fuzz)
{
    bool is_used[FUZZ_MAX_TENSORS] = {false};
    for (int i = 0; i < fuzz->n_roots; i++)
        mark_statement(fuzz, fuzz->roots[i], is_used);
    for (int i = 0; i < fuzz->n_tensors; i++)
        fuzz->tensors[i].is_deleted = !is_used[i];
}

/* A loop without statements goes too; children come after some parents, so
 * look until nothing changes. */
static void delete_empty_loops(struct fuzz_case *fuzz)
{
    bool has_changed = true;
    while (has_changed) {
        has_changed = false;
        for (int i = 0; i < fuzz->n_statements; i++) {
            struct fuzz_statement *statement = &fuzz->statements[i];
            bool is_empty = statement->kind == FUZZ_FOR;
            for (int j = 0; j < statement->n_children; j++)
                is_empty &= fuzz->statements[statement->children[j]].is_deleted;
            if (!is_empty || statement->is_deleted)
                continue;
            statement->is_deleted = true;
            has_changed = true;
        }
    }
}

static void shrink_statements(struct shrinking *shrinking)
{
    for (int i = 0; i < shrinking->fuzz->n_statements; i++) {
        struct fuzz_case candidate = *shrinking->fuzz;
        if (candidate.statements[i].is_deleted)
            continue;
        candidate.statements[i].is_deleted = true;
        delete_empty_loops(&candidate);
        drop_tensors(&candidate);
        try_candidate(shrinking, &candidate);
    }
}

/* Replace an expression by one of its operands of the same type. */
static void shrink_expressions(struct shrinking *shrinking)
{
    for (int i = 0; i < shrinking->fuzz->n_expressions; i++)
        for (int j = 0; j < shrinking->fuzz->expressions[i].n_operands; j++) {
            struct fuzz_case candidate = *shrinking->fuzz;
            struct fuzz_expression *expression = &candidate.expressions[i];
            int operand = expression->operands[j];
            bool is_plain = expression->kind == FUZZ_BINARY ||
                            expression->kind == FUZZ_CALL ||
                            expression->kind == FUZZ_SELECT ||
                            expression->kind == FUZZ_NEGATE;
            if (!is_plain ||
                candidate.expressions[operand].type != expression->type)
                continue;
            candidate.expressions[i] = candidate.expressions[operand];
            drop_tensors(&candidate);
            if (try_candidate(shrinking, &candidate))
                j = -1;
        }
}

static void shrink_conditions(struct shrinking *shrinking)
{
    for (int i = 0; i < shrinking->fuzz->n_statements; i++) {
        struct fuzz_case candidate = *shrinking->fuzz;
        if (!candidate.statements[i].condition.is_used)
            continue;
        candidate.statements[i].condition.is_used = false;
        try_candidate(shrinking, &candidate);
    }
    for (int i = 0; i < shrinking->fuzz->n_requires; i++) {
        struct fuzz_case candidate = *shrinking->fuzz;
        for (int j = i; j + 1 < candidate.n_requires; j++)
        candidate.requires[j] = candidate.requires[j + 1];
        candidate.n_requires--;
        if (try_candidate(shrinking, &candidate))
            i--;
    }
}

/* One run is enough; which one, the test shows. */
static void shrink_runs(struct shrinking *shrinking)
{
    for (int run = 0; run < shrinking->fuzz->n_runs; run++) {
        struct fuzz_case candidate = *shrinking->fuzz;
        for (int i = 0; i < candidate.n_parameters; i++)
            candidate.parameters[i].runs[0] = candidate.parameters[i].runs[run];
        candidate.data_modes[0] = candidate.data_modes[run];
        candidate.n_runs = 1;
        if (candidate.n_runs < shrinking->fuzz->n_runs &&
            try_candidate(shrinking, &candidate))
            return;
    }
}

/* Smaller values of parameters, constants included. */
static void shrink_sizes(struct shrinking *shrinking)
{
    for (int i = 0; i < shrinking->fuzz->n_parameters; i++)
        for (int turn = 0; turn < 8; turn++) {
            struct fuzz_case candidate = *shrinking->fuzz;
            struct fuzz_parameter *parameter = &candidate.parameters[i];
            int value = parameter->runs[0];
            int smaller = turn % 2 == 0 ? value / 2 : value - 1;
            if (parameter->kind == FUZZ_SET || smaller < 1)
                break;
            for (int run = 0; run < FUZZ_MAX_RUNS; run++)
                parameter->runs[run] = smaller;
            parameter->default_value = smaller;
            if (!try_candidate(shrinking, &candidate) && turn % 2 == 1)
                break;
        }
}

static void shrink_options(struct shrinking *shrinking)
{
    for (int choice = 0; choice < 5; choice++) {
        struct fuzz_case candidate = *shrinking->fuzz;
        if (choice == 0)
            candidate.options[0] = 0;
        if (choice == 1)
            candidate.fp = FUZZ_CONTRACT;
        if (choice == 2)
            snprintf(candidate.isa, sizeof candidate.isa, "x86-64-v3");
        if (choice == 3)
            snprintf(candidate.isa, sizeof candidate.isa, "x86-64");
        if (choice == 4)
            for (int i = 0; i < candidate.n_tensors; i++)
                candidate.tensors[i].is_strided = false;
        try_candidate(shrinking, &candidate);
    }
}

void shrink_case(const struct fuzz_settings *settings, struct fuzz_case *fuzz,
    struct fuzz_result *result)
{
    struct shrinking shrinking = {settings, fuzz, result, 0};
    for (int turn = 0; turn < 3; turn++) {
        int before = shrinking.n_trials;
        shrink_directives(&shrinking);
        shrink_statements(&shrinking);
        shrink_runs(&shrinking);
        shrink_expressions(&shrinking);
        shrink_conditions(&shrinking);
        shrink_options(&shrinking);
        shrink_sizes(&shrinking);
        if (shrinking.n_trials == before || shrinking.n_trials >= MOST_TRIALS)
            return;
    }
}
