#!/usr/bin/env bash
# How the cost of each part of the program grows: over builds of 4, 16, 64 and 256 packages, which are 1, 4, 16 and 64
# times the work. Prints a table in Markdown: instructions, counted by valgrind so that a busy machine changes nothing,
# and the most memory that the part held besides what was there before, each also as growth per unit of work.
#
#   usage: tests/growth.sh [--only TEXT] [--factors "1 4 16 64"]
#
# "1.0" under growth means that the cost grew exactly as the work did; less, that a part of it is the same for any work.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly WORK=$PWD/target/growth UNIT=4
factors="1 4 16 64" only=

fail() { printf 'growth.sh: %s\n' "$1" >&2; exit 2; }

while [ $# -gt 0 ]; do
    case $1 in
        --only) only=${2:?--only TEXT}; shift ;;
        --factors) factors=${2:?--factors NUMBERS}; shift ;;
        *) fail "unknown option \"$1\"; there are --only and --factors" ;;
    esac
    shift
done
command -v valgrind > /dev/null || fail "valgrind counts the instructions; install it (Debian: apt-get install valgrind)"

mkdir -p "$WORK"
program=$(cargo bench --quiet --locked --no-run --bench growth --message-format=json |
    sed -n 's/.*"name":"growth".*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
[ -x "$program" ] || fail "cargo built no benchmark \"growth\""

# Instructions below the one function that is measured.
instructions() {
    valgrind --tool=callgrind --toggle-collect='growth::measured' --callgrind-out-file="$WORK/callgrind.out" \
        "$program" "$WORK" "$1" "$2" 2>&1 > /dev/null | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

printf '| part | work | instructions | growth | memory | CPU |\n|---|--:|--:|--:|--:|--:|\n'
"$program" | while IFS= read -r part; do
    [[ $part == *"$only"* ]] || continue
    first='' before=''
    for factor in $factors; do
        packages=$((factor * UNIT))
        measured=$("$program" "$WORK" "$packages" "$part")
        counted=$(instructions "$packages" "$part" < /dev/null)
        [ -n "$counted" ] || fail "valgrind counted nothing for $part; see $program under valgrind --tool=callgrind"
        [ -n "$first" ] || first=$factor
        # Against the line before: the instructions for a unit of work.
        growth=$(awk -v now="$counted" -v then="${before:-0 0}" -v factor="$factor" \
            'BEGIN { split(then, was, " "); if (was[1]) printf "%.2f", now / was[1] / (factor / was[2]); else printf "–" }')
        before="$counted $factor"
        awk -v part="$part" -v factor="$((factor / first))" -v counted="$counted" -v growth="$growth" \
            -v seconds="${measured%%$'\t'*}" -v bytes="${measured##*$'\t'}" \
            'BEGIN { printf "| %s | %d× | %.2f M | %s | %.1f MB | %.1f ms |\n", part, factor, counted / 1e6, growth, bytes / 1048576, seconds * 1000 }'
    done
done
