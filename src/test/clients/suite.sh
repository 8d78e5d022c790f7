#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs third-party mail clients through boxcar lab suite and writes one JSON file per client. suite-table.py makes the
# table of docs/clients.md from these files.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
extra=$root/target/clients
all_clients=(curl curl-tls swaks swaks-pipeline msmtp smtplib smtplib-tls aiosmtplib nodemailer nodemailer-tls jakarta postfix exim)

usage() {
    cat <<END
Usage: suite.sh [--install] [--out DIR] [--only NAME,...] [CLIENT...]
  --install        first install missing clients, as run.sh does
  --out DIR        write DIR/CLIENT.json (default: target/suite)
  --only NAME,...  run only these cases
Clients: ${all_clients[*]} (default: all)
The variable BOXCAR is the command to run (default: java -jar target/boxcar.jar), TEST_CLASSPATH the class path of the
tests for jakarta (default: from Maven), PYTHON the Python interpreter (default: python3).
END
}

out=$root/target/suite
only=()
clients=()
while [ $# -gt 0 ]; do
    case $1 in
        # shellcheck source=install.sh
        --install) . "$here/install.sh" ;;
        --out) out=$2; shift ;;
        --only) only=(--only "$2"); shift ;;
        --help | -h) usage; exit 0 ;;
        -*) usage >&2; exit 2 ;;
        *) clients+=("$1") ;;
    esac
    shift
done
[ ${#clients[@]} -gt 0 ] || clients=("${all_clients[@]}")
read -r -a boxcar <<<"${BOXCAR:-java -jar $root/target/boxcar.jar}"
python=${PYTHON:-python3}
work=$(mktemp -d "${TMPDIR:-/tmp}/suite.XXXXXX")
chmod 755 "$work" # Postfix and Exim read it as their own users
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

exim_program() {
    if [ -x "$extra/exim/usr/sbin/exim4" ]; then echo "$extra/exim/usr/sbin/exim4"; else PATH=$PATH:/usr/sbin command -v exim4; fi
}

test_classpath() {
    echo "${TEST_CLASSPATH:-$root/target/test-classes:$(cd "$root" && mvn -q -o dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=/dev/stdout)}"
}

free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Runs the suite for the client $1, with the command in the other words.
suite() {
    local name=$1
    shift
    "${boxcar[@]}" lab suite --json "${only[@]}" "${options[@]}" -- "$@" >"$out/$name.json" 2>"$work/progress"
    local status=$?
    if [ $status -gt 1 ] || [ ! -s "$out/$name.json" ]; then
        rm -f "$out/$name.json"
        echo "$name: $(tail -n 1 "$work/progress")"
        return 1
    fi
    "$python" - "$name" "$out/$name.json" <<'END'
import json, sys
with open(sys.argv[2], encoding="utf-8") as file:
    result = json.load(file)
counts = ", ".join("%s %d" % one for one in result["counts"].items())
failed = [case["name"] for case in result["cases"] if case["outcome"] == "failed"]
print("%s: %s%s" % (sys.argv[1], counts, ": " + " ".join(failed) if failed else ""))
END
}

run() {
    local options=() port
    local curl=(curl --silent --show-error --max-time 20 --mail-from '{from}' --mail-rcpt '{to...}' --upload-file '{message}')
    local swaks=(swaks --server '{host}' --port '{port}' --helo swaks.client.example --from '{from}' --to '{to,}' --data '@{lf-message}' --suppress-data --timeout 20)
    case $1 in
        curl) suite "$1" "${curl[@]}" 'smtp://{host}:{port}/curl.client.example' ;;
        curl-tls) suite "$1" "${curl[@]}" --ssl-reqd --insecure 'smtp://{host}:{port}/curl.client.example' ;;
        swaks) suite "$1" "${swaks[@]}" ;;
        swaks-pipeline) suite "$1" "${swaks[@]}" --pipeline ;;
        msmtp)
            # shellcheck disable=SC2016 # the inner shell fills in $@
            suite "$1" sh -c 'msmtp --file=/dev/null --host={host} --port={port} --domain=msmtp.client.example --from={from} --timeout=20 --tls=off -- "$@" <{lf-message}' msmtp '{to...}'
            ;;
        smtplib) suite "$1" "$python" "$here/suite-send.py" smtplib clear '{host}' '{port}' '{from}' '{to,}' '{message}' ;;
        smtplib-tls) suite "$1" "$python" "$here/suite-send.py" smtplib tls '{host}' '{port}' '{from}' '{to,}' '{message}' ;;
        aiosmtplib) suite "$1" "$python" "$here/suite-send.py" aiosmtplib clear '{host}' '{port}' '{from}' '{to,}' '{message}' ;;
        nodemailer | nodemailer-tls)
            local tls=clear
            [ "$1" = nodemailer ] || tls=tls
            NODEMAILER=${NODEMAILER:-$extra/node_modules/nodemailer} suite "$1" node "$here/suite-send.js" "$tls" '{host}' '{port}' '{from}' '{to,}' '{message}'
            ;;
        jakarta) suite "$1" java -XX:TieredStopAtLevel=1 -Xshare:auto -cp "$(test_classpath)" dev.boxcar.clients.JakartaSuiteClient '{host}' '{port}' '{from}' '{to,}' '{message}' ;;
        postfix)
            port=$(free_port)
            options=(--queueing --smtp "127.0.0.1:$port" --timeout 60s)
            "$here/suite-postfix.sh" start "$work/postfix" "$port" || return
            suite "$1" "$here/suite-postfix.sh" send "$work/postfix" '{from}' '{lf-message}' '{to...}'
            "$here/suite-postfix.sh" stop "$work/postfix" >/dev/null 2>&1
            ;;
        exim)
            options=(--queueing --timeout 60s)
            suite "$1" "$here/suite-exim.sh" "$(exim_program)" "$work/exim" '{port}' '{from}' '{lf-message}' '{to...}'
            ;;
        *) echo "unknown client: $1" >&2; return 2 ;;
    esac
}

for client in "${clients[@]}"; do run "$client"; done
