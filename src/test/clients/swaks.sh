# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# swaks works in lock-step and sends one message per call. If the data ends with the final dot, it adds none.

swaks_cases="plain utf8 dots several large auth-plain auth-login auth-cram-md5 user-plain user-cram-md5 user-unknown starttls starttls-large starttls-auth-plain smtps"

if command -v swaks >/dev/null && ! swaks --support 2>/dev/null | grep -q '^=== TLS supported'; then
    echo "skipped  swaks with TLS: no Net::SSLeay; use --install"
    swaks_cases=${swaks_cases%% starttls*}
fi

swaks_missing() { command -v swaks >/dev/null || echo "no swaks"; }

swaks_send() {
    local options=()
    { cat "$MESSAGE"; printf .; } >"$work/swaks.data"
    [ -z "$MECHANISM" ] || options+=(--auth "$MECHANISM" --auth-user "$NAME" --auth-password "$PASSWORD")
    case $TLS in
        starttls) options+=(--tls) ;;
        smtps) options+=(--tls-on-connect) ;;
    esac
    swaks --server 127.0.0.1 --port "$PORT" --helo swaks.client.example --from "$SENDER" --to "$(IFS=,; echo "${TO[*]}")" \
        --data "@$work/swaks.data" --suppress-data --timeout 120 "${options[@]}"
}
