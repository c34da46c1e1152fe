/* The program as written: nodes of the syntax tree, filled in with types and
 * declarations by parser_check.
 *
 * Files: ast.c (constructors, walker), ast_print.c (source-like text),
 * ast_dump.c (--emit=ast, the hash of a kernel), type.c (element types).
 *
 * All nodes live in the compilation's arena; nothing is freed alone. Lists
 * are arrays with a count. Every node has the range of its source text.
 */
#ifndef TAPC_AST_AST_H
#define TAPC_AST_AST_H

#include "ast/type.h"
#include "base/compilation.h"
#include "base/name.h"
#include "base/source.h"
#include "base/text.h"

/* ---- Declarations ------------------------------------------------------ */

enum ast_parameter_kind {
    AST_PARAMETER_RUNTIME,  /* N */
    AST_PARAMETER_CONSTANT, /* pad = 1 */
    AST_PARAMETER_SET       /* K in {3, 4, *} */
};

/* A kernel parameter. "value" is the constant of "pad = 1"; "values" are
 * those of a set, in source order without duplicates, and "is_open" says
 * that the set has a "*". After parser_define (-D), "is_fixed" parameters of
 * any kind have their "value" and vanish from the entry. */
struct ast_parameter {
    const struct name *name;
    struct source_range range;
    enum ast_parameter_kind kind;
    bool is_fixed;
    int64_t value;
    int n_values;
    const int64_t *values;
    bool is_open;
    int position; /* 0, 1, ... in declared order */
};

/* "size P = e;" */
struct ast_size {
    const struct name *name;
    struct source_range range;
    struct ast_expression *value;
};

enum ast_direction { AST_IN, AST_OUT, AST_INOUT, AST_LOCAL };

/* A tensor, or with 0 dimensions a scalar argument. */
struct ast_tensor {
    const struct name *name;
    struct source_range range;
    enum ast_direction direction;
    enum dtype type;
    int n_dimensions;
    struct ast_expression **extents;
    bool is_strided;
    int position; /* in declared order, locals counted too */
};

/* "for n in A..B": one loop; lower NULL means 0. */
struct ast_loop {
    const struct name *name;
    struct source_range range;
    struct ast_expression *lower;
    struct ast_expression *upper; /* exclusive */
};

/* "f32 acc = e;": private to the iteration it stands in. */
struct ast_scalar {
    const struct name *name;
    struct source_range range;
    enum dtype type;
};

/* "extern f32 f(f32) from "act.c";": parsed, then refused (E0212). */
struct ast_extern {
    const struct name *name;
    struct source_range range;
};

/* ---- Expressions ------------------------------------------------------- */

enum ast_expression_kind {
    AST_INTEGER,  /* integer literal, in "integer" */
    AST_REAL,     /* literal with point or exponent, in "real" */
    AST_NAME,     /* resolved into "declared" */
    AST_ACCESS,   /* tensor[index]...; "tensor", operands are the indices */
    AST_ELSE,     /* operand 0 is the access, operand 1 the else value */
    AST_UNARY,    /* "operator" */
    AST_BINARY,   /* "operator" */
    AST_SELECT,   /* operand 0 ? operand 1 : operand 2 */
    AST_CAST,     /* to "type" */
    AST_CALL,     /* "function" of the operands */
    AST_BORDER,   /* clamp(i), wrap(i), mirror(i) as an index: "function" */
    AST_REDUCTION /* "reduction" over "loops" if "condition" of operand 0 */
};

enum ast_operator {
    AST_ADD,
    AST_SUBTRACT,
    AST_MULTIPLY,
    AST_DIVIDE,
    AST_REMAINDER,
    AST_LESS,
    AST_LESS_EQUAL,
    AST_GREATER,
    AST_GREATER_EQUAL,
    AST_EQUAL,
    AST_NOT_EQUAL,
    AST_AND,
    AST_OR,
    AST_NOT,
    AST_NEGATE
};

enum ast_function {
#define FUNCTION(id, name, n_arguments, kind) AST_##id,
#include "../lang/functions.def"
#undef FUNCTION
    AST_N_FUNCTIONS
};

enum ast_reduction { AST_SUM, AST_PROD, AST_MIN_OF, AST_MAX_OF };

/* What a name stands for. */
enum ast_declared_kind {
    AST_DECLARED_NONE,
    AST_DECLARED_PARAMETER,
    AST_DECLARED_SIZE,
    AST_DECLARED_TENSOR, /* a tensor, or a scalar argument */
    AST_DECLARED_LOOP,
    AST_DECLARED_SCALAR
};

struct ast_declared {
    enum ast_declared_kind kind;
    union {
        const struct ast_parameter *parameter;
        const struct ast_size *size;
        const struct ast_tensor *tensor;
        const struct ast_loop *loop;
        const struct ast_scalar *scalar;
    };
};

/* "type" after parser_check: the dtype of the value. A value of class
 * DTYPE_INDEX is an integer expression of parameters, sizes and loops.
 * Literals have taken the type of their operand. f16 and bf16 operands of
 * arithmetic give type F32, narrow integers I32 (see dtype_arithmetic); no
 * AST_CAST nodes are inserted for that. */
struct ast_expression {
    enum ast_expression_kind kind;
    struct source_range range;
    enum dtype type;
    int64_t integer;
    double real;
    const struct name *name;
    struct ast_declared declared;
    const struct ast_tensor *tensor;
    struct source_range
        token_range; /* the operator, or the name it begins with */
    enum ast_operator operator;
    enum ast_function function; /* AST_N_FUNCTIONS before parser_check */
    enum ast_reduction reduction;
    int n_loops;
    struct ast_loop **loops;
    struct ast_expression *condition;
    int n_operands;
    struct ast_expression **operands;
};

/* ---- Statements -------------------------------------------------------- */

enum ast_statement_kind {
    AST_FOR,    /* loops, condition, body */
    AST_BLOCK,  /* { body... } */
    AST_ASSIGN, /* target op value */
    AST_DECLARE /* scalar = value */
};

enum ast_assignment {
    AST_SET,
    AST_ACCUMULATE, /* += */
    AST_SCALE,      /* *= */
    AST_MINIMIZE,   /* min= */
    AST_MAXIMIZE    /* max= */
};

struct ast_statement {
    enum ast_statement_kind kind;
    struct source_range range;
    int n_loops;
    struct ast_loop **loops;
    struct ast_expression *condition;
    int n_body;
    struct ast_statement **body;
    enum ast_assignment assignment;
    struct ast_expression *target; /* AST_ACCESS or AST_NAME of a scalar */
    struct ast_expression *value;
    struct ast_scalar *scalar;
};

/* ---- Schedules --------------------------------------------------------- */

enum ast_word_kind {
    AST_WORD_NAME,    /* p, as, by, t.l is one word "t.l" */
    AST_WORD_INTEGER, /* 64 */
    AST_WORD_HOLE,    /* ?{...}: "choices" */
    AST_WORD_LAYOUT,  /* [N][C/16]...: "axes" */
    AST_WORD_COMMA,
    AST_WORD_BAR /* | */
};

/* One axis of a layout: the extent expression as text ("C", "L + 2") in
 * "name" or the position of "#1" in "position" (else -1), with "block" 16
 * and is_inner for C%16, block 16 for C/16, block 0 for a plain axis. With a
 * hole for the block, "block" is its first choice. */
struct ast_layout_axis {
    struct source_range range;
    const struct name *name;
    struct ast_expression *extent; /* unresolved: names only as text */
    int position;
    int64_t block;
    const struct ast_word *block_hole; /* of "C/?{8, 16}", else NULL */
    bool is_inner;
};

/* A word of a directive. A hole in force is its first choice. */
struct ast_word {
    enum ast_word_kind kind;
    struct source_range range;
    const struct name *name;
    int64_t integer;
    int n_axes;
    struct ast_layout_axis *axes;
    int n_choices; /* each choice is a list of words */
    struct ast_word_list *choices;
};

struct ast_word_list {
    int n_words;
    struct ast_word *words;
};

/* "tile p by 64;": "directive" is the row of lang/directives.def. */
enum ast_directive_kind {
#define DIRECTIVE(id, name, shape, cpu, gpu) AST_DIRECTIVE_##id,
#include "../lang/directives.def"
#undef DIRECTIVE
    AST_N_DIRECTIVES
};

struct ast_directive {
    enum ast_directive_kind kind;
    const struct name *name;
    struct source_range range;      /* without the ";" */
    struct source_range name_range; /* the first word */
    int n_words;                    /* after the first word */
    struct ast_word *words;
};

struct ast_schedule {
    const struct name *kernel_name;
    struct source_range kernel_range; /* of the kernel's name */
    const struct name *target; /* "cpu", "x86", "x86-64-v4", "sm_90", ... */
    struct source_range target_range;
    struct ast_expression *condition; /* of sizes it is for, NULL: all */
    struct source_range range;
    int n_directives;
    struct ast_directive **directives;
};

/* ---- The file ---------------------------------------------------------- */

struct ast_kernel {
    const struct name *name;
    struct source_range range; /* the whole kernel */
    struct source_range name_range;
    int n_parameters;
    struct ast_parameter **parameters;
    int n_requires;
    struct ast_expression **requires; /* conditions */
    int n_sizes;
    struct ast_size **sizes;
    int n_tensors;
    struct ast_tensor **tensors;
    int n_body;
    struct ast_statement **body;
};

struct ast_program {
    const struct source *source;
    int n_kernels;
    struct ast_kernel **kernels;
    int n_schedules;
    struct ast_schedule **schedules;
    int n_externs;
    struct ast_extern **externs;
};

/* A new node of a kind, with its range; everything else zero. */
struct ast_expression *ast_expression_new(struct arena *arena,
    enum ast_expression_kind kind, struct source_range range);
struct ast_statement *ast_statement_new(struct arena *arena,
    enum ast_statement_kind kind, struct source_range range);

/* Are both the same expression, names compared as text? */
bool ast_expression_is_equal(
    const struct ast_expression *a, const struct ast_expression *b);

/* Call "visit" for an expression and all below it, parents first; stops and
 * returns false when "visit" does. */
bool ast_expression_foreach(struct ast_expression *expression,
    bool (*visit)(struct ast_expression *, void *), void *user);

/* The spelling in the language. */
const char *ast_operator_text(enum ast_operator operator);
const char *ast_function_name(enum ast_function function);
const char *ast_reduction_name(enum ast_reduction reduction);
const char *ast_assignment_text(enum ast_assignment assignment);
const char *ast_direction_name(enum ast_direction direction);
const char *ast_directive_name(enum ast_directive_kind kind);

/* Append source-like text that parses back to the same tree. */
void ast_print_expression(
    struct text *text, const struct ast_expression *expression);
/* "n in N, c in 1..C if n < c" of a for or a reduction; condition NULL: none */
void ast_print_loops(struct text *text, int n_loops,
    struct ast_loop *const *loops, const struct ast_expression *condition);
void ast_print_directive(
    struct text *text, const struct ast_directive *directive);
void ast_print_schedule(struct text *text, const struct ast_schedule *schedule);
/* The hash of a kernel's text without blanks, comments and the values that
 * constants have: 16 digits of 0-9a-f. After parser_check. */
const char *ast_hash_kernel(
    struct arena *arena, const struct ast_kernel *kernel);
/* --emit=ast: the tree, one node a line, indented, with types. */
void ast_print(struct text *text, const struct ast_program *program);

#endif
