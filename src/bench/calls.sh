#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Counts the system calls of all threads of the server, and the bytes that its event loop allocates: per message, in
# each mode of boxcar blast. Needs strace.
#
# Usage: src/bench/calls.sh [SPOOL [CONNECTIONS]]
# SPOOL is memory (the default); any other word means a spool on disk. CONNECTIONS is 20 by default.
set -euo pipefail
cd "$(dirname "$0")/../.."
spool=${1:-memory} connections=${2:-20}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
[ "$spool" = memory ] || spool=$work/spool

port=$((20000 + RANDOM % 20000))
"$java" -Xmx1g -jar target/boxcar.jar sink --smtp "127.0.0.1:$port" --http off --spool "$spool" --loops 1 --log-level warn >"$work/out" 2>&1 &
server=$!
until grep -q listening "$work/out"; do sleep 0.1; done
blast() { # mode, messages, options
    local mode=$1 messages=$2
    shift 2
    "$java" -jar target/boxcar.jar blast "127.0.0.1:$port" --mode "$mode" --connections "$connections" --messages "$messages" --size "${size:-1024}" "$@" >"$work/$mode.json" 2>/dev/null
}
# The bytes that the loop's thread has allocated so far.
allocated() { "${java%java}jcmd" "$server" Thread.print -e | sed -n 's/^"boxcar-loop-0".* allocated=\([0-9]*\)\([BKM]\).*/\1 \2/p' | awk '{ printf "%.0f\n", $1 * ($2 == "K" ? 1024 : $2 == "M" ? 1048576 : 1) }'; }

echo "| mode | read | write | epoll_wait | futex | other | calls per message | bytes allocated by the loop per message |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
row() { # name, mode, number of messages for warm-up, for the measurement of allocation and for strace, options of blast
    local name=$1 mode=$2 warm=$3 measured=$4 messages=$5
    shift 5
    blast "$mode" "$warm" "$@"
    before=$(allocated)
    blast "$mode" "$measured" "$@"
    octets=$((($(allocated) - before) / measured))
    strace -qq -f -c -p "$server" -o "$work/calls" &
    tracer=$!
    sleep 0.5
    blast "$mode" "$messages" "$@"
    kill -INT $tracer && wait $tracer || true
    awk -v mode="$name" -v n="$messages" -v octets="$octets" '
        $1 ~ /^[0-9.]+$/ && $NF != "total" { calls[$NF] += $4; all += $4 }
        END {
            r = calls["read"] + calls["readv"] + calls["recvfrom"]; w = calls["write"] + calls["writev"] + calls["sendto"] + calls["pwrite64"]
            e = calls["epoll_wait"] + calls["epoll_pwait"]; f = calls["futex"]
            printf "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %d |\n", mode, r / n, w / n, e / n, f / n, (all - r - w - e - f) / n, all / n, octets
        }' "$work/calls"
}
row "lock-step" lockstep 100000 200000 10000
row "pipelined" pipelined 100000 200000 10000
row "train" train 100000 200000 10000
row "BDAT" bdat 100000 200000 10000
row "pipelined, 100 recipients" pipelined 20000 40000 5000 --rcpts 100
row "lock-step, a new connection per message" lockstep 20000 40000 5000 --reconnect
size=10485760 row "pipelined, 10 MiB" pipelined 200 300 100
