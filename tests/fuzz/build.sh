#!/bin/sh
# Build tapc_fuzz without CMake: build.sh OUTPUT.
cd "$(dirname "$0")" || exit 1
exec gcc -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g -Wall -Wextra -Wpedantic \
    -Wshadow -Wundef -Wvla -Wstrict-prototypes -Wmissing-prototypes \
    -Wswitch-enum "-DTAPC_FUZZ_SUPPORT=\"$PWD\"" fuzz_random.c fuzz_affine.c \
    fuzz_build.c fuzz_expression.c fuzz_value.c fuzz_convolution.c \
    fuzz_family.c fuzz_chain.c fuzz_generate.c fuzz_schedule.c fuzz_names.c fuzz_dsl.c \
    fuzz_oracle.c fuzz_caller.c fuzz_run.c fuzz_batch.c fuzz_shrink.c fuzz_mutate.c \
    fuzz_main.c -o "$1"
