#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Measures ten starts of target/boxcar: the time to the SMTP banner, from there to the first page, and the whole run of
# the short commands. Prints median, minimum and maximum in milliseconds. Each argument is a Java to measure with;
# without arguments, the script uses the one that the launcher finds.
#
# The script waits for the lines in which Boxcar says where it listens, and then connects once. Connecting again and
# again until the server answers would use CPU time of the two cores and so change the result.
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=10
export LC_ALL=C XDG_CACHE_HOME=$PWD/target/bench/cache
rm -rf "$XDG_CACHE_HOME/boxcar" && mkdir -p "$XDG_CACHE_HOME"

row() { # argument: the name of the row; standard input: times in microseconds
    sort -n | awk -v name="$1" '{ a[NR] = $1 / 1000 } END { printf "| %s | %.0f | %.0f | %.0f |\n", name, (a[int((NR + 1) / 2)] + a[int(NR / 2) + 1]) / 2, a[1], a[NR] }'
}
start() { # prints the time to the banner, and the time from there to the first page
    local from banner page line program out
    from=${EPOCHREALTIME/./}
    exec {out}< <(exec target/boxcar --smtp 127.0.0.1:0 --http 127.0.0.1:0 --spool memory 2>/dev/null)
    program=$!
    read -r line <&"$out" # [smtp] listening on 127.0.0.1:40123
    exec 3<>"/dev/tcp/127.0.0.1/${line##*:}"
    IFS= read -r -n 4 _ <&3
    banner=${EPOCHREALTIME/./}
    read -r line <&"$out" # [http] accessible via http://127.0.0.1:40125/
    line=${line%/}
    exec 4<>"/dev/tcp/127.0.0.1/${line##*:}"
    printf 'GET / HTTP/1.0\r\n\r\n' >&4
    IFS= read -r _ <&4
    page=${EPOCHREALTIME/./}
    exec 3>&- 4>&-
    kill "$program" && wait "$program" || true
    exec {out}<&-
    echo "$((banner - from)) $((page - banner))"
}
command_time() {
    local from=${EPOCHREALTIME/./}
    target/boxcar "$@" >/dev/null 2>&1 || true
    echo $((${EPOCHREALTIME/./} - from))
}

for java in "${@:-}"; do
    [ -z "$java" ] || export BOXCAR_JAVA=$java
    target/boxcar version >/dev/null
    while ! ls "$XDG_CACHE_HOME/boxcar" | grep -Eq "[.](jsa|aot)$"; do sleep 0.2; done
    start >/dev/null
    echo "| ${java:-java} | median ms | minimum | maximum |"
    echo "| --- | --- | --- | --- |"
    times=$(for _ in $(seq $runs); do start; done)
    cut -d ' ' -f 1 <<<"$times" | row "process to SMTP banner"
    cut -d ' ' -f 2 <<<"$times" | row "from there to the first page"
    for _ in $(seq $runs); do command_time version; done | row version
    for _ in $(seq $runs); do command_time help; done | row help
    for _ in $(seq $runs); do command_time spool ls --spool mailspool; done | row "spool ls"
    BOXCAR_NO_ARCHIVE=1 command_time version | row "version, without an archive (once)"
    rm -f "$XDG_CACHE_HOME"/boxcar/*.jsa "$XDG_CACHE_HOME"/boxcar/*.aot
done
