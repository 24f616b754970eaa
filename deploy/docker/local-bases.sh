#!/bin/sh
# Makes the two images that the Dockerfile starts from out of this machine's own files, where no registry is in reach:
# localhost/smtpgate-base, a shell and what the launcher calls; localhost/smtpgate-jdk, the same with a JDK 25.
# Needs buildah and a glibc Linux with a JDK 25 (JDK25_HOME, or the one it finds). Then:
#   BUILDER=buildah BASE=localhost/smtpgate-base JDK=localhost/smtpgate-jdk deploy/docker/build.sh
set -eu

fail() {
    echo "local-bases.sh: $1" >&2
    exit 1
}

jdk=${JDK25_HOME:-}
for candidate in /usr/lib/jvm/*25* /opt/java/openjdk; do
    [ -n "$jdk" ] || [ ! -x "$candidate/bin/jlink" ] || jdk=$candidate
done
[ -x "${jdk:-none}/bin/jlink" ] || fail "no JDK 25 with jlink found; set JDK25_HOME"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/base/usr/bin" "$root/base/usr/lib" "$root/base/usr/lib64" "$root/base/etc" "$root/base/tmp"
for link in bin lib lib64; do
    ln -s "usr/$link" "$root/base/$link"
done
chmod 1777 "$root/base/tmp"

# Each program with the shared libraries that it and the JVM ask for, where they ask for them.
for program in sh sed readlink dirname id mkdir mv rm wc; do
    cp "$(command -v "$program")" "$root/base/usr/bin/$program"
done
for file in "$root"/base/usr/bin/* "$jdk/lib/server/libjvm.so" "$jdk/lib/libjava.so" "$jdk/lib/libnet.so"; do
    ldd "$file"
done | tr -s ' \t' '\n' | grep '^/' | sort -u | grep -v "^$jdk/" | while read -r library; do
    mkdir -p "$root/base$(dirname "$library")"
    [ -e "$root/base$library" ] || cp -L "$library" "$root/base$library"
done

# Packagers link some of a JDK's files to others of the system, such as its certificates.
cp -rL "$jdk" "$root/jdk"

# image NAME FROM FOLDER TARGET [SETTING…]
image() {
    name=$1 from=$2 folder=$3 target=$4
    shift 4
    container=$(buildah from "$from")
    buildah copy --quiet "$container" "$folder" "$target" >/dev/null
    [ $# -eq 0 ] || buildah config "$@" "$container"
    buildah commit --quiet --rm "$container" "$name" >/dev/null
}
image localhost/smtpgate-base scratch "$root/base" / --env PATH=/usr/bin:/bin
image localhost/smtpgate-jdk localhost/smtpgate-base "$root/jdk" /opt/jdk --env JAVA_HOME=/opt/jdk
