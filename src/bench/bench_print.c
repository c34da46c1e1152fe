/* The report as a table and as JSON. */
#include "bench/bench_internal.h"

/* A time with a unit that suits it. */
static const char *print_time(struct arena *arena, double ns)
{
    if (ns < 1e3)
        return arena_printf(arena, "%.1f ns", ns);
    if (ns < 1e6)
        return arena_printf(arena, "%.2f us", ns / 1e3);
    if (ns < 1e9)
        return arena_printf(arena, "%.2f ms", ns / 1e6);
    return arena_printf(arena, "%.2f s", ns / 1e9);
}

/* One candidate: times, ratios to the compiled kernel, how results differ from
 * its results. */
static void print_row(struct text *text, const struct bench_report *report,
    const struct bench_candidate *candidate)
{
    const struct bench_candidate *kernel = &report->candidates[BENCH_KERNEL];
    text_printf(text, "  %-12s", candidate->name);
    if (!candidate->is_present) {
        text_append(text, "  not installed\n");
        return;
    }
    text_printf(text, " %12s %12s %8.2f %8.2f",
        print_time(text->arena, candidate->minimum_ns),
        print_time(text->arena, candidate->median_ns),
        candidate->minimum_ns / kernel->minimum_ns,
        candidate->median_ns / kernel->median_ns);
    if (candidate == kernel)
        text_append(text, "\n");
    else if (candidate->n_different == 0)
        text_append(text, "  same bits\n");
    else
        text_printf(text, "  %lld elements differ, by up to %.2g\n",
            (long long)candidate->n_different, candidate->largest_difference);
}

void bench_print(
    struct text *text, int n_reports, const struct bench_report *reports)
{
    for (int i = 0; i < n_reports; i++) {
        const struct bench_report *report = &reports[i];
        text_printf(text, "%s%s%s, %d rounds in turn\n", report->kernel,
            *report->shape ? ": " : "", report->shape, report->n_rounds);
        text_printf(text, "  %-12s %12s %12s %17s\n", "", "minimum", "median",
            "times tapc's");
        for (int j = 0; j < BENCH_N_CANDIDATES; j++)
            print_row(text, report, &report->candidates[j]);
    }
}

/* One row of "benchmarks". */
static void print_json_row(struct text *text, const struct bench_report *report,
    const struct bench_candidate *candidate)
{
    const struct bench_candidate *kernel = &report->candidates[BENCH_KERNEL];
    text_printf(text,
        "    {\"name\": \"%s/%s\", \"run_name\": \"%s/%s\", "
        "\"run_type\": \"iteration\", \"repetitions\": %d, "
        "\"iterations\": %lld, \"real_time\": %.4f, \"cpu_time\": %.4f, "
        "\"time_unit\": \"ns\", \"median\": %.4f, \"ratio\": %.4f, "
        "\"ratio_median\": %.4f, \"different\": %lld, "
        "\"largest_difference\": %g, \"command\": \"%s\"}",
        report->kernel, candidate->name, report->kernel, candidate->name,
        report->n_rounds, (long long)candidate->n_iterations,
        candidate->minimum_ns, candidate->minimum_ns, candidate->median_ns,
        candidate->minimum_ns / kernel->minimum_ns,
        candidate->median_ns / kernel->median_ns,
        (long long)candidate->n_different, candidate->largest_difference,
        candidate->command);
}

/* What google-benchmark's JSON begins with. */
static void begin_json(struct text *text)
{
    text_append(text,
        "{\n  \"context\": {\"library_version\": \"tapc " TAPC_VERSION
        "\"},\n  \"benchmarks\": [\n");
}

void bench_print_json(
    struct text *text, int n_reports, const struct bench_report *reports)
{
    const char *separator = "";
    begin_json(text);
    for (int i = 0; i < n_reports; i++)
        for (int j = 0; j < BENCH_N_CANDIDATES; j++) {
            if (!reports[i].candidates[j].is_present)
                continue;
            text_append(text, separator);
            print_json_row(text, &reports[i], &reports[i].candidates[j]);
            separator = ",\n";
        }
    text_append(text, "\n  ]\n}\n");
}

/* What is timed, for people. */
static const char *const work_names[BENCH_N_WORKS] = {
    [BENCH_ON_DEVICE] = "tapc", [BENCH_COPY] = "copy", [BENCH_START] = "start"};

void bench_print_device(
    struct text *text, int n_reports, const struct bench_device_report *reports)
{
    for (int i = 0; i < n_reports; i++) {
        const struct bench_device_report *report = &reports[i];
        text_printf(text, "%s%s%s, on %s, medians of %d replays\n",
            report->kernel, *report->shape ? ": " : "", report->shape,
            report->device, report->n_rounds);
        text_printf(text, "  %-12s %12s %12s %19s\n", "", "cold", "warm",
            "% of the copy, cold");
        for (int j = 0; j < BENCH_N_WORKS; j++)
            text_printf(text, "  %-12s %12s %12s %19.1f\n", work_names[j],
                print_time(text->arena, report->cold_ns[j]),
                print_time(text->arena, report->warm_ns[j]),
                100 * report->cold_ns[BENCH_COPY] / report->cold_ns[j]);
        text_printf(text, "  %lld bytes; ", (long long)report->n_bytes);
        if (report->n_different)
            text_printf(text, "%lld elements differ, by up to %.2g\n",
                (long long)report->n_different, report->largest_difference);
        else
            text_append(text, "same bits as the naive loops\n");
    }
}

void bench_print_device_json(
    struct text *text, int n_reports, const struct bench_device_report *reports)
{
    const char *separator = "";
    begin_json(text);
    for (int i = 0; i < n_reports * BENCH_N_WORKS; i++) {
        const struct bench_device_report *report = &reports[i / BENCH_N_WORKS];
        int j = i % BENCH_N_WORKS;
        text_printf(text,
            "%s    {\"name\": \"%s/%s\", \"run_type\": \"iteration\", "
            "\"repetitions\": %d, \"device\": \"%s\", \"real_time\": %.4f, "
            "\"time_unit\": \"ns\", \"warm\": %.4f, \"bytes\": %lld, "
            "\"different\": %lld, \"largest_difference\": %g}",
            separator, report->kernel, work_names[j], report->n_rounds,
            report->device, report->cold_ns[j], report->warm_ns[j],
            (long long)report->n_bytes, (long long)report->n_different,
            report->largest_difference);
        separator = ",\n";
    }
    text_append(text, "\n  ]\n}\n");
}
