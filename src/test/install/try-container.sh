#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Where containers do not run (try-image.sh): follows the steps of conf/Containerfile on this machine instead of in its
# base image, then runs the program as the container would: as its user, with its variables and its entry point. This
# changes the machine: .ci/run calls it by in-a-copy.sh, with Containerfile and target/boxcar beside it.
set -euo pipefail
cd "$(dirname "$0")"

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
await() {
    local end=$((SECONDS + 60))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || fail "not within 60 s: $*"
        sleep 0.05
    done
}
# The words of an instruction in JSON form, such as ENTRYPOINT ["boxcar"].
words() { sed -e 's/^\[ *"//; s/" *\]$//; s/" *, *"/ /g' <<<"$1"; }

user=root variables=() entry='' command='' health=''
while read -r instruction rest; do
    case $instruction in
        '' | '#'* | FROM | EXPOSE | VOLUME | LABEL) ;;
        ENV) variables+=("$rest") ;;
        COPY) cp "${rest%% *}" "${rest##* }" 2>/dev/null || cp "$(basename "${rest%% *}")" "${rest##* }" ;;
        RUN) env "${variables[@]}" sh -euc "$rest" || fail "RUN $rest" ;;
        USER) user=$rest ;;
        WORKDIR) mkdir -p "$rest" && cd "$rest" ;;
        ENTRYPOINT) entry=$(words "$rest") ;;
        CMD) command=$(words "$rest") ;;
        HEALTHCHECK) health=$(words "${rest##*CMD }") ;;
        *) fail "an unknown instruction: $instruction" ;;
    esac
done < <(sed -e ':a; /\\$/ { N; s/\\\n//; ba }' /tmp/given/Containerfile)

as_user() { setpriv --reuid "$user" --regid "$user" --clear-groups env -i PATH="$PATH" "${variables[@]}" "$@"; }
now() { echo $(($(date +%s%N) / 1000000)); }

start=$(now)
# shellcheck disable=SC2086 # words
as_user $entry $command >/tmp/log 2>&1 &
server=$!
# shellcheck disable=SC2086
await as_user $health
echo "ready, as the health check says, after $(($(now) - start)) ms"
printf 'Subject: contained\r\n\r\nHi.\r\n' |
    curl -sS smtp://localhost:1025 --mail-from a@a.test --mail-rcpt b@b.test -T - || fail "curl to the sink"
curl -sS http://localhost:8025/api/v1/messages | grep -q contained || fail "the sink does not show the message"
kill $server
wait $server || [ $? = 143 ] || fail "the sink ended with another status"
# shellcheck disable=SC2086
as_user $entry $command >/tmp/log 2>&1 &
server=$!
# shellcheck disable=SC2086
await as_user $health
curl -sS http://localhost:8025/api/v1/messages | grep -q contained || fail "the volume did not keep the message"
kill $server
echo "the container's steps work"
