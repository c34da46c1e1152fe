# wrong.sh FOLDER TAPC COMMAND...: run it where clang-19 moves the window of
# channels-last loops by one. FOLDER is for that compiler, and for a tapc that
# takes longer strides along rows.
real=$(command -v clang-19)
mkdir -p "$1"
cat >"$1/clang-19" <<END
#!/bin/sh
case "\$*" in
*-DLAST*) set -- "\$@" -ULEFT -DLEFT=0 ;;
esac
exec "$real" "\$@"
END
cat >"$1/tapc" <<END
#!/bin/sh
case "\$*" in
*--schedule=*) exec "$2" "\$@" ;;
esac
exec "$2" \$(echo "\$*" | sed s/stride=2/stride=3/)
END
chmod +x "$1/clang-19" "$1/tapc"
PATH=$1:$PATH
shift 2
exec "$@"
