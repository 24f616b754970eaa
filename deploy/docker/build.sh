#!/bin/sh
# Builds the image from a packaged checkout. Usage: build.sh [IMAGE]; environment: BUILDER (docker, podman or buildah),
# JDK and BASE (the images to build with and to build on), LIB (the folder of jars, when it is not the checkout's).
set -eu

fail() {
    echo "build.sh: $1" >&2
    exit 1
}

image=${1:-smtpgate:latest}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
lib=${LIB:-$root/gateway/app/target/smtpgate/lib}
[ -d "$lib" ] || fail "there is no $lib; run mvn -DskipTests package first"

builder=${BUILDER:-}
for candidate in docker podman buildah; do
    [ -n "$builder" ] || ! command -v "$candidate" >/dev/null || builder=$candidate
done
[ -n "$builder" ] || fail "none of docker, podman, buildah is installed"

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cp -r "$lib" "$context/lib"
mkdir "$context/bin"
cp "$root/gateway/bin/smtpgate" "$here/healthcheck" "$context/bin/"
cp "$here/Dockerfile" "$context/"
# Read as it will run: by any user.
chmod -R a+rX "$context"

set -- --tag "$image" "$context"
[ -z "${BASE:-}" ] || set -- --build-arg "BASE=$BASE" "$@"
[ -z "${JDK:-}" ] || set -- --build-arg "JDK=$JDK" "$@"
# The OCI format has no HEALTHCHECK.
[ "$builder" = docker ] || set -- --format docker "$@"
"$builder" build "$@"
