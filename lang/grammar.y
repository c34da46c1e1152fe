/* Tokens to syntax tree: builds, decides nothing. You may be looking at the
 * generated copy; edit lang/grammar.y. The actions call src/parser/
 * parser_build.c; syntax errors are worded in src/parser/parser_syntax.c.
 */
%require "3.8"
%expect 0
%define api.pure full
%define api.prefix {parser_yy}
%define api.token.prefix {TOKEN_}
%define api.location.type {struct source_range}
%define api.value.type union
%define parse.error custom
%define parse.lac full
%locations
%initial-action { @$ = parser_build_start(context); }
%param {struct parser_context *context}

%code requires {
#include "parser/parser_build.h"
}

%code provides {
#define YYSTYPE PARSER_YYSTYPE
#define YYLTYPE PARSER_YYLTYPE

/* The next token; END once the parser gave up. In parser_scan.c. */
int parser_scan_next(PARSER_YYSTYPE *value, struct source_range *range,
    struct parser_context *context);
int parser_scan_word(struct parser_context *context, PARSER_YYSTYPE *value,
    struct source_range range);
int parser_scan_integer(struct parser_context *context,
    PARSER_YYSTYPE *value, struct source_range range);
int parser_scan_real(struct parser_context *context, PARSER_YYSTYPE *value,
    struct source_range range);
int parser_scan_bad_number(struct parser_context *context,
    PARSER_YYSTYPE *value, struct source_range range);
}

%code {
#undef yylex
#define yylex parser_scan_next
#define YYMAXDEPTH 20000
#define YYLLOC_DEFAULT(result, right, n)                                      \
    ((result) = (n) ? source_join(YYRHSLOC(right, 1), YYRHSLOC(right, n))     \
                    : parser_build_empty_range(YYRHSLOC(right, 0)))

/* Out of stack: too much nesting. */
static void yyerror(struct source_range *range,
    struct parser_context *context, const char *message)
{
    (void)message;
    parser_syntax_too_deep(context, *range);
}
}

%token END 0 "end of file"
%token <const struct name *> NAME "name"
%token <int64_t> INTEGER "integer"
%token <double> REAL "number"
%token STRING "string"
%token <enum dtype> DTYPE "element type"
%token KERNEL "kernel" REQUIRE "require" SIZE "size" IN "in" OUT "out"
%token INOUT "inout" LOCAL "local" STRIDED "strided" FOR "for" IF "if"
%token ELSE "else" SCHEDULE "schedule" EXTERN "extern"
%token ADD_ASSIGN "+=" MULTIPLY_ASSIGN "*=" MIN_ASSIGN "min=" MAX_ASSIGN "max="
%token LESS_EQUAL "<=" GREATER_EQUAL ">=" EQUAL "==" NOT_EQUAL "!="
%token AND "&&" OR "||" RANGE ".."

%right '?' ':'
%left OR
%left AND
%nonassoc EQUAL NOT_EQUAL
%nonassoc '<' '>' LESS_EQUAL GREATER_EQUAL
%left '+' '-'
%precedence REDUCTION
%left '*' '/' '%'
%precedence UNARY

%nterm <struct ast_expression *> expression primary alternative condition
%nterm <struct ast_expression *> target
%nterm <struct parser_list *> expressions arguments indices loops
%nterm <struct ast_loop *> loop
%nterm <struct ast_statement *> statement
%nterm <struct parser_list *> statements
%nterm <enum ast_assignment> assign
%nterm <enum ast_direction> direction
%nterm <int64_t> signed_integer
%nterm <bool> strided
%nterm <struct ast_word> word choice_word hole
%nterm <struct ast_word_list *> words choice
%nterm <struct parser_list *> choices
%nterm <struct ast_layout_axis> axis
%nterm <const struct name *> target_name

%%

program:
    items;

items:
    %empty
  | items item;

item:
    kernel
  | schedule
  | extern
  | error
  | error ';' { yyerrok; }
  | error '{' skipped '}' { yyerrok; }
  | error '}' { yyerrok; };

skipped:
    %empty { parser_scan_skip_block(context); };

extern:
    EXTERN DTYPE NAME '(' types ')' NAME STRING ';'
        { parser_build_extern(context, $3, @$); };

types:
    %empty
  | type_list;

type_list:
    DTYPE
  | type_list ',' DTYPE;

/* ---- Kernels ------------------------------------------------------------ */

kernel:
    kernel_head '(' parameters ')' requires '{' parts '}'
        { parser_build_kernel_end(context, @$); }
  | kernel_head '(' parameters ')' requires '{' parts error '}'
        { yyerrok; };

kernel_head:
    KERNEL NAME { parser_build_kernel_begin(context, $2, @2); };

parameters:
    %empty
  | parameter_list;

parameter_list:
    parameter
  | parameter_list ',' parameter;

parameter:
    NAME
        { parser_build_parameter(context, AST_PARAMETER_RUNTIME, $1, 0, @$); }
  | NAME '=' signed_integer
        { parser_build_parameter(context, AST_PARAMETER_CONSTANT, $1, $3, @$); }
  | NAME IN '{' set '}'
        { parser_build_parameter(context, AST_PARAMETER_SET, $1, 0, @$); };

set:
    set_value
  | set ',' set_value;

set_value:
    signed_integer { parser_build_set_value(context, $1, @1); }
  | '*' { parser_build_set_open(context); };

signed_integer:
    INTEGER
  | '-' INTEGER { $$ = -$2; };

requires:
    %empty
  | requires REQUIRE require_list;

require_list:
    expression { parser_build_require(context, $1); }
  | require_list ',' expression { parser_build_require(context, $3); };

parts:
    %empty
  | parts part;

part:
    SIZE size_list ';'
  | tensors ';'
  | statement { parser_build_kernel_statement(context, $1); };

size_list:
    size
  | size_list ',' size;

size:
    NAME '=' expression { parser_build_size(context, $1, $3, @$); };

tensors:
    direction DTYPE { parser_build_tensors(context, $1, $2); } tensor_list;

tensor_list:
    tensor
  | tensor_list ',' tensor;

tensor:
    NAME strided { parser_build_tensor(context, $1, NULL, $2, @1); }
  | NAME indices strided
        { parser_build_tensor(context, $1, $2, $3, source_join(@1, @2)); };

strided:
    %empty { $$ = false; }
  | STRIDED { $$ = true; };

direction:
    IN { $$ = AST_IN; }
  | OUT { $$ = AST_OUT; }
  | INOUT { $$ = AST_INOUT; }
  | LOCAL { $$ = AST_LOCAL; };

/* ---- Statements --------------------------------------------------------- */

statements:
    %empty { $$ = parser_list_new(context); }
  | statements statement { $$ = parser_list_add(context, $1, $2); };

statement:
    FOR loops condition statement
        { $$ = parser_build_for(context, $2, $3, $4, @$); }
  | '{' statements '}' { $$ = parser_build_block(context, $2, @$); }
  | '{' statements error '}' { $$ = NULL; yyerrok; }
  | DTYPE NAME '=' expression ';'
        { $$ = parser_build_declare(context, $1, $2, @2, $4, @$); }
  | target assign expression ';'
        { $$ = parser_build_assign(context, $1, $2, $3, @$); }
  | error ';' { $$ = NULL; yyerrok; }
  | error '{' statements '}' { $$ = NULL; yyerrok; };

target:
    NAME { $$ = parser_build_name(context, $1, @$); }
  | NAME indices { $$ = parser_build_access(context, $1, $2, @$); };

assign:
    '=' { $$ = AST_SET; }
  | ADD_ASSIGN { $$ = AST_ACCUMULATE; }
  | MULTIPLY_ASSIGN { $$ = AST_SCALE; }
  | MIN_ASSIGN { $$ = AST_MINIMIZE; }
  | MAX_ASSIGN { $$ = AST_MAXIMIZE; };

loops:
    loop { $$ = parser_list_add(context, parser_list_new(context), $1); }
  | loops ',' loop { $$ = parser_list_add(context, $1, $3); };

loop:
    NAME IN expression { $$ = parser_build_loop(context, $1, NULL, $3, @$); }
  | NAME IN expression RANGE expression
        { $$ = parser_build_loop(context, $1, $3, $5, @$); };

condition:
    %empty { $$ = NULL; }
  | IF expression { $$ = $2; };

/* ---- Expressions -------------------------------------------------------- */

expression:
    primary
  | '-' expression %prec UNARY
        { $$ = parser_build_unary(context, AST_NEGATE, $2, @1); }
  | '!' expression %prec UNARY
        { $$ = parser_build_unary(context, AST_NOT, $2, @1); }
  | expression '+' expression
        { $$ = parser_build_binary(context, AST_ADD, $1, $3, @2); }
  | expression '-' expression
        { $$ = parser_build_binary(context, AST_SUBTRACT, $1, $3, @2); }
  | expression '*' expression
        { $$ = parser_build_binary(context, AST_MULTIPLY, $1, $3, @2); }
  | expression '/' expression
        { $$ = parser_build_binary(context, AST_DIVIDE, $1, $3, @2); }
  | expression '%' expression
        { $$ = parser_build_binary(context, AST_REMAINDER, $1, $3, @2); }
  | expression '<' expression
        { $$ = parser_build_binary(context, AST_LESS, $1, $3, @2); }
  | expression LESS_EQUAL expression
        { $$ = parser_build_binary(context, AST_LESS_EQUAL, $1, $3, @2); }
  | expression '>' expression
        { $$ = parser_build_binary(context, AST_GREATER, $1, $3, @2); }
  | expression GREATER_EQUAL expression
        { $$ = parser_build_binary(context, AST_GREATER_EQUAL, $1, $3, @2); }
  | expression EQUAL expression
        { $$ = parser_build_binary(context, AST_EQUAL, $1, $3, @2); }
  | expression NOT_EQUAL expression
        { $$ = parser_build_binary(context, AST_NOT_EQUAL, $1, $3, @2); }
  | expression AND expression
        { $$ = parser_build_binary(context, AST_AND, $1, $3, @2); }
  | expression OR expression
        { $$ = parser_build_binary(context, AST_OR, $1, $3, @2); }
  | expression '?' expression ':' expression
        { $$ = parser_build_select(context, $1, $3, $5, @2); }
  | NAME '(' loops condition ')' expression %prec REDUCTION
        { $$ = parser_build_reduction(context, $1, @1, $3, $4, $6, @$); };

primary:
    INTEGER { $$ = parser_build_integer(context, $1, @$); }
  | REAL { $$ = parser_build_real(context, $1, @$); }
  | NAME { $$ = parser_build_name(context, $1, @$); }
  | NAME indices { $$ = parser_build_access(context, $1, $2, @$); }
  | NAME '(' arguments ')'
        { $$ = parser_build_call(context, $1, @1, $3, @$); }
  | DTYPE '(' alternative ')'
        { $$ = parser_build_cast(context, $1, @1, $3, @$); }
  | '(' alternative ')' { $$ = $2; $$->range = @$; };

indices:
    '[' expressions ']' { $$ = $2; }
  | indices '[' expressions ']' { $$ = parser_list_join(context, $1, $3); };

expressions:
    expression
        { $$ = parser_list_add(context, parser_list_new(context), $1); }
  | expressions ',' expression { $$ = parser_list_add(context, $1, $3); };

arguments:
    %empty { $$ = parser_list_new(context); }
  | alternative
        { $$ = parser_list_add(context, parser_list_new(context), $1); }
  | arguments ',' alternative { $$ = parser_list_add(context, $1, $3); };

alternative:
    expression
  | expression ELSE alternative
        { $$ = parser_build_else(context, $1, $3, @2); };

/* ---- Schedules ---------------------------------------------------------- */

schedule:
    schedule_head '{' directives '}'
        { parser_build_schedule_end(context, @$); }
  | schedule_head '{' directives error '}' { yyerrok; };

schedule_head:
    SCHEDULE NAME FOR target_name condition
        { parser_build_schedule_begin(context, $2, @2, $4, @4, $5); };

target_name:
    NAME { $$ = parser_build_target(context, NULL, @1); }
  | target_name '-' NAME { $$ = parser_build_target(context, $1, @3); }
  | target_name '-' INTEGER { $$ = parser_build_target(context, $1, @3); };

directives:
    %empty
  | directives directive;

directive:
    NAME words ';'
        { parser_build_directive(context, $1, @1, $2, source_join(@1, @2)); }
  | error ';' { yyerrok; };

words:
    %empty { $$ = parser_build_word_list(context); }
  | words word { $$ = parser_build_add_word(context, $1, $2); };

word:
    choice_word
  | ',' { $$ = parser_build_word(context, AST_WORD_COMMA, NULL, 0, @$); }
  | '|' { $$ = parser_build_word(context, AST_WORD_BAR, NULL, 0, @$); };

choice_word:
    NAME { $$ = parser_build_word(context, AST_WORD_NAME, $1, 0, @$); }
  | NAME '.' NAME { $$ = parser_build_dotted(context, @$); }
  | IN { $$ = parser_build_dotted(context, @$); }
  | signed_integer
        { $$ = parser_build_word(context, AST_WORD_INTEGER, NULL, $1, @$); }
  | hole
  | axis { $$ = parser_build_layout(context, $1, @$); };

hole:
    '?' '{' choices '}' { $$ = parser_build_hole(context, $3, @$); };

choices:
    choice { $$ = parser_list_add(context, parser_list_new(context), $1); }
  | choices ',' choice { $$ = parser_list_add(context, $1, $3); };

choice:
    choice_word
        {
            $$ = parser_build_add_word(
                context, parser_build_word_list(context), $1);
        }
  | choice choice_word { $$ = parser_build_add_word(context, $1, $2); };

axis:
    '[' expression ']' { $$ = parser_build_axis(context, $2, @$); }
  | '[' expression '/' hole ']'
        { $$ = parser_build_axis_hole(context, $2, -1, $4, false, @$); }
  | '[' expression '%' hole ']'
        { $$ = parser_build_axis_hole(context, $2, -1, $4, true, @$); }
  | '[' '#' INTEGER ']'
        { $$ = parser_build_axis_at(context, $3, 0, false, @$); }
  | '[' '#' INTEGER '/' INTEGER ']'
        { $$ = parser_build_axis_at(context, $3, $5, false, @$); }
  | '[' '#' INTEGER '%' INTEGER ']'
        { $$ = parser_build_axis_at(context, $3, $5, true, @$); }
  | '[' '#' INTEGER '/' hole ']'
        { $$ = parser_build_axis_hole(context, NULL, $3, $5, false, @$); }
  | '[' '#' INTEGER '%' hole ']'
        { $$ = parser_build_axis_hole(context, NULL, $3, $5, true, @$); };

%%

/* Hand the token found and the tokens expected to parser_syntax.c. */
static int yyreport_syntax_error(
    const yypcontext_t *at, struct parser_context *context)
{
    enum { MOST = YYNTOKENS };
    yysymbol_kind_t expected[MOST];
    const char *names[MOST];
    int n = yypcontext_expected_tokens(at, expected, MOST);
    if (n < 0)
        n = 0;
    for (int i = 0; i < n; i++)
        names[i] = yysymbol_name(expected[i]);
    parser_syntax_error(context, *yypcontext_location(at),
        yysymbol_name(yypcontext_token(at)), n, names);
    return 0;
}
