# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The sinks, the messages and the cases. A case has the same name for all clients; CLIENT_cases in a client's file lists
# the cases it supports. CLIENT_send reads these variables:
#   CASE, SENDER, TO (an array), MESSAGE (a file with LF), MESSAGE_CRLF (the same with CRLF), PORT
#   MECHANISM  the SASL mechanism to use, or empty; NAME and PASSWORD (also used as the token)
#   TLS        empty, starttls or smtps (implicit TLS)
#   COPIES, CONNECTIONS  the number of messages, each with its own MAIL, and of connections
#   DSN        empty, or yes: RET=HDRS if the client supports it, ENVID=envid-1, NOTIFY=SUCCESS,FAILURE
# CLIENT_send fails if the client reports that the mail was refused. It may add extended regular expressions to WANTS,
# which the session's log must match.

sinks=(open auth users tls)

sink_options() {
    case $1 in
        open) ;;
        auth) echo --auth-accept-any --auth-allow-insecure --auth-required ;;
        users) echo --auth-file "$work/users" --auth-allow-insecure --auth-required ;;
        tls) echo --tls self-signed --tls-required --smtps 127.0.0.1:0 --auth-accept-any ;;
    esac
}

sink_cases() {
    case $1 in
        open) echo plain utf8 dots several large series data smtputf8 dsn ${judge:-pipeconnect} ;;
        auth) echo auth-plain auth-login auth-cram-md5 auth-xoauth2 auth-oauthbearer ;;
        users) echo user-plain user-cram-md5 user-scram-sha-256 user-unknown ;;
        tls) echo starttls starttls-large starttls-auth-plain smtps ;;
    esac
}

# Prints why a sink cannot be tested: an option that the jar lacks.
sink_missing() {
    local word
    for word in $(sink_options "$1"); do
        case $word in
            --*) grep -q -e "$word" "$work/options" || echo "the jar has no $word" ;;
            self-signed) grep -q self-signed "$work/options" || echo "the jar has no --tls self-signed" ;;
        esac
    done | head -n 1
}

# Makes the message named $1 with standard input as its body and with every header field that a relay would add.
message() {
    {
        printf 'From: An author <author@sender.example>\nTo: reader@reader.example\nDate: Sun, 22 Nov 2026 09:30:00 +0000\n'
        printf 'Message-ID: <%s@sender.example>\nSubject: %s\n' "$1" "$1"
        printf 'MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n'
        cat
    } >"$work/$1.eml"
    sed 's/$/\r/' "$work/$1.eml" >"$work/$1.crlf"
}

make_messages() {
    printf 'A line.\n\nAnother line.\n' | message plain
    printf 'Gr\303\274\303\237e, \320\277\321\200\320\270\320\262\320\265\321\202, \344\275\240\345\245\275, \360\237\232\203\n' | message utf8
    {
        printf '.\n..\n...\n.A line with a dot.\n. \n'
        awk 'BEGIN { for (i = 0; i < 20000; i++) { printf "%s%d\n", substr("....", 1, i % 4), i; if (i % 7 == 0) print "." } }'
        printf 'The end.\n.\n'
    } | message dots
    awk 'BEGIN { for (i = 0; i < 5 * 1024 * 1024 / 72; i++) printf "%07d %063d\n", i, i * i }' | message large
    # A user file made by passwd: ann for every mechanism but CRAM-MD5, bob also for CRAM-MD5.
    if grep -q -e --auth-file "$work/options" 2>/dev/null || "$java" -jar "$jar" help passwd >/dev/null 2>&1; then
        printf 'open sesame\n' | "$java" -jar "$jar" passwd "$work/users" ann
        printf 'open sesame\n' | "$java" -jar "$jar" passwd --plain "$work/users" bob
    fi >"$work/passwd.out" 2>&1
}

# Sets the variables of client $1 and case $2.
prepare() {
    local text=plain
    CASE=$2
    SENDER=$CASE.$1@sender.example
    TO=(reader@reader.example)
    MECHANISM= TLS= COPIES=1 CONNECTIONS=1 DSN= NAME=ann PASSWORD='open sesame' PORT=$smtp_port WANTS=() REFUSED=
    case $CASE in
        utf8 | dots | large) text=$CASE ;;
        several)
            TO=()
            local i
            for ((i = 1; i <= 40; i++)); do TO+=("reader-$i@d$((i % 3)).example"); done
            ;;
        series) COPIES=5 ;;
        pipeconnect) COPIES=2 CONNECTIONS=2 ;;
        smtputf8)
            text=utf8
            SENDER=j$'\303\274'rgen.$1@sender.example
            TO=($'\321\207\320\270\321\202\320\260\321\202\320\265\320\273\321\214'@reader.example reader@reader.example)
            WANTS+=('C: (MAIL|mail) .* SMTPUTF8')
            ;;
        dsn) DSN=yes; WANTS+=('C: (MAIL|mail) .* ENVID=envid-1' 'C: (RCPT|rcpt) .* NOTIFY=SUCCESS,FAILURE') ;;
        user-unknown) MECHANISM=PLAIN PASSWORD=wrong REFUSED=yes ;;
        user-cram-md5) NAME=bob ;;
        starttls-large) text=large ;;
    esac
    case $CASE in
        *-plain) MECHANISM=PLAIN ;;
        *-login) MECHANISM=LOGIN ;;
        *-cram-md5) MECHANISM=CRAM-MD5 ;;
        *-xoauth2) MECHANISM=XOAUTH2 PASSWORD=token ;;
        *-oauthbearer) MECHANISM=OAUTHBEARER PASSWORD=token ;;
        *-scram-sha-256) MECHANISM=SCRAM-SHA-256 ;;
    esac
    case $CASE in
        starttls*) TLS=starttls; WANTS+=('C: STARTTLS|C: starttls') ;;
        smtps) TLS=smtps PORT=$smtps_port ;;
    esac
    if [ -n "$MECHANISM" ] && [ -z "$REFUSED" ]; then WANTS+=("authenticated mechanism=${MECHANISM//-/.} user=$NAME"); fi
    MESSAGE=$work/$text.eml
    MESSAGE_CRLF=$work/$text.crlf
}

# Runs every case of every client against a sink, then checks what the sink holds.
try_sink() {
    local name=$1 client options said
    printf -- '-- sink %s\n' "$name $(sink_options "$name")"
    read -r -a options <<<"$(sink_options "$name")"
    start_sink "$name" "${options[@]}" || return
    for client in "${present[@]}"; do
        local cases_of="${client}_cases" todo=()
        for CASE in $(sink_cases "$name"); do [[ " ${!cases_of} " == *" $CASE "* ]] && todo+=("$CASE"); done
        [ ${#todo[@]} -gt 0 ] || continue
        if [ "$(type -t "${client}_start")" = function ]; then
            started+=("$client")
            if ! "${client}_start" "$name" "${todo[@]}" >"$sink_dir/said/$client" 2>&1; then
                failed "$client" "it did not start: $(tail -n 3 "$sink_dir/said/$client")"
                stop_clients
                continue
            fi
        fi
        for CASE in "${todo[@]}"; do
            prepare "$client" "$CASE"
            said=$sink_dir/said/$client.$CASE
            "${client}_send" >"$said" 2>&1 </dev/null
            expect "$client" $?
        done
        stop_clients
    done
    if [ -n "$judge" ]; then
        python3 "$here/verdicts.py" fetch "$(web_url)" "${present[@]}" >"$sink_dir/verdicts" || failed "sink $name" "no verdicts"
    fi
    stop_sink "$name"
    check_all "$name"
}
