#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# How long a start takes, over ten runs of target/boxcar: to the octets of the SMTP banner, from there to the first page, and the short
# commands to their end. Median, least and most, in milliseconds. On each Java named as an argument, or on the one the launcher finds.
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=10
export XDG_CACHE_HOME=$PWD/target/bench/cache
rm -rf "$XDG_CACHE_HOME/boxcar" && mkdir -p "$XDG_CACHE_HOME"

now() { echo $((${EPOCHREALTIME/./} / 1)); }
row() { # its name; figures in microseconds on standard input
    sort -n | awk -v name="$1" '{ a[NR] = $1 / 1000 } END { printf "| %s | %.0f | %.0f | %.0f |\n", name, (a[int((NR + 1) / 2)] + a[int(NR / 2) + 1]) / 2, a[1], a[NR] }'
}
start() { # prints: to the banner, and from there to the page
    local port=$((20000 + RANDOM % 20000)) from banner page
    from=$(now)
    target/boxcar --smtp "127.0.0.1:$port" --http "127.0.0.1:$((port + 1))" --spool memory >/dev/null 2>&1 &
    until { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null; do sleep 0.002; done
    IFS= read -r -n 4 _ <&3
    banner=$(now)
    until { exec 4<>"/dev/tcp/127.0.0.1/$((port + 1))"; } 2>/dev/null; do sleep 0.002; done
    printf 'GET / HTTP/1.0\r\n\r\n' >&4
    IFS= read -r _ <&4
    page=$(now)
    exec 3>&- 4>&-
    kill %1 && wait %1 2>/dev/null || true
    echo "$((banner - from)) $((page - banner))"
}
command_time() { local from; from=$(now); target/boxcar "$@" >/dev/null 2>&1 || true; echo $(($(now) - from)); }

for java in "${@:-}"; do
    [ -z "$java" ] || export BOXCAR_JAVA=$java
    target/boxcar version >/dev/null
    while ! ls "$XDG_CACHE_HOME/boxcar" | grep -Eq "[.](jsa|aot)$"; do sleep 0.2; done
    start >/dev/null
    echo "| ${java:-java} | median ms | least | most |"
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
