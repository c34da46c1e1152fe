#include "base/object.h"

#include <elf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/guarded.h"

/* A jump to an address anywhere, for functions of this process. */
enum { STUB_BYTES = 16 };

/* The object at work. "addresses" by section: where it is, NULL if it is not
 * loaded. "stubs" has one for each symbol. */
struct object {
    struct blob blob;
    Elf64_Ehdr head;
    const Elf64_Shdr *sections;
    char **addresses;
    char *memory;
    char *stubs;
    const Elf64_Sym *symbols;
    uint64_t n_symbols;
    const char *names;
    uint64_t n_names_bytes;
};

/* ---- Reading ----------------------------------------------------------- */

/* A table inside the object, checked to lie within it; NULL if not. */
static const void *get_range(
    const struct blob *blob, uint64_t offset, uint64_t n_bytes)
{
    if (offset > blob->size_bytes || n_bytes > blob->size_bytes - offset)
        return NULL;
    return blob->bytes + offset;
}

/* A copy of a table, aligned; NULL if it does not lie within the object. */
static void *copy_range(struct arena *arena, const struct blob *blob,
    uint64_t offset, uint64_t n_bytes)
{
    const void *at = get_range(blob, offset, n_bytes);

    return at ? arena_copy(arena, at, n_bytes) : NULL;
}

/* The header and the sections; false if it is no object of this machine. */
static bool read_sections(struct arena *arena, struct object *object)
{
#if defined(__aarch64__)
    const int machine = EM_AARCH64;
#else
    const int machine = EM_X86_64;
#endif
    const void *head = get_range(&object->blob, 0, sizeof object->head);

    if (!head)
        return false;
    memcpy(&object->head, head, sizeof object->head);
    if (memcmp(object->head.e_ident, ELFMAG, SELFMAG) != 0 ||
        object->head.e_ident[EI_CLASS] != ELFCLASS64 ||
        object->head.e_type != ET_REL || object->head.e_machine != machine)
        return false;
    object->sections = copy_range(arena, &object->blob, object->head.e_shoff,
        object->head.e_shnum * sizeof(Elf64_Shdr));
    return object->sections != NULL;
}

/* The symbols and their names. */
static bool read_symbols(struct arena *arena, struct object *object)
{
    for (int i = 0; i < object->head.e_shnum; i++) {
        const Elf64_Shdr *table = &object->sections[i];

        if (table->sh_type != SHT_SYMTAB ||
            table->sh_link >= object->head.e_shnum)
            continue;
        object->symbols =
            copy_range(arena, &object->blob, table->sh_offset, table->sh_size);
        object->n_symbols = table->sh_size / sizeof(Elf64_Sym);
        table = &object->sections[table->sh_link];
        object->names =
            get_range(&object->blob, table->sh_offset, table->sh_size);
        object->n_names_bytes = table->sh_size;
    }
    return object->symbols && object->names && object->n_names_bytes > 0 &&
           object->names[object->n_names_bytes - 1] == '\0';
}

/* The name of a symbol. */
static const char *get_name(
    const struct object *object, const Elf64_Sym *symbol)
{
    return symbol->st_name < object->n_names_bytes
               ? object->names + symbol->st_name
               : "";
}

/* ---- Placing ----------------------------------------------------------- */

/* "at" rounded up to a multiple. */
static uint64_t round_up(uint64_t at, uint64_t multiple)
{
    return multiple > 1 ? (at + multiple - 1) / multiple * multiple : at;
}

/* Offsets of the sections that are code, or of the others, from "at" on; where
 * they end. */
static uint64_t place(
    struct object *object, uint64_t at, bool is_code, uint64_t *offsets)
{
    for (int i = 0; i < object->head.e_shnum; i++) {
        const Elf64_Shdr *section = &object->sections[i];
        bool is_this = (section->sh_flags & SHF_EXECINSTR) != 0;

        if (!(section->sh_flags & SHF_ALLOC) || is_this != is_code)
            continue;
        offsets[i] = at = round_up(at, section->sh_addralign);
        at += section->sh_size;
    }
    return at;
}

/* Copy the sections to where they belong. */
static bool copy_sections(struct object *object, const uint64_t *offsets)
{
    for (int i = 0; i < object->head.e_shnum; i++) {
        const Elf64_Shdr *section = &object->sections[i];
        const void *from;

        if (!(section->sh_flags & SHF_ALLOC))
            continue;
        object->addresses[i] = object->memory + offsets[i];
        if (section->sh_type == SHT_NOBITS || section->sh_size == 0)
            continue;
        from = get_range(&object->blob, section->sh_offset, section->sh_size);
        if (!from)
            return false;
        memcpy(object->addresses[i], from, section->sh_size);
    }
    return true;
}

/* ---- Linking ----------------------------------------------------------- */

/* Write a stub for a function of this process; NULL if it is none that code
 * may need. */
static char *write_stub(char *stub, const char *name)
{
    void *(*copy)(void *, const void *, size_t) = memcpy;
    void *(*set)(void *, int, size_t) = memset;
    uint64_t target = 0;
#if defined(__aarch64__)
    static const uint32_t jump[] = {0x58000050, 0xd61f0200}; /* ldr, br x16 */
    enum { TARGET = 8 };
#else
    static const unsigned char jump[] = {0xff, 0x25, 0, 0, 0, 0};
    enum { TARGET = 6 };
#endif

    if (strcmp(name, "memcpy") == 0)
        memcpy(&target, &copy, sizeof target);
    else if (strcmp(name, "memset") == 0)
        memcpy(&target, &set, sizeof target);
    else
        return NULL;
    memcpy(stub, jump, sizeof jump);
    memcpy(stub + TARGET, &target, sizeof target);
    return stub;
}

/* The address of symbol "i"; NULL if it has none here. */
static char *get_address(struct object *object, uint64_t i)
{
    const Elf64_Sym *symbol = &object->symbols[i];

    if (symbol->st_shndx == SHN_UNDEF)
        return write_stub(
            object->stubs + i * STUB_BYTES, get_name(object, symbol));
    if (symbol->st_shndx >= object->head.e_shnum ||
        !object->addresses[symbol->st_shndx])
        return NULL;
    return object->addresses[symbol->st_shndx] + symbol->st_value;
}

#if defined(__aarch64__)
/* Change some bits of an instruction. */
static void set_bits(char *at, uint32_t mask, uint32_t bits)
{
    uint32_t word;

    memcpy(&word, at, sizeof word);
    word = (word & ~mask) | (bits & mask);
    memcpy(at, &word, sizeof word);
}

/* Relocate the place "at" to "target"; false for a kind not known. */
static bool relocate(char *at, uint64_t kind, uint64_t target)
{
    uint64_t here = (uint64_t)(uintptr_t)at;
    int64_t pages = (int64_t)(target >> 12) - (int64_t)(here >> 12);
    int shift = 0;

    switch (kind) {
    case R_AARCH64_ADR_PREL_PG_HI21:
        set_bits(at, 0x60ffffe0,
            ((uint32_t)pages & 3) << 29 | ((uint32_t)(pages >> 2) << 5));
        return true;
    case R_AARCH64_CALL26:
    case R_AARCH64_JUMP26:
        set_bits(at, 0x03ffffff, (uint32_t)((int64_t)(target - here) >> 2));
        return true;
    case R_AARCH64_LDST128_ABS_LO12_NC:
        shift = 4;
        break;
    case R_AARCH64_LDST64_ABS_LO12_NC:
        shift = 3;
        break;
    case R_AARCH64_LDST32_ABS_LO12_NC:
        shift = 2;
        break;
    case R_AARCH64_LDST16_ABS_LO12_NC:
        shift = 1;
        break;
    case R_AARCH64_LDST8_ABS_LO12_NC:
    case R_AARCH64_ADD_ABS_LO12_NC:
        break;
    case R_AARCH64_ABS64:
        memcpy(at, &target, sizeof target);
        return true;
    case R_AARCH64_PREL32: {
        int32_t distance = (int32_t)(target - here);

        memcpy(at, &distance, sizeof distance);
        return true;
    }
    default:
        return false;
    }
    set_bits(at, 0x003ffc00, (uint32_t)(target & 0xfff) >> shift << 10);
    return true;
}
#else
/* Relocate the place "at" to "target"; false for a kind not known. */
static bool relocate(char *at, uint64_t kind, uint64_t target)
{
    int32_t distance = (int32_t)(target - (uint64_t)(uintptr_t)at);

    switch (kind) {
    case R_X86_64_64:
        memcpy(at, &target, sizeof target);
        return true;
    case R_X86_64_PC32:
    case R_X86_64_PLT32:
        memcpy(at, &distance, sizeof distance);
        return true;
    default:
        return false;
    }
}
#endif

/* All relocations of one table; false if one is not understood. */
static bool apply_table(
    struct arena *arena, struct object *object, const Elf64_Shdr *table)
{
    const Elf64_Rela *rows =
        copy_range(arena, &object->blob, table->sh_offset, table->sh_size);
    uint64_t n = table->sh_size / sizeof *rows;
    char *section = object->addresses[table->sh_info];

    for (uint64_t i = 0; rows && i < n; i++) {
        uint64_t symbol = ELF64_R_SYM(rows[i].r_info);
        char *target =
            symbol < object->n_symbols ? get_address(object, symbol) : NULL;
        uint64_t size = object->sections[table->sh_info].sh_size;

        if (!target || size < 8 || rows[i].r_offset > size - 4 ||
            !relocate(section + rows[i].r_offset, ELF64_R_TYPE(rows[i].r_info),
                (uint64_t)(uintptr_t)target + (uint64_t)rows[i].r_addend))
            return false;
    }
    return rows != NULL;
}

/* All relocations. */
static bool apply_tables(struct arena *arena, struct object *object)
{
    for (int i = 0; i < object->head.e_shnum; i++) {
        const Elf64_Shdr *table = &object->sections[i];

        if (table->sh_type == SHT_RELA &&
            table->sh_info < object->head.e_shnum &&
            object->addresses[table->sh_info] &&
            !apply_table(arena, object, table))
            return false;
    }
    return true;
}

/* ---- The whole --------------------------------------------------------- */

/* Memory for all, code first; its contents, linked. NULL or what is wrong. */
static const char *load(struct arena *arena, struct object *object)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t *offsets = ARENA_ARRAY(arena, object->head.e_shnum, uint64_t);
    uint64_t stubs = round_up(place(object, 0, true, offsets), STUB_BYTES);
    uint64_t code = round_up(stubs + object->n_symbols * STUB_BYTES, page);
    uint64_t end = place(object, code, false, offsets);

    object->memory = mmap(NULL, end + 1, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (object->memory == MAP_FAILED)
        return "memory is short";
    object->stubs = object->memory + stubs;
    object->addresses = ARENA_ARRAY(arena, object->head.e_shnum, char *);
    if (!copy_sections(object, offsets) || !apply_tables(arena, object))
        return "it needs what this loader does not know";
    __builtin___clear_cache(object->memory, object->memory + code);
    if (mprotect(object->memory, code, PROT_READ | PROT_EXEC) != 0)
        return "its code cannot be made executable";
    return NULL;
}

struct object *object_load(
    struct arena *arena, struct blob blob, const char **problem)
{
    struct object *object = ARENA_NEW(arena, struct object);

    object->blob = blob;
    *problem = "it is no object for this machine";
    if (!read_sections(arena, object) || !read_symbols(arena, object))
        return NULL;
    *problem = load(arena, object);
    return *problem ? NULL : object;
}

void *object_find(const struct object *object, const char *name)
{
    for (uint64_t i = 0; i < object->n_symbols; i++) {
        const Elf64_Sym *symbol = &object->symbols[i];

        if (ELF64_ST_TYPE(symbol->st_info) == STT_FUNC &&
            symbol->st_shndx < object->head.e_shnum &&
            object->addresses[symbol->st_shndx] &&
            strcmp(get_name(object, symbol), name) == 0)
            return object->addresses[symbol->st_shndx] + symbol->st_value;
    }
    return NULL;
}

bool object_prepare(struct object_call *call, const void *function, int n,
    const struct object_argument *arguments)
{
    int n_reals = 0;

    *call = (struct object_call){.function = function};
    for (int i = 0; i < n; i++) {
        if (arguments[i].is_real ? n_reals == OBJECT_MAX_REALS
                                 : call->n_integers == OBJECT_MAX_INTEGERS)
            return false;
        if (arguments[i].is_real)
            memcpy(&call->reals[n_reals++], &arguments[i].bits, sizeof(double));
        else
            call->integers[call->n_integers++] = arguments[i].bits;
    }
    return true;
}

/* Where an argument goes depends on those of its class before it only, so all
 * that are no reals may come first, and more than the function takes do no
 * harm. */
#define TYPES_8                                                                \
    uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,      \
        uint64_t
#define REAL_TYPES                                                             \
    double, double, double, double, double, double, double, double
#define VALUES_8(i, at)                                                        \
    i[at], i[at + 1], i[at + 2], i[at + 3], i[at + 4], i[at + 5], i[at + 6],   \
        i[at + 7]

int64_t object_run(const struct object_call *call)
{
    typedef int64_t (*few_function)(TYPES_8, REAL_TYPES);
    typedef int64_t (*many_function)(TYPES_8, TYPES_8, TYPES_8, TYPES_8,
        TYPES_8, TYPES_8, TYPES_8, TYPES_8, REAL_TYPES);
    const uint64_t *i = call->integers;
    const double *r = call->reals;
    few_function few;
    many_function many;

    if (call->n_integers <= 8) {
        memcpy(&few, &call->function, sizeof few);
        return few(VALUES_8(i, 0), VALUES_8(r, 0));
    }
    memcpy(&many, &call->function, sizeof many);
    return many(VALUES_8(i, 0), VALUES_8(i, 8), VALUES_8(i, 16),
        VALUES_8(i, 24), VALUES_8(i, 32), VALUES_8(i, 40), VALUES_8(i, 48),
        VALUES_8(i, 56), VALUES_8(r, 0));
}
