#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs third-party mail clients through boxcar lab suite and writes one JSON file per client. suite-table.py makes the
# table of docs/clients.md from these files.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
extra=$root/target/clients
all_clients=(curl swaks swaks-pipeline msmtp smtplib aiosmtplib nodemailer jakarta boxcar postfix exim)
tls_clients=(curl-tls swaks-tls swaks-pipeline-tls msmtp-tls smtplib-tls aiosmtplib-tls nodemailer-tls jakarta-tls boxcar-tls postfix-tls exim-tls)

usage() {
    cat <<END
Usage: suite.sh [--install] [--out DIR] [--only NAME,...] [CLIENT...]
  --install        first install missing clients, as run.sh does
  --out DIR        write DIR/CLIENT.json (default: target/suite)
  --only NAME,...  run only these cases
Clients: ${all_clients[*]},
  and with STARTTLS and AUTH ${tls_clients[*]} (default: all)
The variable BOXCAR is the command to run (default: java -jar target/boxcar.jar), TEST_CLASSPATH the class path of the
tests for jakarta (default: from Maven), PYTHON the Python interpreter (default: /usr/bin/python3, for which --install
installs aiosmtplib).
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
[ ${#clients[@]} -gt 0 ] || clients=("${all_clients[@]}" "${tls_clients[@]}")
read -r -a boxcar <<<"${BOXCAR:-java -jar $root/target/boxcar.jar}"
python=${PYTHON:-/usr/bin/python3}
work=$(mktemp -d "${TMPDIR:-/tmp}/suite.XXXXXX")
chmod 755 "$work" # Postfix and Exim read it as their own users
postfix= # the directory of a Postfix that runs
cleanup() {
    [ -z "$postfix" ] || "$here/suite-postfix.sh" stop "$postfix" >/dev/null 2>&1
    postfix=
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM
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
    local options=() port tls=clear client=${1%-tls}
    [ "$client" = "$1" ] || tls=tls
    local curl=(curl --silent --show-error --max-time 20 --mail-from '{from}' --mail-rcpt '{to...}' --upload-file '{message}')
    local swaks=(swaks --server '{host}' --port '{port}' --helo swaks.client.example --from '{from}' --to '{recipients}' --data '@{lf-message}' --suppress-data --timeout 20)
    local own=("${boxcar[@]}" send --mode bdat --hostname boxcar.client.example --timeout 20s --from '{from}' --to '{to...}' --file '{message}' --raw)
    local msmtp='msmtp --file=/dev/null --host={host} --port={port} --domain=msmtp.client.example --from={from} --timeout=20 --tls=off'
    if [ $tls = tls ]; then
        curl+=(--ssl-reqd --insecure --user ann:secret)
        swaks+=(--tls --auth PLAIN --auth-user ann --auth-password secret)
        msmtp=${msmtp/--tls=off/--tls=on --tls-starttls=on --tls-certcheck=off --auth=plain --user=ann --passwordeval=\'echo secret\'}
        own+=(--tls --tls-insecure --auth ann)
    fi
    case $client in
        curl) suite "$1" "${curl[@]}" 'smtp://{host}:{port}/curl.client.example' ;;
        swaks) suite "$1" "${swaks[@]}" ;;
        swaks-pipeline) suite "$1" "${swaks[@]}" --pipeline ;;
        msmtp) suite "$1" sh -c "$msmtp"' -- "$@" <{lf-message}' msmtp '{to...}' ;;
        smtplib | aiosmtplib) suite "$1" "$python" "$here/suite-send.py" "$client" $tls '{host}' '{port}' '{from}' '{recipients}' '{message}' ;;
        nodemailer)
            NODEMAILER=${NODEMAILER:-$extra/node_modules/nodemailer} suite "$1" node "$here/suite-send.js" $tls '{host}' '{port}' '{from}' '{recipients}' '{message}'
            ;;
        jakarta) suite "$1" java -XX:TieredStopAtLevel=1 -Xshare:auto -cp "$(test_classpath)" dev.boxcar.clients.JakartaSuiteClient $tls '{host}' '{port}' '{from}' '{recipients}' '{message}' ;;
        boxcar) BOXCAR_PASSWORD=secret suite "$1" "${own[@]}" '{host}:{port}' ;;
        postfix)
            port=$(free_port)
            options=(--queueing --smtp "127.0.0.1:$port" --timeout 60s)
            [ $tls = clear ] || export POSTFIX_TLS=encrypt
            postfix=$work/$1
            "$here/suite-postfix.sh" start "$postfix" "$port" || return
            suite "$1" "$here/suite-postfix.sh" send "$postfix" '{from}' '{lf-message}' '{to...}'
            "$here/suite-postfix.sh" stop "$postfix" >/dev/null 2>&1
            postfix=
            ;;
        exim)
            options=(--queueing --timeout 60s)
            [ $tls = clear ] || export EXIM_AVOID_TLS= EXIM_REQUIRE_AUTH='*'
            suite "$1" "$here/suite-exim.sh" "$(exim_program)" "$work/$1" '{port}' '{from}' '{lf-message}' '{to...}'
            ;;
        *) echo "unknown client: $1" >&2; return 2 ;;
    esac
}

for client in "${clients[@]}"; do run "$client"; done
