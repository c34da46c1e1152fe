/* Inside schedule/: windows that slide, for default_panel.c and
 * default_pack.c. */
#ifndef TAPC_SCHEDULE_DEFAULT_PANEL_H
#define TAPC_SCHEDULE_DEFAULT_PANEL_H

#include "schedule/schedule_default.h"

/* The loops of a window: "lanes", the "row" along which it slides, inside
 * them, and the innermost loop over its taps, of "statement". */
struct window {
    struct schedule *schedule;
    struct schedule_node *lanes;
    struct schedule_node *row;
    struct schedule_node *taps;
    const struct model_statement *statement;
    bool slides;
    bool shares;
};

/* Find a window that slides along "row", "lanes" set. */
bool schedule_window_find_along(
    struct window *window, struct schedule_node *row);

/* Jam rows and taps to a tile that the registers hold, of a multiple of "width"
 * rows; the row loop runs "n_rows" times (0: not known). */
void schedule_window_jam(struct window *window, int64_t n_rows, int width);

/* Jam another loop over the same rows alike. */
void schedule_window_jam_rows(
    const struct window *window, struct schedule_node *row);

/* Taps in tiles of "factor" around lanes and rows: the first value and the
 * last use of each partial result, which stay on the stack meanwhile, have
 * loops of their own. Returns the tile loop. */
struct schedule_node *schedule_window_cut_taps(
    struct window *window, int64_t factor);

/* Copy the weights of one strip of lanes to the stack, where they lie together:
 * rows of many channels are a power of two of bytes apart more often than not
 * and would share few sets of the cache. Only where strips are whole. */
void schedule_window_stage_weights(struct window *window, int64_t n_rows);

/* Where all that a tile of rows, jammed by now, reads along all of the lanes
 * stays in so many bytes of a cache, but not what all rows read: tiles of rows
 * around the lanes, so that memory is walked once from end to end. False, with
 * nothing changed, elsewhere. */
bool schedule_window_keep_near(
    struct window *window, int64_t n_rows, int64_t cache);

/* Where what a window reads is more than the second-level cache holds: tiles of
 * rows, and in them strips of lanes, copied to the stack one strip ahead;
 * false, with nothing changed, where it is less or has another form. */
bool schedule_window_stage_ahead(struct window *window, int64_t n_rows);

/* default_dilation.c: where taps are apart, cut the rows by residue; "row" is
 * then the loop along which they are not. */
void schedule_window_cut_dilation(struct window *window);

#endif
