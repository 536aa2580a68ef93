#!/usr/bin/env bash
# Checks licences, sources and bans of all dependencies, and known vulnerabilities.
#
#   scripts/deny.sh CARGO_DENY
#
# Vulnerabilities need the RustSec advisory database. STANCH_ADVISORY_DB names a copy of it (a git clone of
# https://github.com/rustsec/advisory-db); without it, the database is fetched. When it can't be had, this is said, and
# fails only in CI (CI=true) where a copy was given: a copy that can't be read would otherwise be taken for a check.
set -euo pipefail
cd "$(dirname "$0")/.."
deny=$1

"$deny" --log-level error check bans licenses sources

unchecked() {
    echo "WARNING: $1: known vulnerabilities were NOT checked" >&2
    if [ "${CI:-}" = true ] && [ -n "${STANCH_ADVISORY_DB:-}" ]; then exit 1; fi
    exit 0
}

if [ -n "${STANCH_ADVISORY_DB:-}" ]; then
    copy=$(cd "$STANCH_ADVISORY_DB" 2>/dev/null && pwd) || unchecked "the advisory database $STANCH_ADVISORY_DB can't be read"
    [ -d "$copy/crates" ] || unchecked "$copy is no copy of the advisory database: it has no folder crates"
    git -C "$copy" rev-parse --quiet --verify HEAD >/dev/null 2>&1 || unchecked "$copy is no git clone"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    sed "s|^\[advisories\]|&\ndb-path = \"$work/db\"\ndb-urls = [\"file://$copy\"]|" deny.toml >"$work/deny.toml"
    "$deny" --log-level error --config "$work/deny.toml" fetch db || unchecked "the advisory database $copy can't be opened"
    "$deny" --log-level error --config "$work/deny.toml" check --disable-fetch advisories
elif timeout 60 "$deny" --log-level error fetch db >/dev/null 2>&1; then
    "$deny" --log-level error check --disable-fetch advisories
else
    unchecked "the advisory database can't be fetched; name a copy with STANCH_ADVISORY_DB"
fi
