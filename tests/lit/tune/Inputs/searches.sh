# searches.sh TAPC FILE: every strategy finds vectors of 4 or 8.
for how in model evolution random; do
    rm -f "${2%.dsl}.tapc"
    "$1" tune "$2" --db=t.db --fresh -march=x86-64-v3 --trials=8 --seed=3 --search=$how >found \
        2>/dev/null || exit 1
    grep -q "  tuned .*vectorize p by [48];" found || {
        echo "$how:"
        cat found
        exit 1
    }
done
