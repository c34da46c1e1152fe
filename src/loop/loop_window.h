/* Inside loop/: the register windows of one run of statements, which
 * loop_window.c collects and rewrites and loop_balance.c decides about. */
#ifndef TAPC_LOOP_LOOP_WINDOW_H
#define TAPC_LOOP_LOOP_WINDOW_H

#include "base/vector.h"
#include "loop/loop_scan.h"

/* Loads array[index + step*offset + phase] of one run. Lanes "first" .. "last"
 * are wanted by a statement, or with "is_open" up to one of them. "is_shifted":
 * it becomes a shift of chunks; "is_rotated": a vector from inside the row,
 * rotated. */
struct window_tap {
    int64_t offset;
    int first;
    int last;
    bool is_open;
    bool is_shifted;
    bool is_rotated;
};

/* A vector of a row that is in a register. */
struct window_vector {
    int64_t offset;
    struct array *array;
};

/* One row in one run: loads that differ in the constant of the last index and
 * in how it moves with the lanes. Elements "begin" .. "end" - 1 of it are
 * inside: the run touches the first and the last. With "is_open" only those
 * before "sure" are, and what is loaded behind asks for the row's extent. */
struct window_row {
    const struct value *example;
    int64_t begin;
    int64_t end;
    bool is_open;
    int64_t sure;
    VECTOR(struct window_vector) vectors;
};

/* The loads of every "step"-th element of a row from "phase" on. In these
 * elements the row reaches from "low" to "high" - 1. Chunk i is at "origin" +
 * n_lanes * (first + i); "chunks[i]" is its register, "is_masked[i]": some
 * statement wants a part of it only. "is_short": what is inside is less than a
 * vector, and there are no chunks. */
struct window {
    struct window_row *row;
    const struct value *example;
    int step;
    int phase;
    int n_lanes;
    int64_t low;
    int64_t high;
    VECTOR(struct window_tap) taps;
    int origin;
    int64_t first;
    bool is_short;
    int n_chunks;
    bool *is_masked;
    struct array **chunks;
};

/* Statements begin .. end - 1 of "node" under rewriting. "tap" is of the lanes
 * that the statement at hand runs for. */
struct window_run {
    struct loop_program *program;
    struct value_context *v;
    const struct loop_node *node;
    int begin;
    int end;
    const struct variable *lane;
    VECTOR(struct window_row *) rows;
    VECTOR(struct window *) windows;
    struct loop_node *into;
    struct window_tap tap;
};

/* Does the loop around the run move the window by less than a vector, so that
 * chunks lie anywhere? */
bool window_is_moving(
    const struct window_run *run, const struct window *window);

/* How far behind the chunk in which it begins an offset lies. */
int window_get_residue(const struct window *window, int64_t offset);

/* The window a load belongs to, and where it is in it; NULL if there is
 * none. */
struct window *window_find(
    const struct window_run *run, const struct value *load, int64_t *offset);

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
