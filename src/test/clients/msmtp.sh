# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# msmtp has the command line of sendmail and does not pipeline. Its SCRAM comes from GNU SASL.

msmtp_cases="plain utf8 dots several large dsn auth-plain auth-login auth-cram-md5 auth-xoauth2 auth-oauthbearer user-plain user-cram-md5 user-scram-sha-256 user-unknown
 starttls starttls-large starttls-auth-plain smtps"
msmtp_cases=${msmtp_cases//$'\n'/}

msmtp_missing() { command -v msmtp >/dev/null || echo "no msmtp"; }

msmtp_send() {
    local options=(--file=/dev/null --host=127.0.0.1 "--port=$PORT" --domain=msmtp.client.example "--from=$SENDER" --timeout=120
        --add-missing-from-header=off --add-missing-date-header=off)
    if [ -n "$MECHANISM" ]; then
        options+=("--auth=$(tr '[:upper:]' '[:lower:]' <<<"$MECHANISM")" "--user=$NAME" "--passwordeval=echo '$PASSWORD'")
    fi
    case $TLS in
        starttls) options+=(--tls=on --tls-starttls=on --tls-certcheck=off) ;;
        smtps) options+=(--tls=on --tls-starttls=off --tls-certcheck=off) ;;
        *) options+=(--tls=off) ;;
    esac
    # msmtp sends no ENVID, so check only RET and NOTIFY.
    if [ -n "$DSN" ]; then
        options+=(--dsn-notify=success,failure --dsn-return=headers)
        WANTS=('C: MAIL .* RET=HDRS' 'C: RCPT .* NOTIFY=SUCCESS,FAILURE')
    fi
    msmtp "${options[@]}" -- "${TO[@]}" <"$MESSAGE"
}
