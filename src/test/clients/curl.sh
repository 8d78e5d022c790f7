# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# curl sends the file's bytes and stuffs dots. It has no DSN parameters. It uses OAUTHBEARER if that is offered, even
# when asked for XOAUTH2.

curl_cases="plain utf8 dots several large series smtputf8 auth-plain auth-login auth-cram-md5 auth-oauthbearer
 user-plain user-cram-md5 user-unknown starttls starttls-large starttls-auth-plain smtps"
curl_cases=${curl_cases//$'\n'/}

curl_missing() {
    command -v curl >/dev/null || { echo "no curl"; return; }
    curl --version | grep -q '^Protocols:.* smtp' || echo "this curl has no smtp"
}

curl_send() {
    local scheme=smtp transfer=() one=() i
    [ "$TLS" != smtps ] || scheme=smtps
    one=("$scheme://127.0.0.1:$PORT/curl.client.example" --silent --show-error --insecure --max-time 120 --mail-from "$SENDER" --upload-file "$MESSAGE_CRLF")
    for i in "${TO[@]}"; do one+=(--mail-rcpt "$i"); done
    [ "$TLS" != starttls ] || one+=(--ssl-reqd)
    case $MECHANISM in
        '') ;;
        XOAUTH2 | OAUTHBEARER) one+=(--user "$NAME:" --oauth2-bearer "$PASSWORD" --login-options "AUTH=$MECHANISM") ;;
        *) one+=(--user "$NAME:$PASSWORD" --login-options "AUTH=$MECHANISM") ;;
    esac
    transfer=("${one[@]}")
    for ((i = 1; i < COPIES; i++)); do transfer+=(--next "${one[@]}"); done
    curl --no-progress-meter "${transfer[@]}"
}
