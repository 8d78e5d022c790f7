#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# try-inspector.sh: uses each tool of "boxcar mcp" with the Inspector of the Model Context Protocol, in its command-line
# mode, as an agent would. Needs target/boxcar, curl, node and npm, which fetches the Inspector; prints why it is
# skipped without them.
set -euo pipefail
cd "$(dirname "$0")/../../.."

skip() { echo "try-inspector.sh is skipped: $1"; exit 0; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

[ -x target/boxcar ] || fail "no target/boxcar: run mvn package"
for program in node npm curl; do command -v $program >/dev/null || skip "$program is not installed"; done
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || skip "node is older than 20"
boxcar=$PWD/target/boxcar
work=$(mktemp -d)
lab=
clean_up() {
    status=$?
    [ -z "$lab" ] || kill "$lab" 2>/dev/null || true
    rm -rf "$work"
    exit $status
}
trap clean_up EXIT
cd "$work"
npm init -y >/dev/null
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @modelcontextprotocol/inspector@2.12.0 >log 2>&1 ||
    skip "npm cannot fetch the Inspector: $(tail -n 1 log)"

"$boxcar" lab --smtp 127.0.0.1:0 --http 127.0.0.1:0 --spool memory --hold off >out 2>log &
lab=$!
for _ in $(seq 300); do
    page=$(sed -n 's/^\[http\] accessible via //p' out)
    [ -z "$page" ] || break
    sleep 0.1
done
[ -n "$page" ] || fail "the lab has not started: $(cat log)"
smtp=$(sed -n 's/^\[smtp\] listening on //p' out)

inspect() { timeout 60 node_modules/.bin/mcp-inspector --cli "$boxcar" mcp --url "$page" "$@" 2>log; }
# Calls a tool with arguments KEY=VALUE, and prints the text of its answer.
call() {
    local tool=$1 arguments=()
    shift
    for argument in "$@"; do arguments+=(--tool-arg "$argument"); done
    inspect --method tools/call --tool-name "$tool" "${arguments[@]}" >answer || fail "$tool: $(cat log answer)"
    node -p 'JSON.parse(require("fs").readFileSync("answer")).content[0].text'
}
has() { grep -q -- "$1" <<<"$2" || fail "no $1 in: $2"; }
send() {
    printf 'To: %s\r\nSubject: %s\r\n\r\nYour code is 482 913. https://shop.example/l?t=1\r\n' "$2" "$1" |
        curl -sS "smtp://$smtp" --mail-from a@a.test --mail-rcpt "$2" -T -
}

inspect --method tools/list >tools || fail "tools/list: $(cat log)"
tools=$(node -p 'JSON.parse(require("fs").readFileSync("tools")).tools.map(tool => tool.name).sort().join(" ")')
echo "tools: $tools"
! grep -q unsupported log || fail "$(cat log)"

cursor=$(call search_messages | node -p 'JSON.parse(require("fs").readFileSync(0)).cursor')
send 'Your login' ann@example.org
message=$(call wait_for_message query=subject:login "after=$cursor")
has 482913 "$message"
has 'https://shop.example/l?t=1' "$message"
id=$(node -p 'JSON.parse(require("fs").readFileSync(0)).id' <<<"$message")
has ann@example.org "$(call search_messages query=to:ann)"
has 'Your login' "$(call read_message "id=$id")"
session=$(call list_sessions limit=1 | node -p 'JSON.parse(require("fs").readFileSync(0))[0].id')
has 'C: RCPT TO:<ann@example.org>' "$(call read_session "id=$session")"
call run_script 'script={"name": "no such user", "rules": [{"on": {"verb": "RCPT"}, "do": {"reply": {"code": 550, "status": "5.1.1", "text": "no such user"}}}]}' >/dev/null
! send refused bob@example.org 2>/dev/null || fail "the script refuses nothing"
has '"matched" : 1' "$(call list_scripts)"
has deleted "$(call delete_scripts)"
has deleted "$(call delete_messages 'query=*')"
has '"matches" : 0' "$(call search_messages)"
echo "the Inspector used each tool"
