#!/usr/bin/env bash
# Print the path of local-slack, a Slack on this machine, fetching it if need be; what happens is told on stderr.
# Without it the path is empty and the tests that need it are left out; under CI=true that is a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."

package=local-slack-linux-x64
version=0.1.8
sha512=d810932b129a8e364d5824828fae89ab954349c503369199d65037dbcd48f11be90c4e3f50b0b00b6e9395c5baff8b0f6d24ecd364372a34e296d269dd9044be
folder="$PWD/.local-slack"

works() {
    [ -n "${1:-}" ] && [ -x "$1" ] && [ "$("$1" --version 2> /dev/null)" = "$version" ]
}

chosen() {
    echo "Slack tests use $1 ($version)" >&2
    echo "$1"
    exit 0
}

if [ -n "${LOCAL_SLACK:-}" ]; then
    if works "$LOCAL_SLACK"; then chosen "$LOCAL_SLACK"; fi
    echo "LOCAL_SLACK=$LOCAL_SLACK is not local-slack $version; looking elsewhere." >&2
fi
if works "$folder/local-slack"; then chosen "$folder/local-slack"; fi

if ! command -v npm > /dev/null && [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get > /dev/null; then
    echo "No npm found: installing Debian's." >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends npm; } > /dev/null 2>&1 \
        || echo "apt-get could not install it." >&2
    hash -r
fi

if command -v npm > /dev/null && [ "$(uname -sm)" = "Linux x86_64" ]; then
    echo "No local-slack found: unpacking the npm package $package $version into .local-slack/." >&2
    mkdir -p "$folder"
    packed="$folder/$package-$version.tgz"
    if npm pack --silent --pack-destination "$folder" "$package@$version" > /dev/null \
        && echo "$sha512  $packed" | sha512sum --check --quiet >&2; then
        tar -xzf "$packed" -C "$folder" --strip-components=2 package/bin/local-slack
    fi
    rm -f "$packed"
fi
if works "$folder/local-slack"; then chosen "$folder/local-slack"; fi

echo "LEFT OUT: every test that needs local-slack. It is not in \$LOCAL_SLACK and npm cannot fetch it" \
    "(it is built for Linux on x64)." >&2
[ "${CI:-}" != true ]
