#!/usr/bin/env bash
# Print the path of a Chromium for the browser tests, fetching one if need be; what happens is told on stderr.
# Without one the path is empty and those tests are left out; under CI=true that is a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."

chosen() {
    echo "Browser tests use $1 ($("$1" --version 2> /dev/null || echo 'version unknown'))" >&2
    echo "$1"
    exit 0
}

works() {
    [ -n "${1:-}" ] && [ -x "$1" ] && "$1" --version > /dev/null 2>&1
}

on_path() {
    local name path
    for name in chromium chromium-browser google-chrome; do
        path="$(command -v "$name" || true)"
        if works "$path"; then chosen "$path"; fi
    done
}

if [ -n "${CHROMIUM:-}" ]; then
    if works "$CHROMIUM"; then chosen "$CHROMIUM"; fi
    echo "CHROMIUM=$CHROMIUM does not start; looking elsewhere." >&2
fi
on_path

if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get > /dev/null; then
    echo "No Chromium found: installing Debian's." >&2
    export DEBIAN_FRONTEND=noninteractive
    if { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } > /dev/null 2>&1; then
        hash -r
        on_path
    fi
    echo "apt-get could not install it." >&2
fi

unpacked="$PWD/.chromium/browser"
if ! works "$unpacked" && command -v npm > /dev/null; then
    echo "No Chromium found: unpacking the npm package @sparticuz/chromium into .chromium/." >&2
    mkdir -p .chromium/tmp
    # The package unpacks below TMPDIR; told it runs on Lambda, it unpacks the system libraries too.
    if npm install --prefix .chromium --no-save --no-audit --no-fund --silent @sparticuz/chromium@147.0.0 >&2 \
        && (cd .chromium && TMPDIR="$PWD/tmp" AWS_LAMBDA_JS_RUNTIME=nodejs22.x node --input-type=module --eval \
            'import chromium from "@sparticuz/chromium"; await chromium.executablePath()') >&2; then
        printf '#!/bin/sh\nLD_LIBRARY_PATH="%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "%s" "$@"\n' \
            "$PWD/.chromium/tmp/al2023/lib" "$PWD/.chromium/tmp/chromium" > "$unpacked"
        chmod +x "$unpacked"
    fi
fi
if works "$unpacked"; then chosen "$unpacked"; fi

echo "LEFT OUT: every test that needs a browser. No Chromium in \$CHROMIUM, on PATH, from apt-get or from npm." >&2
[ "${CI:-}" != true ]
