/* tapc tune: search the schedules of a kernel for the fastest.
 *
 * Files: tune.c (from the command line to the winner), tune_space.c (schedules
 * with holes), tune_survey.c (a look at many points), tune_build.c (candidates
 * compiled in child processes),
 * tune_job.c (what a trial needs to know), tune_search.c (which candidate
 * next), tune_model.c (a regression on what was measured), tune_race.c (is it
 * better), tune_final.c (is it surely), tune_compare.c (schedules found before,
 * measured beside each other), tune_store.c (the database), tune_plan.c (work
 * for others), tune_write.c (NAME.tapc), tune_rank.c (GPUs, without measuring),
 * tune_shapes.c (--shape), tune_picture.c (--svg), tune_print.c (for the person
 * waiting).
 */
#ifndef TAPC_TUNE_TUNE_H
#define TAPC_TUNE_TUNE_H

#include "driver/driver.h"

/* Do what "tapc tune" was told. Everything is reported. */
void tune_run(struct compilation *c, const struct driver_options *options);

#endif
