/* --svg=FILE: the search as a picture. Every trial is a dot, at the time it was
 * done and the time it takes; a line is the best so far; failures are crosses
 * on top. */
#include "tune/tune_internal.h"

#include <math.h>

enum {
    WIDTH = 800,
    HEIGHT = 420,
    LEFT = 80,
    RIGHT = 20,
    TOP = 50,
    BOTTOM = 50
};

/* The picture being drawn: what its edges stand for. */
struct picture {
    struct tune *tune;
    struct text *text;
    double end_ns;
    double least_ns;
    double most_ns;
};

/* Does the candidate have a time? */
static bool is_measured(const struct tune_candidate *candidate)
{
    return candidate->stage == TUNE_DONE && candidate->state == TRIAL_CORRECT &&
           candidate->time.median_ns > 0;
}

/* Was it tried in this search? */
static bool is_tried(const struct tune_candidate *candidate)
{
    return candidate->stage == TUNE_DONE && candidate->end_ns > 0;
}

/* Places of a moment, and of a time on a logarithmic scale. */
static double get_x(const struct picture *picture, double ns)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * ns / picture->end_ns;
}
static double get_y(const struct picture *picture, double ns)
{
    double share =
        log(ns / picture->least_ns) / log(picture->most_ns / picture->least_ns);

    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share;
}

/* The ranges of both axes. */
static struct picture measure(struct tune *tune, struct text *text)
{
    struct picture picture = {tune, text, 1, 0, 0};

    for (int i = 0; i < tune->candidates.n; i++) {
        const struct tune_candidate *candidate = tune->candidates.at[i];
        double ns = candidate->time.median_ns;

        picture.end_ns = fmax(picture.end_ns, (double)candidate->end_ns);
        if (!is_measured(candidate))
            continue;
        if (picture.least_ns == 0 || ns < picture.least_ns)
            picture.least_ns = ns;
        picture.most_ns = fmax(picture.most_ns, ns);
    }
    picture.least_ns *= 0.95;
    picture.most_ns *= 1.05;
    return picture;
}

/* Lines with numbers, at 1, 2 and 5 times powers of ten. */
static void draw_grid(const struct picture *picture)
{
    static const double steps[] = {1, 2, 5};

    for (double ten = 1; ten <= picture->most_ns; ten *= 10)
        for (int i = 0; i < 3; i++) {
            double ns = ten * steps[i];
            struct text label = text_new(picture->text->arena);

            if (ns < picture->least_ns || ns > picture->most_ns)
                continue;
            tune_append_time(&label, ns);
            text_printf(picture->text,
                "<line x1='%d' y1='%.1f' x2='%d' y2='%.1f' stroke='#ddd'/>"
                "<text x='%d' y='%.1f' text-anchor='end'>%s</text>\n",
                LEFT, get_y(picture, ns), WIDTH - RIGHT, get_y(picture, ns),
                LEFT - 6, get_y(picture, ns) + 4, label.at);
        }
    text_printf(picture->text,
        "<text x='%d' y='%d' text-anchor='end'>%.1f s</text>\n", WIDTH - RIGHT,
        HEIGHT - BOTTOM + 20, picture->end_ns / 1e9);
}

/* A text inside the picture, with what XML means otherwise replaced. */
static void append_escaped(struct text *text, const char *words)
{
    for (; *words; words++)
        if (*words == '<')
            text_append(text, "&lt;");
        else if (*words == '&')
            text_append(text, "&amp;");
        else
            text_append_bytes(text, words, 1);
}

/* The dot or cross of a trial; its schedule shows when pointed at. */
static void draw_trial(
    const struct picture *picture, const struct tune_candidate *candidate)
{
    double x = get_x(picture, (double)candidate->end_ns);
    struct text *text = picture->text;

    if (is_measured(candidate))
        text_printf(text, "<circle cx='%.1f' cy='%.1f' r='3' fill='%s'><title>",
            x, get_y(picture, candidate->time.median_ns),
            candidate == picture->tune->best ? "#c00" : "#36c");
    else
        text_printf(text,
            "<path d='M%.1f %d l6 6 m0 -6 l-6 6' stroke='#c00'><title>", x,
            TOP - 14);
    append_escaped(text, candidate->line);
    text_printf(
        text, "</title></%s>\n", is_measured(candidate) ? "circle" : "path");
}

/* The best so far, as steps. */
static void draw_best(const struct picture *picture)
{
    const struct tune *tune = picture->tune;
    double best_ns = tune->candidates.at[0]->time.median_ns;
    int64_t at_ns = 0;

    text_printf(picture->text, "<path fill='none' stroke='#c00' d='M%d %.1f",
        LEFT, get_y(picture, best_ns));
    for (;;) {
        const struct tune_candidate *next = NULL;

        for (int i = 0; i < tune->candidates.n; i++) {
            const struct tune_candidate *one = tune->candidates.at[i];

            if (is_measured(one) && one->end_ns > at_ns &&
                one->time.median_ns < best_ns &&
                (!next || one->end_ns < next->end_ns))
                next = one;
        }
        if (!next)
            break;
        at_ns = next->end_ns;
        best_ns = next->time.median_ns;
        text_printf(picture->text, " H%.1f V%.1f",
            get_x(picture, (double)at_ns), get_y(picture, best_ns));
    }
    text_printf(picture->text, " H%d'/>\n", WIDTH - RIGHT);
}

void tune_picture_print(struct tune *tune, struct text *text)
{
    struct picture picture = measure(tune, text);

    text_printf(text,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' "
        "font-family='sans-serif' font-size='12'>\n"
        "<rect width='100%%' height='100%%' fill='white'/>\n"
        "<text x='%d' y='20'>%s, %s: %lld trials, untuned ",
        WIDTH, HEIGHT, LEFT, tune->kernel->kernel->name->text, tune->shape,
        (long long)tune->n_done);
    tune_append_time(text, tune->candidates.at[0]->time.median_ns);
    text_append(text, ", best ");
    tune_append_time(text, tune->best->time.median_ns);
    text_append(text, "</text>\n");
    draw_grid(&picture);
    draw_best(&picture);
    for (int i = 0; i < tune->candidates.n; i++)
        if (is_tried(tune->candidates.at[i]))
            draw_trial(&picture, tune->candidates.at[i]);
    text_append(text, "</svg>\n");
}
