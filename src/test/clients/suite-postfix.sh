#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Sends one message through a Postfix of its own for boxcar lab suite:
#   suite-postfix.sh start DIR PORT               starts it; it delivers to 127.0.0.1:PORT
#   suite-postfix.sh stop DIR
#   suite-postfix.sh send DIR FROM FILE TO...     submits the message, waits for the delivery, and runs the queue once
#                                                 more if it was deferred. Exit status 0: sent
set -uo pipefail
action=$1 dir=$2
shift 2

start() {
    local port=$1
    mkdir -p "$dir/queue" "$dir/data" "$dir/conf"
    chown postfix "$dir/data"
    cat >"$dir/conf/main.cf" <<END
compatibility_level = 3.6
queue_directory = $dir/queue
data_directory = $dir/data
maillog_file = $dir/log
maillog_file_prefixes = $dir
multi_instance_enable = no
myhostname = postfix.client.example
mydestination =
local_recipient_maps =
local_transport = error:no local mail
alias_maps =
alias_database =
inet_interfaces = loopback-only
inet_protocols = ipv4
default_transport = error:no service for this sender
sender_dependent_default_transport_maps = inline:{ { sender@client.example = smtp:[127.0.0.1]:$port } }
smtp_tls_security_level = ${POSTFIX_TLS:-none}
smtp_sasl_auth_enable = $([ -z "${POSTFIX_TLS:-}" ] && echo no || echo yes)
smtp_sasl_password_maps = static:ann:secret
smtp_sasl_mechanism_filter = plain
smtp_sasl_security_options =
smtp_sasl_tls_security_options =
smtp_destination_concurrency_failed_cohort_limit = 0
smtp_mx_session_limit = 1
minimal_backoff_time = 1000s
END
    cat >"$dir/conf/master.cf" <<'END'
pickup    unix  n - n 1 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
END
    timeout 60 postfix -c "$dir/conf" start
}

# The lines of the log that tell how the message's deliveries ended, after the first $1 of them.
outcomes() { grep -E ": $id: to=.* status=" "$dir/log" | tail -n "+$(($1 + 1))"; }

# Waits for $2 more outcomes than $1, for at most $3 tenths of a second.
await() {
    local polls
    for ((polls = 0; polls < $3; polls++)); do
        [ "$(outcomes "$1" | wc -l)" -lt "$2" ] || return 0
        sleep 0.1
    done
    return 1
}

send() {
    local sender=$1 file=$2 before id='' tries
    shift 2
    before=$(grep -c "qmgr.*: from=<$sender>" "$dir/log")
    sendmail -C "$dir/conf" -i -G -f "$sender" -- "$@" <"$file" || exit
    for ((tries = 0; tries < 100 && ${#id} == 0; tries++)); do
        id=$(grep "qmgr.*: from=<$sender>" "$dir/log" | tail -n "+$((before + 1))" | sed -n 's/.*qmgr\[[0-9]*\]: \([0-9A-F]*\): .*/\1/p' | head -n 1)
        [ -n "$id" ] || sleep 0.1
    done
    await 0 $# 200 || { echo "no outcome"; postsuper -c "$dir/conf" -d ALL; exit 1; }
    local first deferred
    first=$(outcomes 0)
    deferred=$(grep -c status=deferred <<<"$first")
    if [ "$deferred" -gt 0 ]; then
        # The first attempt may not have ended completely yet, so the flush is repeated until it has an effect.
        for ((tries = 0; tries < 20; tries++)); do
            postqueue -c "$dir/conf" -i "$id"
            await $# "$deferred" 10 && break
        done
        postsuper -c "$dir/conf" -d ALL 2>/dev/null
    fi
    outcomes 0 | sed 's/.*postfix\/[a-z]*\[[0-9]*\]: //'
    ! outcomes 0 | tail -n "$deferred" | grep -q 'status=deferred' && ! outcomes 0 | grep -q status=bounced
}

case $action in
    start) start "$@" ;;
    stop) timeout 60 postfix -c "$dir/conf" stop ;;
    send) send "$@" ;;
    *) echo "unknown action: $action" >&2; exit 2 ;;
esac
