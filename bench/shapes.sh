#!/bin/sh
# Time the examples on shapes of real models beside naive C.
#
#   bench/shapes.sh TAPC [PATTERN] [OPTION...]
#
# Takes the lines of bench/shapes.txt whose name matches PATTERN (default: all
# one-dimensional ones), finds the example each is a case of, and runs "tapc
# bench" on it. Shapes no example covers are named and left out.
set -u
tapc=$1
pattern=${2:-.}
shift
test $# -gt 0 && shift
here=$(cd "$(dirname "$0")" && pwd)
examples=$here/../lang/examples

grep '^1d:' "$here/shapes.txt" | grep -e "$pattern" |
    while read -r name n c l k stride dilation left right groups outputs; do
        define="-D N=$n -D L=$l -D K=$k"
        file=
        if [ "$groups" = "$c" ] && [ "$outputs" = "$c" ]; then
            define="$define -D C=$c"
            case $stride/$dilation in
            1/1)
                if [ "$left" = "$right" ] && [ "$left" -lt "$k" ]; then
                    file=dwconv1d define="$define -D pad=$left"
                elif [ "$left" = $((k - 1)) ] && [ "$right" = 0 ]; then
                    file=causal_conv1d
                fi
                ;;
            1/*)
                if [ "$left" = "$right" ]; then
                    file=dwconv1d_dilated
                    define="$define -D pad=$left -D dilation=$dilation"
                fi
                ;;
            */1)
                if [ "$left" = "$right" ] && [ "$left" -lt "$k" ]; then
                    file=dwconv1d_strided
                    define="$define -D pad=$left -D stride=$stride"
                fi
                ;;
            esac
        elif [ "$groups/$stride/$dilation/$left" = "1/1/1/$right" ]; then
            file=conv1d define="$define -D I=$c -D O=$outputs -D pad=$left"
        fi
        if [ -z "$file" ]; then
            echo "$name: no example for it"
            continue
        fi
        echo "$name"
        # shellcheck disable=SC2086
        "$tapc" bench "$examples/$file.dsl" $define --no-verify "$@"
    done
