/* What the instructions and the caches of a processor family cost: for passes
 * that choose between forms, and for the model that scores whole programs. The
 * numbers are rows of src/codegen_cpu/cpu_costs.def, reached as
 * machine->costs; they are all a decision may rest on, so that every host makes
 * the same object. */
#ifndef TAPC_BASE_COSTS_H
#define TAPC_BASE_COSTS_H

#include <stdbool.h>
#include <stdint.h>

/* How many vector instructions of one width start in a cycle.
 *
 * "fmas": multiply-adds and products. "adds": sums, minima, maxima,
 * conversions. "others": logic, blends, integer sums, comparisons. "shuffles":
 * anything that moves elements between lanes, two-source ones too;
 * "byte_shuffles": a look-up of bytes within 16.
 * Classes share ports: "fmas_adds" and "fmas_shuffles" are what two classes
 * manage together, "all" what all arithmetic and shuffles do.
 * "loads" are aligned (or within a line), broadcasts of one element included.
 * Loads and stores have ports of their own.
 */
struct costs_ports {
    double fmas;
    double adds;
    double others;
    double shuffles;
    double byte_shuffles;
    double fmas_adds;
    double fmas_shuffles;
    double all;
    double loads;
    double stores;
};

/* One level of memory as one core sees it.
 *
 * "bytes" is its size (a shared cache: what one core can count on); 0 in
 * the last one. Cycles for a 64-byte line: "read" into registers, "write" of a
 * line that is not in the level before (so read for ownership and evicted
 * later). A copy takes the sum.
 */
struct costs_level {
    int64_t bytes;
    double read;
    double write;
};

/* Bytes of a cache line. */
enum { COSTS_LINE_BYTES = 64 };

enum { COSTS_L1, COSTS_L2, COSTS_L3, COSTS_MEMORY, COSTS_N_LEVELS };

/* One processor family. Cycles unless said.
 *
 * "vector_bytes" is the width "wide" is about; "narrow" is for half of it and
 * below. "issue" is how many instructions of any kind start in a cycle.
 * Latencies: of a multiply-add, a sum, a shuffle, a load, of a store that is
 * loaded again, from the first operand to the result.
 * "load_crossing" and "store_crossing": extra slots of the load or store port,
 * as many as of wide accesses in that time, when an access lies in two cache
 * lines. "alias": extra cycles of a load
 * whose address agrees in its low 12 bits with that of a store just before.
 * "masked_load", "masked_store": extra slots. "masked_operations": extra
 * operations of class "others" for arithmetic under a mask.
 * "pair_shift": shuffles for consecutive lanes of two wide vectors.
 * "broadcast": extra shuffles for one element from memory in all lanes.
 * "divide", "square_root": between two wide ones of 32-bit elements; narrow
 * ones take half, 64-bit elements twice as long. "gather_element": per
 * element of a gather, by whichever instructions are best.
 * "levels": lines from where. "stream": a line written past all caches.
 * "stream_bytes": from this size on that pays. "prefetch_bytes": how far ahead
 * to ask for lines of arrays that are larger than a cache; 0: hardware knows.
 * "fork": waking the other cores and waiting for them. "branch_miss": one wrong
 * guess, as at the end of a short loop.
 */
struct costs {
    const char *family;
    int vector_bytes;
    struct costs_ports wide;
    struct costs_ports narrow;
    double issue;
    double fma_latency;
    double add_latency;
    double shuffle_latency;
    double load_latency;
    double forward_latency;
    double load_crossing;
    double store_crossing;
    double alias;
    double masked_load;
    double masked_store;
    double masked_operations;
    double pair_shift;
    double broadcast;
    double divide;
    double square_root;
    double gather_element;
    struct costs_level levels[COSTS_N_LEVELS];
    double stream;
    int64_t stream_bytes;
    int64_t prefetch_bytes;
    double fork;
    double branch_miss;
};

/* Loads of every so-manieth element, up to this one, are whole vectors and
 * shuffles. */
enum { COSTS_MOST_STEP = 8 };

/* The ports for vectors of this width. */
const struct costs_ports *costs_ports_of(
    const struct costs *costs, int vector_bytes);

/* Of the loads in a window that straddle two vectors, the share in percent
 * to make by a shift of the pair so that load ports and arithmetic ports are
 * busy alike (cpu.md 3.2); 0 where a shift is no single instruction, or where
 * most unaligned loads stay within a line. */
int costs_shift_percent(const struct costs *costs, int vector_bytes);

/* Does a vector of this width that lies in two cache lines cost no more than
 * two of half its width, stores included? */
bool costs_has_cheap_crossing(const struct costs *costs, int vector_bytes);

/* The level that holds this many bytes. */
int costs_level_of(const struct costs *costs, int64_t bytes);

#endif
