# parse_back.sh TAPC FILE KERNEL: every point that --list prints is a schedule.
"$1" tune --list -march=x86-64-v3 --kernel="$3" "$2" |
    sed -n 's/.* cycles  \(.*;\).*/\1/p' >points
[ -s points ] || exit 1
while read -r line; do
    echo "schedule $3 for x86 { $line }" >point.tapc
    "$1" check --schedule=point.tapc -march=x86-64-v3 --kernel="$3" "$2" ||
        exit 1
done <points
