/* The object in memory, its functions found by name, called with arguments as
 * the entry takes them.
 */
#include "base/object.h"
#include "verify/verify_internal.h"

/* A status no kernel returns: more arguments than a call can have. */
enum { TOO_MANY = 99 };

/* "arguments" has room for one call. */
struct verify_object {
    struct object *object;
    const char *entry;
    const char *parallel;
    int n_slots;
    struct verify_slot *slots;
    struct object_argument *arguments;
};

/* Append a slot. */
static void add_slot(struct verify_slot *slots, int *n,
    enum verify_slot_kind kind, const struct ast_tensor *tensor,
    const struct ast_parameter *parameter)
{
    struct verify_slot slot = {kind, tensor, parameter};
    slots[(*n)++] = slot;
}

int verify_list_slots(
    const struct ast_kernel *kernel, struct verify_slot *slots)
{
    int n = 0;
    bool has_local = false;
    for (int i = 0; i < kernel->n_tensors; i++) {
        const struct ast_tensor *tensor = kernel->tensors[i];
        bool is_scalar =
            tensor->n_dimensions == 0 && tensor->direction == AST_IN;
        if (tensor->direction == AST_LOCAL) {
            has_local = true;
            continue;
        }
        add_slot(slots, &n, is_scalar ? VERIFY_SLOT_SCALAR : VERIFY_SLOT_ARRAY,
            tensor, NULL);
        if (tensor->is_strided)
            add_slot(slots, &n, VERIFY_SLOT_STRIDES, tensor, NULL);
    }
    if (has_local)
        add_slot(slots, &n, VERIFY_SLOT_WORKSPACE, NULL, NULL);
    for (int i = 0; i < kernel->n_parameters; i++)
        if (kernel->parameters[i]->kind != AST_PARAMETER_CONSTANT &&
            !kernel->parameters[i]->is_fixed)
            add_slot(
                slots, &n, VERIFY_SLOT_PARAMETER, NULL, kernel->parameters[i]);
    return n;
}

bool verify_slot_is_real(const struct verify_slot *slot)
{
    return slot->kind == VERIFY_SLOT_SCALAR &&
           (slot->tensor->type == DTYPE_F64 || slot->tensor->type == DTYPE_F32);
}

struct verify_object *verify_object_load(
    struct verify_run *run, const char **problem)
{
    const struct ast_kernel *kernel = run->request->kernel;
    struct verify_object *object = ARENA_NEW(run->arena, struct verify_object);
    int n_most = 2 * kernel->n_tensors + kernel->n_parameters + 1;

    object->entry = kernel->name->text;
    object->parallel = arena_printf(run->arena, "%s_parallel", object->entry);
    object->slots = ARENA_ARRAY(run->arena, n_most, struct verify_slot);
    object->n_slots = verify_list_slots(kernel, object->slots);
    object->arguments =
        ARENA_ARRAY(run->arena, n_most + 1, struct object_argument);
    object->object = object_load(run->arena, run->request->object, problem);
    if (!object->object)
        return NULL;
    if (object_find(object->object, object->entry))
        return object;
    *problem = "a symbol is missing";
    return NULL;
}

void *verify_object_find(struct verify_object *object,
    const struct verify_variant *variant, bool by_entry)
{
    const char *name = variant->symbol;

    if (by_entry)
        name =
            variant->program->has_parallel ? object->parallel : object->entry;
    return name ? object_find(object->object, name) : NULL;
}

int verify_object_call(struct verify_object *object, void *function,
    uint64_t *arguments, bool has_pool)
{
    struct object_call call;
    int n = object->n_slots + has_pool;

    for (int i = 0; i < n; i++)
        object->arguments[i] = (struct object_argument){arguments[i],
            i < object->n_slots && verify_slot_is_real(&object->slots[i])};
    if (!object_prepare(&call, function, n, object->arguments))
        return TOO_MANY;
    return (int32_t)object_run(&call);
}
