# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Python's smtplib, run by send.py.

python_cases="plain utf8 dots several large series smtputf8 dsn auth-plain auth-login auth-cram-md5 auth-xoauth2 user-plain user-cram-md5 user-unknown
 starttls starttls-large starttls-auth-plain smtps"
python_cases=${python_cases//$'\n'/}

python_missing() {
    command -v python3 >/dev/null || { echo "no python3"; return; }
    python3 -c 'import smtplib, ssl' 2>/dev/null || echo "this python3 has no smtplib or no ssl"
}

python_send() {
    SENDER=$SENDER MESSAGE=$MESSAGE_CRLF PORT=$PORT MECHANISM=$MECHANISM NAME=$NAME PASSWORD=$PASSWORD TLS=$TLS COPIES=$COPIES DSN=$DSN \
        PYTHONIOENCODING=utf-8 timeout 150 python3 "$here/send.py" "${TO[@]}"
}
