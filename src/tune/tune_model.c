/* A regression on what was measured: the logarithm of the time is about a sum
 * of what the model of costs says and of a weight for each choice of each hole
 * (ridge regression: small weights where little is known). */
#include "tune/tune_internal.h"

#include <math.h>

enum { MAX_FEATURES = 96, N_COSTS = 4, FEW = 6 };

/* How much a weight of 1 must explain to be worth it. */
#define RIDGE 0.3

/* What is known of one candidate. */
struct features {
    int n;
    double at[MAX_FEATURES];
};

/* The system of equations, symmetric; then its solution. */
struct system {
    int n;
    double matrix[MAX_FEATURES][MAX_FEATURES];
    double right[MAX_FEATURES];
};

/* A logarithm that exists. */
static double safe_log(double value)
{
    return log(value > 1e-3 ? value : 1e-3);
}

/* The model's figures beside the untuned one's, then the choices. */
static struct features describe(
    const struct tune *tune, const struct tune_candidate *candidate)
{
    const struct cost *cost = &candidate->cost;
    const struct cost *untuned = &tune->candidates.at[0]->cost;
    struct features features = {.n = N_COSTS};

    features.at[0] = 1;
    features.at[1] = safe_log(cost->cycles / (untuned->cycles + 1));
    features.at[2] = safe_log(cost->core / (untuned->core + 1));
    features.at[3] =
        cost->needs.spilled / (1 + cost->needs.loads + cost->needs.stores);
    for (int i = 0; i < tune->space.holes.n && candidate->point.choices; i++) {
        int n_choices = tune->space.holes.at[i]->n_choices;

        if (features.n + n_choices > MAX_FEATURES)
            break;
        features.at[features.n + candidate->point.choices[i]] = 1;
        features.n += n_choices;
    }
    return features;
}

/* Add what one measurement says. */
static void add_row(
    struct system *system, const struct features *features, double value)
{
    for (int i = 0; i < features->n; i++) {
        for (int j = 0; j < features->n; j++)
            system->matrix[i][j] += features->at[i] * features->at[j];
        system->right[i] += features->at[i] * value;
    }
    if (features->n > system->n)
        system->n = features->n;
}

/* Solve by elimination; the matrix is positive definite. */
static void solve(struct system *system)
{
    int n = system->n;

    for (int i = 0; i < n; i++)
        for (int row = i + 1; row < n; row++) {
            double factor = system->matrix[row][i] / system->matrix[i][i];

            for (int j = i; j < n; j++)
                system->matrix[row][j] -= factor * system->matrix[i][j];
            system->right[row] -= factor * system->right[i];
        }
    for (int i = n; i-- > 0;) {
        for (int j = i + 1; j < n; j++)
            system->right[i] -= system->matrix[i][j] * system->right[j];
        system->right[i] /= system->matrix[i][i];
    }
}

/* Is its time known? */
static bool is_measured(const struct tune_candidate *candidate)
{
    return candidate->stage == TUNE_DONE && candidate->state == TRIAL_CORRECT;
}

void tune_model_predict(struct tune *tune)
{
    struct system *system = ARENA_NEW(tune->c->scratch, struct system);
    int n_measured = 0;

    for (int i = 0; i < tune->candidates.n; i++) {
        const struct tune_candidate *candidate = tune->candidates.at[i];
        struct features features = describe(tune, candidate);

        if (!is_measured(candidate))
            continue;
        /* What the model itself says is the first guess. */
        add_row(system, &features,
            safe_log(candidate->ratio.median) - features.at[1]);
        n_measured++;
    }
    for (int i = 0; i < system->n; i++)
        system->matrix[i][i] += RIDGE;
    if (n_measured >= FEW)
        solve(system);
    for (int i = 0; i < tune->candidates.n; i++) {
        struct tune_candidate *candidate = tune->candidates.at[i];
        struct features features = describe(tune, candidate);

        candidate->predicted = features.at[1];
        for (int j = 0; j < features.n && n_measured >= FEW; j++)
            candidate->predicted += system->right[j] * features.at[j];
    }
    arena_reset(tune->c->scratch);
}
