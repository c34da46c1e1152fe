/* The C around an oracle: prototypes of the objects as abi.md has them
 * (declared beside the generated header, so that a difference is an error),
 * calls with the right arguments, and the tables fuzz_support.c reads. */
#include <string.h>

#include "fuzz.h"

static const char *c_type(enum fuzz_dtype dtype)
{
    static const char *const names[] = {"double", "float", "uint16_t",
        "uint16_t", "int32_t", "int16_t", "int8_t", "uint8_t"};
    return names[dtype];
}

static bool is_argument(const struct fuzz_parameter *parameter)
{
    return parameter->kind != FUZZ_CONSTANT && !parameter->is_defined;
}

static bool has_local(const struct fuzz_case *fuzz)
{
    for (int i = 0; i < fuzz->n_tensors; i++)
        if (fuzz->tensors[i].direction == FUZZ_LOCAL &&
            !fuzz->tensors[i].is_deleted)
            return true;
    return false;
}

/* "const float *x, const int64_t *x_strides, ..., int64_t N". */
static void print_prototype(
    FILE *out, const struct fuzz_case *fuzz, const char *name, bool is_parallel)
{
    const char *separator = "";
    fprintf(out, "int %s%s(", name, is_parallel ? "_parallel" : "");
    for (int i = 0; i < fuzz->n_tensors; i++) {
        const struct fuzz_tensor *tensor = &fuzz->tensors[i];
        if (tensor->direction == FUZZ_LOCAL || tensor->is_deleted)
            continue;
        if (tensor->rank == 0)
            fprintf(out, "%s%s", separator, c_type(tensor->dtype));
        else
            fprintf(out, "%s%s%s *", separator,
                tensor->direction == FUZZ_IN ? "const " : "",
                c_type(tensor->dtype));
        separator = ", ";
        if (tensor->is_strided)
            fputs(", const int64_t *", out);
    }
    if (has_local(fuzz)) {
        fprintf(out, "%svoid *", separator);
        separator = ", ";
    }
    for (int i = 0; i < fuzz->n_parameters; i++)
        if (is_argument(&fuzz->parameters[i])) {
            fprintf(out, "%sint64_t", separator);
            separator = ", ";
        }
    if (is_parallel)
        fprintf(out, "%sconst struct tapc_parallel *", separator);
    fputs(");\n", out);
}

/* "V_[0], V_[2]" */
static void print_values(
    FILE *out, const struct fuzz_case *fuzz, const char *separator)
{
    for (int i = 0; i < fuzz->n_parameters; i++)
        if (is_argument(&fuzz->parameters[i])) {
            fprintf(out, "%sV_[%d]", separator, i);
            separator = ", ";
        }
}

static void print_call(
    FILE *out, const struct fuzz_case *fuzz, const char *name, bool is_parallel)
{
    const char *separator = "";
    fprintf(out, "return %s%s(", name, is_parallel ? "_parallel" : "");
    for (int i = 0; i < fuzz->n_tensors; i++) {
        const struct fuzz_tensor *tensor = &fuzz->tensors[i];
        if (tensor->direction == FUZZ_LOCAL || tensor->is_deleted)
            continue;
        fprintf(out, "%s%s(%s *)T_[%d]", separator,
            tensor->rank == 0 ? "*" : "", c_type(tensor->dtype), i);
        separator = ", ";
        if (tensor->is_strided)
            fprintf(out, ", S_[%d]", i);
    }
    if (has_local(fuzz)) {
        fprintf(out, "%sW_", separator);
        separator = ", ";
    }
    print_values(out, fuzz, separator);
    if (is_parallel)
        fputs(", Q_", out);
    fputs(");\n", out);
}

static void print_object(
    FILE *out, const struct fuzz_case *fuzz, const struct fuzz_object *object)
{
    if (object->name[0] == 0)
        return;
    fprintf(out, "#include \"%s\"\n", object->header);
    print_prototype(out, fuzz, object->name, false);
    if (object->has_parallel)
        print_prototype(out, fuzz, object->name, true);
    fprintf(out,
        "static int call_%s(void *const *T_, const int64_t *const *S_,\n"
        "    void *W_, const int64_t *V_, const void *Q_) {\n"
        "(void)T_; (void)S_; (void)W_; (void)V_; (void)Q_;\n",
        object->name);
    if (object->has_parallel) {
        fputs("if (Q_)\n", out);
        print_call(out, fuzz, object->name, true);
    }
    print_call(out, fuzz, object->name, false);
    fputs("}\n", out);
    if (!has_local(fuzz))
        return;
    fprintf(out,
        "static int64_t workspace_%s(const int64_t *V_) {\n(void)V_;\n"
        "return %s_workspace(",
        object->name, object->name);
    print_values(out, fuzz, "");
    fputs(");\n}\n", out);
}

static void print_tensors(FILE *out, const struct fuzz_case *fuzz, int position)
{
    fprintf(
        out, "static const struct support_tensor tensors_%d[] = {\n", position);
    for (int i = 0; i < fuzz->n_tensors; i++) {
        const struct fuzz_tensor *tensor = &fuzz->tensors[i];
        fprintf(out, "{\"%s\", %d, %d, %d, %d, %d, {", tensor->name,
            tensor->is_deleted ? FUZZ_LOCAL : tensor->direction, tensor->dtype,
            tensor->rank, tensor->is_strided, tensor->n_axes);
        for (int j = 0; j < tensor->n_axes; j++)
            fprintf(out, "{%d, %d, %d},", tensor->axes[j].dimension,
                tensor->axes[j].block, tensor->axes[j].is_inner);
        fputs(tensor->n_axes == 0 ? "{0, 0, 0}}},\n" : "}},\n", out);
    }
    fputs("};\n", out);
}

/* Values and extents of every run. */
static void print_runs(FILE *out, const struct fuzz_case *fuzz, int position)
{
    for (int run = 0; run < fuzz->n_runs; run++) {
        int64_t symbols[FUZZ_N_SYMBOLS];
        case_symbols(fuzz, run, symbols);
        fprintf(out, "static const int64_t values_%d_%d[] = {", position, run);
        for (int i = 0; i < fuzz->n_parameters; i++)
            fprintf(out, "%lld, ", (long long)symbols[i]);
        fprintf(out, "0};\nstatic const int64_t extents_%d_%d[][4] = {\n",
            position, run);
        for (int i = 0; i < fuzz->n_tensors; i++) {
            const struct fuzz_tensor *tensor = &fuzz->tensors[i];
            for (int j = 0; j < FUZZ_MAX_RANK; j++)
                fprintf(out, "%s%lld", j == 0 ? "{" : ", ",
                    j >= tensor->rank || tensor->is_deleted
                        ? 0ll
                        : (long long)index_evaluate(
                              &tensor->extents[j], symbols));
            fputs("},\n", out);
        }
        fputs("};\n", out);
    }
    fprintf(out, "static const struct support_run runs_%d[] = {\n", position);
    for (int run = 0; run < fuzz->n_runs; run++)
        fprintf(out, "{values_%d_%d, extents_%d_%d, %d, %d},\n", position, run,
            position, run, case_expected_status(fuzz, run),
            fuzz->data_modes[run]);
    fputs("};\n", out);
}

static void print_object_row(FILE *out, const struct fuzz_case *fuzz,
    const struct fuzz_object *object, bool has_layout)
{
    if (object->name[0] == 0) {
        fputs("{0, 0, 0, 0},\n", out);
        return;
    }
    fprintf(out, "{call_%s, ", object->name);
    if (has_local(fuzz))
        fprintf(out, "workspace_%s, ", object->name);
    else
        fputs("0, ", out);
    fprintf(out, "%d, %d},\n", has_layout, object->has_parallel);
}

void caller_print(FILE *out, const struct fuzz_case *fuzz, int position,
    const struct fuzz_object *objects)
{
    char name[32];
    snprintf(name, sizeof name, "oracle_%d", position);
    oracle_print(out, fuzz, name);
    print_object(out, fuzz, &objects[0]);
    print_object(out, fuzz, &objects[1]);
    print_tensors(out, fuzz, position);
    print_runs(out, fuzz, position);
    fprintf(out,
        "static const struct support_case case_%d = {\n"
        "%d, %lluull, %d, tensors_%d, %d, runs_%d, oracle_%d, %d, %d, %d, {\n",
        position, position, (unsigned long long)fuzz->seed, fuzz->n_tensors,
        position, fuzz->n_runs, position, position, fuzz->is_fused,
        fuzz->is_approximate, fuzz->fp == FUZZ_REASSOC);
    print_object_row(out, fuzz, &objects[0], true);
    print_object_row(out, fuzz, &objects[1], false);
    fputs("}};\n\n", out);
}

void caller_print_table(FILE *out, int n, const int *positions)
{
    fputs("const struct support_case *const support_cases[] = {\n", out);
    for (int i = 0; i < n; i++)
        fprintf(out, "&case_%d,\n", positions[i]);
    fprintf(out, "};\nconst int support_n_cases = %d;\n", n);
}
