# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Postfix with its own configuration, queue and log and without a listener; the machine's Postfix is not touched. Its
# sendmail submits the mail; the sender's address selects the delivery service, one per case.

postfix_cases="plain utf8 dots several large dsn smtputf8 auth-plain auth-login auth-cram-md5 user-plain user-cram-md5 user-scram-sha-256 user-unknown
 starttls starttls-large starttls-auth-plain smtps"
postfix_cases=${postfix_cases//$'\n'/}
postfix_adds=trace

postfix_missing() {
    [ -x /usr/sbin/postfix ] || { echo "no postfix"; return; }
    [ "$(id -u)" = 0 ] || echo "Postfix needs root"
}

postfix_start() {
    local CASE
    postfix_dir=$sink_dir/postfix
    mkdir -p "$postfix_dir/queue" "$postfix_dir/data" "$postfix_dir/conf"
    chown postfix "$postfix_dir/data"
    shift
    cat >"$postfix_dir/conf/main.cf" <<END
compatibility_level = 3.6
queue_directory = $postfix_dir/queue
data_directory = $postfix_dir/data
maillog_file = $postfix_dir/log
maillog_file_prefixes = $sink_dir
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
sender_dependent_default_transport_maps = regexp:$postfix_dir/conf/services
message_size_limit = 52428800
mailbox_size_limit = 0
smtputf8_enable = yes
smtputf8_autodetect_classes = all
smtp_sasl_security_options =
smtp_sasl_tls_security_options =
smtp_tls_security_level = may
smtp_tls_CAfile =
smtp_destination_concurrency_failed_cohort_limit = 0
END
    cat >"$postfix_dir/conf/master.cf" <<'END'
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
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
END
    : >"$postfix_dir/conf/services"
    for CASE in "$@"; do
        prepare postfix "$CASE"
        printf '/^%s$/ %s:[127.0.0.1]:%s\n' "${SENDER//./\\.}" "$CASE" "$PORT" >>"$postfix_dir/conf/services"
        postfix_service >>"$postfix_dir/conf/master.cf"
    done
    timeout 60 postfix -c "$postfix_dir/conf" start
}

# The delivery service of the case.
postfix_service() {
    printf '%s unix - - n - - smtp\n' "$CASE"
    if [ -n "$MECHANISM" ]; then
        printf '  -o smtp_sasl_auth_enable=yes -o smtp_sasl_mechanism_filter=%s\n' "$(tr '[:upper:]' '[:lower:]' <<<"$MECHANISM")"
        printf '  -o { smtp_sasl_password_maps = static:{%s:%s} }\n' "$NAME" "$PASSWORD"
    fi
    case $TLS in
        starttls) printf '  -o smtp_tls_security_level=encrypt\n' ;;
        smtps) printf '  -o smtp_tls_security_level=encrypt -o smtp_tls_wrappermode=yes\n' ;;
    esac
}

postfix_stop() { timeout 60 postfix -c "$postfix_dir/conf" stop >/dev/null 2>&1; }

# Submits the mail and waits at most a minute until its delivery is logged.
postfix_send() {
    local options=() tries id
    # Postfix sends ENVID and NOTIFY; its sendmail has no option for RET.
    [ -z "$DSN" ] || options+=(-N success,failure -V envid-1)
    sendmail -C "$postfix_dir/conf" -i -G -B 8BITMIME -f "$SENDER" "${options[@]}" -- "${TO[@]}" <"$MESSAGE" || return
    for ((tries = 0; tries < 300; tries++)); do
        id=$(sed -n "s/.*qmgr\[[0-9]*\]: \([0-9A-F]*\): from=<$SENDER>, .*/\1/p" "$postfix_dir/log" 2>/dev/null | head -n 1)
        if [ -n "$id" ] && grep -q ": $id: .* status=" "$postfix_dir/log"; then break; fi
        if grep ' fatal: ' "$postfix_dir/log"; then break; fi
        sleep 0.2
    done
    [ -n "$id" ] || { echo "not delivered from the queue"; tail -n 20 "$postfix_dir/log"; return 1; }
    grep -F ": $id: " "$postfix_dir/log"
    # A deferred mail would arrive later, during another case.
    if ! grep -q ": $id: .* status=sent" "$postfix_dir/log"; then postsuper -c "$postfix_dir/conf" -d "$id"; return 1; fi
}
