# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Exim with its own configuration and spool; each call returns after the delivery. It uses BDAT if the server offers
# CHUNKING, except in the case "data". On its second connection to a server that offers PIPECONNECT it sends before the
# banner: the case "pipeconnect" sends two messages in two calls.

exim_cases="plain utf8 dots several large data dsn smtputf8 pipeconnect auth-plain auth-login auth-cram-md5 user-plain user-cram-md5 user-unknown
 starttls starttls-large starttls-auth-plain smtps"
exim_cases=${exim_cases//$'\n'/}
exim_adds=trace

exim_program() {
    if [ -x "$extra/exim/usr/sbin/exim4" ]; then echo "$extra/exim/usr/sbin/exim4"; else PATH=$PATH:/usr/sbin command -v exim4 || PATH=$PATH:/usr/sbin command -v exim; fi
}

exim_missing() {
    local program said
    program=$(exim_program) || { echo "no exim4; use --install"; return; }
    said=$("$program" -C /dev/null -bV 2>&1) || echo "exim4 does not run: $(head -n 1 <<<"$said")"
}

# Exim does not deliver as root: it runs as its own user if the caller is root, otherwise as the caller.
exim_start() {
    exim_dir=$sink_dir/exim
    mkdir -p "$exim_dir/spool" "$exim_dir/log"
    exim_owner=$(id -u)
    if [ "$exim_owner" = 0 ]; then exim_owner=$(id -u Debian-exim); fi
    chown -R "$exim_owner" "$exim_dir"
}
exim_stop() { :; }

exim_configure() {
    local chunking='*' early='' auth='' tls='' protocol=smtp
    [ "$CASE" != data ] || chunking=
    [ "$CASE" != pipeconnect ] || early='*'
    [ -z "$MECHANISM" ] || auth='*'
    [ -z "$TLS" ] || tls='*'
    [ "$TLS" != smtps ] || protocol=smtps
    cat >"$exim_dir/$CASE.conf" <<END
exim_user = $exim_owner
exim_group = $(id -g "$(id -nu "$exim_owner")")
exim_path = $(exim_program)
spool_directory = $exim_dir/spool
log_file_path = $exim_dir/log/%s
log_selector = +pipelining +smtp_confirmation
primary_hostname = exim.client.example
deliver_drop_privilege
keep_environment =
never_users =
untrusted_set_sender = *
local_from_check = false
message_size_limit = 50M
allow_utf8_domains
bounce_return_message = false
ignore_bounce_errors_after = 0s
dsn_advertise_hosts = :*
smtputf8_advertise_hosts = :*
acl_smtp_rcpt = accept
begin routers
all:
  driver = manualroute
  transport = sink
  route_list = * 127.0.0.1 byname
  self = send
begin transports
sink:
  driver = smtp
  port = $PORT
  allow_localhost
  protocol = $protocol
  max_rcpt = 0
  hosts_try_chunking = $chunking
  hosts_pipe_connect = $early
  hosts_require_auth = $auth
  hosts_try_auth = $auth
  hosts_require_tls = $tls
  tls_verify_certificates =
  command_timeout = 60s
begin authenticators
$(exim_authenticator)
END
    chmod 644 "$exim_dir/$CASE.conf"
}

exim_authenticator() {
    case $MECHANISM in
        PLAIN) printf 'plain:\n  driver = plaintext\n  public_name = PLAIN\n  client_send = ^%s^%s\n' "$NAME" "$PASSWORD" ;;
        LOGIN) printf 'login:\n  driver = plaintext\n  public_name = LOGIN\n  client_send = : %s : %s\n' "$NAME" "$PASSWORD" ;;
        CRAM-MD5) printf 'cram:\n  driver = cram_md5\n  public_name = CRAM-MD5\n  client_name = %s\n  client_secret = %s\n' "$NAME" "$PASSWORD" ;;
    esac
}

exim_send() {
    local call=(timeout 150 "$(exim_program)" -C "$exim_dir/$CASE.conf" -odf -oem) log=$exim_dir/log/main copy id
    exim_configure
    if [ "$CASE" = data ]; then WANTS+=('C: DATA'); elif [ -z "$REFUSED" ]; then WANTS+=('C: BDAT'); fi
    for ((copy = 0; copy < COPIES; copy++)); do
        case $CASE in
            # The command line has no such parameters; SMTP on standard input does.
            dsn) exim_dialogue ' RET=HDRS ENVID=envid-1' ' NOTIFY=SUCCESS,FAILURE' | "${call[@]}" -bs ;;
            smtputf8) exim_dialogue ' SMTPUTF8 BODY=8BITMIME' '' | "${call[@]}" -bs ;;
            *) "${call[@]}" -oi -f "$SENDER" -- "${TO[@]}" <"$MESSAGE" ;;
        esac || return
    done
    id=$(grep -F " <= $SENDER " "$log" | tail -n 1 | cut -d ' ' -f 3)
    [ -n "$id" ] || { echo "exim did not accept the mail"; tail -n 5 "$log"; return 1; }
    grep -F " $id " "$log"
    # => and -> are deliveries, == and ** deferred or failed ones. L* marks commands sent before the banner.
    grep -F " $id => " "$log" >/dev/null && ! grep -E " $id (==|\*\*) " "$log" >/dev/null || return 1
    if [ "$CASE" = pipeconnect ] && ! grep -F " $id => " "$log" | grep -F ' L* ' >/dev/null; then
        echo "the second connection did not send before the banner"
        return 1
    fi
}

# The mail as an SMTP session with these parameters of MAIL and RCPT. No line of the message may start with a dot.
exim_dialogue() {
    printf 'EHLO here.example\r\nMAIL FROM:<%s>%s\r\n' "$SENDER" "$1"
    printf "RCPT TO:<%s>$2\r\n" "${TO[@]}"
    printf 'DATA\r\n'
    cat "$MESSAGE_CRLF"
    printf '.\r\nQUIT\r\n'
}
