#!/usr/bin/env bash
# Runs one stage of `make check` or `make test`, and keeps its seconds and its result for the table at the end.
#
#   scripts/stage.sh NAME COMMAND [ARGUMENT …]   run a stage
#   scripts/stage.sh --table                     print all stages since the file was removed
#
# STANCH_STAGES names the file with the results; without it, nothing is kept.
set -uo pipefail

if [ "${1:-}" = --table ]; then
    [ -s "${STANCH_STAGES:-}" ] || exit 0
    echo
    printf '%-14s %8s  %s\n' stage seconds result
    awk '{ printf "%-14s %8d  %s\n", $1, $2, $3; sum += $2 } END { printf "%-14s %8d  %s\n", "sum", sum, "(stages at the same time count twice)" }' "$STANCH_STAGES"
    exit 0
fi

name=$1
shift
begun=$(date +%s)
echo "== $name"
"$@"
status=$?
seconds=$(($(date +%s) - begun))
result=ok
[ "$status" = 0 ] || result="FAILED"
echo "== $name: $result, $seconds s"
[ -z "${STANCH_STAGES:-}" ] || echo "$name $seconds $result" >>"$STANCH_STAGES"
exit "$status"
