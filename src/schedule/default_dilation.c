/* Dilated windows: with taps d apart, rows l, l + d, l + 2*d, ... share their
 * inputs, and those of another residue share none of them. The rows become
 * l = d*q + r, each residue r by itself: along q the taps are next to each
 * other. */
#include "schedule/default_panel.h"
#include "schedule/schedule_residue.h"

/* Taps apart up to which residues are loops of their own. */
enum { MOST_APART = 64 };

/* How far apart the taps are along the rows: 0 if there is no such window. */
struct dilation {
    struct window *window;
    int64_t apart;
};

/* A visit: a load whose index moves with row and tap. */
static void note_apart(const struct value *value, void *user)
{
    struct dilation *dilation = user;
    const struct window *window = dilation->window;

    if (value->kind != VALUE_LOAD || value->array->kind == ARRAY_PRIVATE)
        return;
    for (int i = 0; i < value->n_index; i++) {
        const struct affine *form = schedule_in_loops(
            window->schedule, window->statement, value->index[i]);
        int64_t tap = affine_coefficient(form, window->taps->variable);

        if (affine_coefficient(form, window->row->variable) == 1 && tap != 0)
            dilation->apart = tap < 0 ? -tap : tap;
    }
}

void schedule_window_cut_dilation(struct window *window)
{
    struct schedule *schedule = window->schedule;
    struct dilation dilation = {window, 0};
    struct schedule_node *quotient;

    value_foreach(window->statement->value, note_apart, &dilation);
    if (dilation.apart < 2 || dilation.apart > MOST_APART ||
        !schedule_is_legal_quietly(schedule, SCHEDULE_PARALLEL, window->row))
        return;
    quotient = schedule_cut_loop(schedule, window->row, dilation.apart);
    schedule_interchange(schedule, quotient);
    window->row = quotient;
}
