# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# nodemailer, run by send.js; --install puts it under target/clients.

nodemailer_cases="plain utf8 dots several large series smtputf8 dsn auth-plain auth-login auth-cram-md5 auth-xoauth2 user-plain user-cram-md5 user-unknown
 starttls starttls-large starttls-auth-plain smtps"
nodemailer_cases=${nodemailer_cases//$'\n'/}

nodemailer_missing() {
    command -v node >/dev/null || { echo "no node"; return; }
    [ -d "$extra/node_modules/nodemailer" ] || echo "no nodemailer under target/clients; use --install"
}

nodemailer_send() {
    SENDER=$SENDER MESSAGE=$MESSAGE_CRLF PORT=$PORT MECHANISM=$MECHANISM NAME=$NAME PASSWORD=$PASSWORD TLS=$TLS COPIES=$COPIES DSN=$DSN \
        NODEMAILER=$extra/node_modules/nodemailer NODE_NO_WARNINGS=1 timeout 150 node "$here/send.js" "${TO[@]}"
}
