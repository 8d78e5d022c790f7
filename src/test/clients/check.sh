# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Records what must arrive while the clients send. Once the sink has exited, checks its spool for all cases at once.

# Records what the case just sent must result in; $2 is the client's exit status.
expect() {
    local file=$sink_dir/expected/$1.$CASE adds="${1}_adds"
    {
        printf '%s\n' "client=$1" "status=$2" "refused=$REFUSED" "sender=$SENDER" "copies=$COPIES" "connections=$CONNECTIONS" "message=$MESSAGE_CRLF"
        printf 'adds=%s\n' "${!adds:-}"
        printf 'to=%s\n' "${TO[@]}"
        [ ${#WANTS[@]} = 0 ] || printf 'want=%s\n' "${WANTS[@]}"
    } >"$file"
}

# The values of a key of the case being checked.
noted() { sed -n "s/^$1=//p" "$expected"; }

# The values of a key in one message's envelope, one per line, without parameters.
envelope() { sed "s/.*\"$2\":\[\"\([^]]*\)\"\].*/\1/; s/\",\"/\n/g" <<<"$1" | sed 's/^<\([^>]*\)>.*/\1/'; }

check_all() {
    local expected due=0 held
    "$java" -jar "$jar" spool ls --json --spool "$sink_dir/spool" >"$sink_dir/ls" 2>"$sink_dir/ls.log" &&
        "$java" -jar "$jar" spool export "$sink_dir/eml" --spool "$sink_dir/spool" >"$sink_dir/export.log" 2>&1 || {
        failed "sink $1" "its spool cannot be read: $(tail -n 1 "$sink_dir/ls.log")"
        return
    }
    for expected in "$sink_dir"/expected/*; do
        [ -f "$expected" ] || continue
        [ -n "$(noted refused)" ] || due=$((due + $(noted copies)))
        check_case "${expected##*/}"
    done
    held=$(wc -l <"$sink_dir/ls")
    [ "$held" -eq "$due" ] || failed "sink $1" "$held messages arrived, expected $due"
    if grep -E ' ERROR | (Internal|Local) error' "$sink_dir/log" >"$sink_dir/errors"; then
        failed "sink $1" "its log has an error: $(head -n 1 "$sink_dir/errors")"
    fi
}

# Checks one case and prints its result: the first problem, and the output of the client.
check_case() {
    local wrong
    wrong=$(find_fault)
    if [ -z "$wrong" ]; then ok "$1"; return; fi
    failed "$1" "$wrong"
    tail -n 12 "$sink_dir/said/$1" | cut -c 1-200 | sed 's/^/           | /'
    if [ -n "$(noted status)" ]; then sessions_of "$(noted sender)" | tail -n 12 | cut -c 1-200 | sed 's/^/           > /'; fi
}

# The log of the sessions with this sender.
sessions_of() {
    local ids
    ids=$(grep -F "<$1>" "$sink_dir/log" | grep -o 'session=[^ ]*' | sort -u)
    [ -n "$ids" ] && grep -F -w -e "$ids" "$sink_dir/log"
}

# Prints what is wrong with the case, or nothing.
find_fault() {
    local sender line id lines want status connections
    sender=$(noted sender)
    status=$(noted status)
    lines=$(grep -F "\"From\":[\"<$sender>" "$sink_dir/ls")
    if [ -n "$(noted refused)" ]; then
        [ "$status" != 0 ] || echo "the client reported success after a refusal"
        [ -z "$lines" ] || echo "a message arrived"
        return
    fi
    [ "$status" = 0 ] || { echo "the client exited with status $status"; return; }
    if [ "$(grep -c . <<<"$lines")" != "$(noted copies)" ]; then
        echo "$(grep -c . <<<"$lines") messages arrived, expected $(noted copies)"
        return
    fi
    while read -r line; do
        if ! diff <(noted to | sort) <(envelope "$line" To | sort) >/dev/null; then
            echo "recipients are $(envelope "$line" To | tr '\n' ' ')"
            return
        fi
        id=$(sed 's/.*"id":"\([^"]*\)".*/\1/' <<<"$line")
        wrong_bytes "$sink_dir/eml/$id.eml" && return
    done <<<"$lines"
    while read -r want; do
        [ -z "$want" ] || sessions_of "$sender" | grep -E -e "$want" >/dev/null || { echo "no \"$want\" in its session"; return; }
    done < <(noted want)
    connections=$(sessions_of "$sender" | grep -c ' connected$')
    [ "$connections" = "$(noted connections)" ] || echo "$connections connections, expected $(noted connections)"
}

# Prints how the stored bytes differ from those sent, or fails if they are equal. A relay puts a trace field first.
wrong_bytes() {
    local sent size got
    sent=$(noted message)
    size=$(wc -c <"$sent")
    got=$(wc -c <"$1")
    if [ "$(noted adds)" = trace ]; then
        if [ "$got" -gt "$size" ] && tail -c "$size" "$1" | cmp -s - "$sent" && head -n 1 "$1" | grep -q '^Received: '; then return 1; fi
        echo "the bytes after the trace field differ from those sent ($got, expected $size)"
    else
        cmp -s "$sent" "$1" && return 1
        echo "bytes differ ($got, expected $size): $(cmp "$sent" "$1" 2>&1)"
    fi
}
