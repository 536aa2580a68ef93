#!/usr/bin/env bash
# Runs a command several times at once, each time with other arguments, and fails when one of them does.
#
#   scripts/together.sh COMMAND ARGUMENTS [ARGUMENTS …]   COMMAND and each ARGUMENTS are split at blanks
set -uo pipefail
command=$1
shift
running=()
for arguments in "$@"; do
    # shellcheck disable=SC2086
    $command $arguments &
    running+=($!)
done
status=0
for each in "${running[@]}"; do
    wait "$each" || status=1
done
exit "$status"
