/* Every row of the table of costs is complete and in itself plausible, and the
 * decisions that are derived from it are the ones measured.
 */
#include "codegen_cpu/codegen_cpu.h"
#include "codegen_cpu/cpu_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum {
    N_FAMILIES = 0
#define COSTS(identifier, name, ...) +1
#include "codegen_cpu/cpu_costs.def"
#undef COSTS
};

/* Rates are there, and together classes manage at least what one does and at
 * most the sum. */
static void check_ports(const struct costs_ports *ports)
{
    assert_true(ports->fmas > 0 && ports->adds > 0 && ports->others > 0);
    assert_true(ports->shuffles > 0 && ports->byte_shuffles > 0);
    assert_true(ports->loads > 0 && ports->stores > 0);
    assert_true(ports->fmas_adds >= ports->fmas);
    assert_true(ports->fmas_adds >= ports->adds);
    assert_true(ports->fmas_adds <= ports->fmas + ports->adds);
    assert_true(ports->fmas_shuffles >= ports->fmas);
    assert_true(ports->fmas_shuffles <= ports->fmas + ports->shuffles);
    assert_true(ports->all >= ports->fmas_adds);
    assert_true(ports->all >= ports->fmas_shuffles);
    assert_true(ports->all >= ports->others);
}

/* Sizes grow, and lines come slower, from level to level. */
static void check_levels(const struct costs *costs)
{
    for (int i = COSTS_L2; i < COSTS_N_LEVELS; i++) {
        const struct costs_level *level = &costs->levels[i];

        assert_true(level->read > costs->levels[i - 1].read);
        assert_true(level->write > costs->levels[i - 1].write);
    }
    assert_true(costs->levels[COSTS_L1].bytes < costs->levels[COSTS_L2].bytes);
    assert_true(costs->levels[COSTS_L3].bytes > 0);
    assert_int_equal(costs->levels[COSTS_MEMORY].bytes, 0);
    assert_true(costs->stream < costs->levels[COSTS_MEMORY].write);
    assert_true(costs->stream_bytes >= costs->levels[COSTS_L3].bytes);
}

/* All rows. */
static void test_rows(void **state)
{
    (void)state;
    for (int i = 0; i < N_FAMILIES; i++) {
        const struct costs *costs = &cpu_costs[i];

        check_ports(&costs->wide);
        check_ports(&costs->narrow);
        check_levels(costs);
        assert_true(costs->issue >= costs->wide.all);
        assert_true(costs->fma_latency > 0 && costs->add_latency > 0);
        assert_true(costs->load_latency > 0 && costs->forward_latency > 0);
        assert_true(costs->divide > 0 && costs->square_root > 0);
        assert_true(costs->gather_element > 0 && costs->pair_shift > 0);
        assert_true(costs->fork > 0 && costs->branch_miss > 0);
    }
}

/* Shifts balance ports: a half on Zen 5 (cpu.md 3.2), a third on Intel; below
 * 64 bytes loads stay within a line more often. */
static void test_decisions(void **state)
{
    (void)state;
    assert_int_equal(costs_shift_percent(&cpu_costs[FAMILY_ZEN5], 64), 50);
    assert_int_equal(
        costs_shift_percent(&cpu_costs[FAMILY_SAPPHIRERAPIDS], 64), 33);
    assert_int_equal(
        costs_shift_percent(&cpu_costs[FAMILY_SAPPHIRERAPIDS], 32), 0);
    assert_true(costs_has_cheap_crossing(&cpu_costs[FAMILY_ZEN5], 64));
    assert_false(
        costs_has_cheap_crossing(&cpu_costs[FAMILY_SAPPHIRERAPIDS], 64));
}

/* A processor has its family's row, a level a generic one. */
static void test_machines(void **state)
{
    struct compilation c = {.arena = arena_new()};
    const struct machine *machine =
        cpu_machine_of_processor(&c, &target_x86_64, "emeraldrapids");

    (void)state;
    assert_ptr_equal(machine->costs, &cpu_costs[FAMILY_SAPPHIRERAPIDS]);
    machine = cpu_machine_of_level(&target_x86_64, "x86-64-v4");
    assert_ptr_equal(machine->costs, &cpu_costs[FAMILY_GENERIC_V4]);
    machine = cpu_machine_of_level(&target_aarch64, "neon");
    assert_ptr_equal(machine->costs, &cpu_costs[FAMILY_GENERIC_ARM]);
    assert_int_equal(costs_level_of(machine->costs, 1), COSTS_L1);
    assert_int_equal(costs_level_of(machine->costs, INT64_MAX), COSTS_MEMORY);
    arena_free(c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_decisions),
        cmocka_unit_test(test_machines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
