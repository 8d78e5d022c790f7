#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs third-party mail clients against the runnable jar and checks what arrived: the number of messages, their bytes,
# the envelope, and whether the client used what the case is about (AUTH, BDAT, STARTTLS ...). Prints one line per case;
# a client that is not installed is skipped with a reason. Exit status: 0 all cases passed, 1 a case failed, 2 invalid
# arguments.
#
# Each client has its own file in this directory, with its cases and how to run it. cases.sh defines the messages and
# the sinks, check.sh the checks afterwards.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
all_clients=(curl swaks msmtp python nodemailer postfix exim)

usage() {
    cat <<END
Usage: run.sh [--install] [--jar FILE] [--keep] [--judge FILE] [CLIENT...]
  --install   first install missing clients (Debian, as root; npm)
  --jar FILE  the jar to test (default: target/boxcar.jar)
  --judge FILE  run boxcar lab --hold 30ms instead of the sink, and write what it says about the clients to FILE
  --keep      keep the working directory with spools and logs, and print its path
Clients: ${all_clients[*]} (default: all)
END
}
misuse() { printf 'run.sh: %s\n' "$1" >&2; usage >&2; exit 2; }

jar=$root/target/boxcar.jar
keep=
judge=
install=
clients=()
while [ $# -gt 0 ]; do
    case $1 in
        --install) install=yes ;;
        --jar) [ $# -gt 1 ] || misuse "--jar needs a file"; jar=$2; shift ;;
        --keep) keep=yes ;;
        --judge) [ $# -gt 1 ] || misuse "--judge needs a file"; judge=$2; shift ;;
        --help | -h) usage; exit 0 ;;
        -*) misuse "unknown option: $1" ;;
        *) [ -f "$here/$1.sh" ] && [[ " ${all_clients[*]} " == *" $1 "* ]] || misuse "unknown client: $1"; clients+=("$1") ;;
    esac
    shift
done
[ ${#clients[@]} -gt 0 ] || clients=("${all_clients[@]}")
[ -f "$jar" ] || misuse "no jar at $jar; run mvn package"
java=java
[ -z "${JAVA_HOME:-}" ] || java=$JAVA_HOME/bin/java
command -v "$java" >/dev/null || misuse "java not found"

# Where --install puts clients that are not system packages.
extra=$root/target/clients
# shellcheck source=install.sh
[ -z "$install" ] || . "$here/install.sh"

# --- the sink ------------------------------------------------------------------------------------------------------

work=$(mktemp -d "${TMPDIR:-/tmp}/clients.XXXXXX")
chmod 755 "$work" # Postfix and Exim read it as their own users
sink=
started=()

stop_clients() {
    local client
    for client in "${started[@]}"; do "${client}_stop"; done
    started=()
}
cleanup() {
    local status=$?
    trap - EXIT
    stop_clients
    if [ -n "$sink" ]; then kill -KILL "$sink" 2>/dev/null; wait "$sink" 2>/dev/null; fi
    if [ -n "$keep" ]; then echo "kept: $work"; else rm -rf "$work"; fi
    exit "$status"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# The address of the web interface.
web_url() { sed -n 's/^\[http\] accessible via \(http:[^ ]*\)$/\1/p' "$sink_dir/out" | head -n 1; }

# The port that the sink has announced; empty until then.
port_of() { sed -n "s/^\[$1\] listening on 127\.0\.0\.1:\([0-9]*\)\$/\1/p" "$sink_dir/out"; }

# Starts a sink: $1 is its name in cases.sh, the rest are its options.
start_sink() {
    local name=$1 tries command=(sink --http off)
    shift
    [ -z "$judge" ] || command=(lab --hold 30ms --http 127.0.0.1:0)
    sink_dir=$work/sink-$name
    mkdir -p "$sink_dir/expected" "$sink_dir/said" "$work/home"
    env -u XDG_STATE_HOME "$java" "-Duser.home=$work/home" -jar "$jar" "${command[@]}" --smtp 127.0.0.1:0 \
        --spool "$sink_dir/spool" --log-level debug "$@" >"$sink_dir/out" 2>"$sink_dir/log" &
    sink=$!
    for ((tries = 0; tries < 600; tries++)); do
        if [ -n "$(port_of smtp)" ] && { [[ " $* " != *" --smtps "* ]] || [ -n "$(port_of smtps)" ]; }; then break; fi
        kill -0 "$sink" 2>/dev/null || break
        sleep 0.1
    done
    smtp_port=$(port_of smtp)
    smtps_port=$(port_of smtps)
    [ -n "$smtp_port" ] && return 0
    failed "sink $name" "it did not start: $(tail -n 1 "$sink_dir/log")"
    kill -KILL "$sink" 2>/dev/null
    wait "$sink" 2>/dev/null
    sink=
    return 1
}

stop_sink() {
    kill -TERM "$sink" && wait "$sink"
    [ $? = 143 ] || failed "sink $1" "it did not exit with 143 on SIGTERM"
    sink=
}

# --- results -----------------------------------------------------------------------------------------------

count_ok=0
count_failed=0
count_skipped=0
ok() { count_ok=$((count_ok + 1)); printf 'ok       %s\n' "$1"; }
failed() { count_failed=$((count_failed + 1)); printf 'FAILED   %s: %s\n' "$1" "$2"; }
skipped() { count_skipped=$((count_skipped + 1)); printf 'skipped  %s: %s\n' "$1" "$2"; }

# shellcheck source=check.sh
. "$here/check.sh"
# shellcheck source=cases.sh
. "$here/cases.sh"

present=()
for client in "${clients[@]}"; do
    # shellcheck source=/dev/null
    . "$here/$client.sh"
    reason=$("${client}_missing")
    if [ -z "$reason" ]; then present+=("$client"); else skipped "$client" "$reason"; fi
done
make_messages
"$java" -jar "$jar" help sink >"$work/options" || misuse "$jar does not run"
for name in "${sinks[@]}"; do
    [ ${#present[@]} -gt 0 ] || break
    reason=$(sink_missing "$name")
    if [ -n "$reason" ]; then skipped "sink $name" "$reason"; else try_sink "$name"; fi
done

if [ -n "$judge" ]; then python3 "$here/verdicts.py" table "$work"/sink-*/verdicts >"$judge" || failed verdicts "no table"; fi
printf '%d ok, %d failed, %d skipped\n' "$count_ok" "$count_failed" "$count_skipped"
[ "$count_failed" = 0 ]
