#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# try-reproducible.sh: builds the artifacts of "mvn -Pdeb,release package" again, in another directory, time zone and
# language, and compares them with those in target, byte by byte. Uses the JDK of JAVA_HOME, as the first build must.
set -euo pipefail
cd "$(dirname "$0")/../../.."
umask 022 # the jars keep the permissions of files

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

version=$(sed -n 's/^  <version>\(.*\)<\/version>/\1/p' pom.xml)
artifacts=("boxcar-$version.jar" "boxcar-$version-sources.jar" "boxcar-$version-javadoc.jar" bom.json bom.xml boxcar.jar
    boxcar boxcar-api.jar boxcar-artemis.jar)
for package in target/*.deb; do artifacts+=("${package#target/}"); done
for artifact in "${artifacts[@]}"; do
    [ -f "target/$artifact" ] || fail "no target/$artifact: run mvn -Pdeb,release package"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar --exclude ./target --exclude ./.git --create . | tar --extract --directory "$work"
(cd "$work" && TZ=Asia/Tokyo LC_ALL=C MAVEN_OPTS="${MAVEN_OPTS:-} -Duser.language=de" mvn -B -ntp -q -Pdeb,release \
    -Dmaven.test.skip=true package) || fail "the second build"
different=()
for artifact in "${artifacts[@]}"; do
    cmp "target/$artifact" "$work/target/$artifact" || different+=("$artifact")
done
[ ${#different[@]} = 0 ] || fail "two builds differ in ${different[*]}"
echo "two builds gave the same bytes: ${artifacts[*]}"
