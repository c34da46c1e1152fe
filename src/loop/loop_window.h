/* Inside loop/: the register windows of one run of statements, which
 * loop_window.c collects and rewrites and loop_balance.c decides about. */
#ifndef TAPC_LOOP_LOOP_WINDOW_H
#define TAPC_LOOP_LOOP_WINDOW_H

#include "base/vector.h"
#include "loop/loop_scan.h"

/* Loads array[index + offset] of one run. Lanes "first" .. "last" are wanted
 * by a statement. */
struct window_tap {
    int64_t offset;
    int first;
    int last;
    bool is_shifted;
};

/* The loads of one row in one run: equal but for the constant of the last
 * index. "low" .. "high" - 1 are what they touch. "chunks[i]" is the register
 * of chunk first + i, "is_masked[i]": of which some statement wants a part
 * only. */
struct window {
    const struct value *example;
    int n_lanes;
    int64_t low;
    int64_t high;
    VECTOR(struct window_tap) taps;
    int64_t first;
    int n_chunks;
    bool *is_masked;
    struct array **chunks;
};

/* Statements first .. last - 1 of "node" under rewriting. "tap" is of the lanes
 * that the statement at hand runs for. */
struct window_run {
    struct loop_program *program;
    struct value_context *v;
    const struct loop_node *node;
    int begin;
    int end;
    const struct variable *lane;
    VECTOR(struct window *) windows;
    struct loop_node *into;
    struct window_tap tap;
};

/* How far behind a multiple of the lanes an offset lies. */
int window_get_residue(int n_lanes, int64_t offset);

/* The window a load belongs to, NULL if there is none. */
struct window *window_find(
    const struct window_run *run, const struct value *load);

/* Does some statement leave out lanes of the tap? */
bool window_is_masked(
    const struct window *window, const struct window_tap *tap);

/* The chunks that hold the elements wanted of a tap, from "*from" on, as
 * indices of "chunks": one or two. */
int window_get_chunks(
    const struct window *window, const struct window_tap *tap, int *from);

/* Of the taps that may be shifts let some be loads, so that the ports are busy
 * alike. */
void window_balance(const struct window_run *run);

#endif
