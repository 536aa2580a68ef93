#!/usr/bin/env bash
# Runs fuzz targets one after another for so many seconds each and tells at the end what was found.
# Use: scripts/fuzz.sh SECONDS TARGET...   (`make fuzz` sets up what it needs)
set -euo pipefail
cd "$(dirname "$0")/../fuzz"
seconds=$1
shift
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-../target}/fuzz"
summary=""
found=0
for target in "$@"; do
    echo "== $target, $seconds seconds"
    mkdir -p "grown/$target"
    log="grown/$target.log"
    # A single input over 25 seconds or 2 GiB counts as a finding.
    if cargo fuzz run "$target" "grown/$target" "corpus/$target" -- \
        -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -max_len=65536 \
        -dict=dictionary.txt -print_final_stats=1 >"$log" 2>&1; then
        word="nothing found"
    else
        word="FOUND: see fuzz/$log"
        found=1
    fi
    tried=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)
    peak=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log" | tail -1)
    covered=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
    summary+=$(printf '%-12s %10s inputs  %6s edges  %5s MB  %s' \
        "$target" "${tried:-?}" "${covered:-?}" "${peak:-?}" "$word")$'\n'
done
echo "== summary"
printf '%s' "$summary"
exit "$found"
