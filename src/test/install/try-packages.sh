#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs, uses, upgrades, removes and purges Boxcar's packages. This changes the machine: call it by in-a-copy.sh or,
# so that a systemd runs the services, by try-systemd.sh, with all packages.
set -euo pipefail
cd "$(dirname "$0")"

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
step() { printf -- '-- %s\n' "$*"; }
# Waits until a command succeeds, at most 90 s.
await() {
    local end=$((SECONDS + 90))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || fail "not within 90 s: $*"
        sleep 0.2
    done
}
holds() { grep -q -- "$2" "$1" || fail "$1 has no line with $2"; }

# A service: by systemd if it runs; otherwise the unit's command, as the user that the unit would have.
command_of() { sed -n 's/^ExecStart=//p' "/lib/systemd/system/$1.service"; }
declare -A process
start() {
    if [ -d /run/systemd/system ]; then
        systemctl start "$1" || fail "systemctl start $1: $(journalctl --no-pager -n 20 -o cat -u "$1")"
    else
        # shellcheck disable=SC2046 # the unit's words
        HOME=/tmp/nobody setpriv --reuid "$2" --clear-groups $(command_of "$1") >"/tmp/$1.log" 2>&1 &
        process[$1]=$!
        await grep -q 'listening on' "/tmp/$1.log"
    fi
}
stop() {
    if [ -d /run/systemd/system ]; then
        systemctl stop "$1" || fail "systemctl stop $1"
        [ "$(systemctl show -P Result "$1")" = success ] || fail "$1 ended with $(systemctl show -P Result "$1")"
    else
        kill "${process[$1]}"
        wait "${process[$1]}" || [ $? = 143 ] || fail "$1 ended with another status"
    fi
}

command -v dpkg >/dev/null || { echo "the packages are not tried: this is not Debian"; exit 0; }

if command -v lintian >/dev/null; then
    step lintian
    lintian --allow-root --fail-on error,warning -- *.deb || fail "lintian"
else
    echo "lintian is not installed: the packages are not checked by it"
fi

step install
dpkg -i --force-depends boxcar_*.deb >/tmp/dpkg.log 2>&1 || fail "dpkg -i: $(cat /tmp/dpkg.log)"
agents=$(dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' | awk '$1 == "installed" && /mail-transport-agent/ { print $2 }')
for agent in $agents; do
    ! dpkg -i boxcar-mta_*.deb >/tmp/dpkg.log 2>&1 || fail "boxcar-mta can be installed beside $agent"
    grep -q 'conflicting packages' /tmp/dpkg.log || fail "dpkg -i: $(cat /tmp/dpkg.log)"
    echo "boxcar-mta is refused beside $agent"
done
for agent in $agents; do
    dpkg --force-depends --purge "$agent" >/dev/null 2>&1 || fail "cannot remove $agent"
done
dpkg -i boxcar-mta_*.deb >/tmp/dpkg.log 2>&1 || fail "dpkg -i: $(cat /tmp/dpkg.log)"
dpkg-query -W -f '${Provides}' boxcar-mta | grep -q mail-transport-agent || fail "boxcar-mta provides no mail transport agent"
boxcar version | grep -q '^boxcar' || fail "boxcar version"
[ "$(stat -c '%U %a' /var/lib/boxcar/relay)" = "boxcar 711" ] || fail "the relay's spool belongs to $(stat -c '%U %a' /var/lib/boxcar/relay)"
[ "$(stat -c '%U:%G %a' /var/lib/boxcar/relay/maildrop)" = "boxcar:boxcar 1733" ] || fail "the maildrop is $(stat -c '%U:%G %a' /var/lib/boxcar/relay/maildrop)"
install -d -m 700 /tmp/of-root
rmdir /var/lib/boxcar/relay/maildrop
ln -s /tmp/of-root /var/lib/boxcar/relay/maildrop
! dpkg-reconfigure boxcar >/dev/null 2>&1 || true # it may fail, but must not give the directory away
[ "$(stat -c '%U %a' /tmp/of-root)" = "root 700" ] || fail "a link as maildrop gave a directory of root to $(stat -c '%U' /tmp/of-root)"
rm /var/lib/boxcar/relay/maildrop
dpkg-reconfigure boxcar >/tmp/dpkg.log 2>&1 || fail "configure a second time: $(cat /tmp/dpkg.log)"
[ -d /var/lib/boxcar/relay/maildrop ] || fail "the second configuration made no maildrop"

step "man pages"
pages=$(dpkg -L boxcar boxcar-mta | grep '/man1/.*[.]gz$')
for page in $pages; do
    if command -v man >/dev/null; then
        warnings=$(zcat "$page" | MANWIDTH=80 man --warnings -E UTF-8 -l - 2>&1 >/dev/null) || fail "man cannot show $page"
        [ -z "$warnings" ] || fail "$page: $warnings"
        lexgrog "$page" >/dev/null || fail "whatis cannot read $page"
    fi
    ! zcat "$page" | grep -qE '^[*]|[*]_|_[*]' || fail "$page shows marks instead of emphasis"
done
for page in boxcar boxcar-sink boxcar-relay sendmail mailq newaliases; do
    grep -q "/$page.1.gz$" <<<"$pages" || fail "no man page $page"
done
echo "$(wc -w <<<"$pages") pages"

step completion
cat >/tmp/complete.bash <<'END'
. /usr/share/bash-completion/completions/boxcar
read -ra COMP_WORDS <<<"$1"
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
$(complete -p boxcar | sed 's/.*-F \([^ ]*\).*/\1/') boxcar "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
END
# A terminal in which zsh reads the line and a tab.
cat >/tmp/complete.zsh <<'END'
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT=; TERM=dumb; unset zle_bracketed_paste; setopt no_beep; autoload -Uz compinit; compinit -u -D; bindkey '^I' complete-word; echo rea''dy"
zpty -r -m z seen '*ready*'
zpty -w -n z "$1"$'\t'
integer end=$((SECONDS + 30))
while ((SECONDS < end)); do
    if zpty -r -t z part; then seen+=$part; else sleep 0.1; fi
    [[ $seen != *$2* ]] || { print -r -- $2; exit; }
done
print -r -- $seen
END
completes() { # LINE WORD
    bash /tmp/complete.bash "$1" 2>/dev/null | grep -qx -- "$2" || fail "bash does not complete '$1' to $2"
    if command -v zsh >/dev/null; then
        [ "$(zsh -f /tmp/complete.zsh "$1" "${1% *} $2")" = "${1% *} $2" ] ||
            fail "zsh does not complete '$1' to $2: $(zsh -f /tmp/complete.zsh "$1" "${1% *} $2")"
    fi
    if command -v fish >/dev/null; then
        fish -c "complete -C '$1'" | cut -f 1 | grep -qx -- "$2" || fail "fish does not complete '$1' to $2"
    fi
}
completes 'boxcar que' queue
completes 'boxcar queue ho' hold
completes 'boxcar relay --smarthost-a' --smarthost-auth-file
for shell in zsh fish; do command -v $shell >/dev/null || echo "$shell is not installed: its completion is not tried"; done

step "the sink"
install -d -o nobody /tmp/nobody
[ -d /run/systemd/system ] || install -d -o nobody /var/lib/boxcar-sink
start boxcar-sink nobody
shown() { curl -sS 'http://localhost:8025/api/v1/messages?limit=50' | grep -q "$1"; }
await shown messages
printf 'Subject: to the sink\r\n\r\nHi.\r\n' |
    curl -sS smtp://localhost:1025 --mail-from a@a.test --mail-rcpt b@b.test -T - || fail "curl to the sink"
shown 'to the sink' || fail "the sink does not show the message"

step "sendmail while the relay is down"
printf 'Subject: from a user\n\nHi.\n' | HOME=/tmp/nobody setpriv --reuid nobody --clear-groups sendmail b@b.test || fail "sendmail"
mailq | grep -q '1 message waits in the maildrop' || fail "mailq says: $(mailq)"

step "the relay, with the sink as its smarthost"
printf '\nsmarthosts.main = { hosts = [ { host = "localhost:1025" } ], tls = none }\nroutes = [ { via = main } ]\n' >>/etc/boxcar/relay.conf
start boxcar-relay boxcar
await shown 'from a user'
stop boxcar-sink

step "a shared queue"
shares() { # prints what a relay with a queue in a broker says within 10 s; there is no broker
    HOME=/tmp/nobody setpriv --reuid nobody --clear-groups timeout 10 boxcar relay --role worker --http off \
        --queue artemis:tcp://127.0.0.1:1 --smarthost localhost:1025 --spool /tmp/nobody/worker 2>&1 || true
}
shares | grep -q 'artemis needs boxcar-artemis.jar' || fail "without boxcar-artemis the relay says: $(shares)"
dpkg -i boxcar-artemis_*.deb >/tmp/dpkg.log 2>&1 || fail "dpkg -i: $(cat /tmp/dpkg.log)"
shares | grep -q 'no connection to the broker' || fail "with boxcar-artemis the relay says: $(shares)"
[ -r /usr/share/doc/boxcar-artemis/examples/broker.xml ] || fail "boxcar-artemis has no broker.xml"

step upgrade
printf 'Subject: waits\n\nHi.\n' | sendmail -f root@a.test later@b.test
await sh -c 'boxcar queue ls | grep -q later@b.test'
echo '# a change of the administrator' >>/etc/boxcar/sink.conf
mkdir newer && for package in boxcar boxcar-mta boxcar-artemis; do
    dpkg-deb -R ${package}_*.deb newer/$package
    sed -i -E 's/^(Version: .*)/\1+1/; s/^(Depends: boxcar \(= [^)]*)\)/\1+1)/' newer/$package/DEBIAN/control
    dpkg-deb -Zgzip -z1 -b newer/$package newer/$package.deb >/dev/null
done
[ -d /run/systemd/system ] || stop boxcar-relay
before=$(systemctl show -P MainPID boxcar-relay 2>/dev/null || true)
dpkg -i --force-depends newer/*.deb >/tmp/dpkg.log 2>&1 </dev/null || fail "upgrade: $(cat /tmp/dpkg.log)"
dpkg-query -W boxcar | grep -q '+1$' || fail "not upgraded"
if [ -d /run/systemd/system ]; then
    systemctl is-active --quiet boxcar-relay || fail "the relay does not run after the upgrade"
    [ "$(systemctl show -P MainPID boxcar-relay)" != "$before" ] || fail "the relay was not restarted by the upgrade"
fi
holds /etc/boxcar/sink.conf 'a change of the administrator'
await sh -c 'boxcar queue ls | grep -q later@b.test'

step "remove and purge"
dpkg --remove boxcar-artemis boxcar-mta boxcar >/dev/null || fail "remove"
[ ! -e /usr/bin/boxcar ] && [ ! -e /usr/sbin/sendmail ] || fail "the programs are still there"
! systemctl is-active --quiet boxcar-relay 2>/dev/null || fail "the relay still runs"
holds /etc/boxcar/relay.conf smarthosts.main
[ -d /var/lib/boxcar/relay/segment ] || fail "the queue was lost by the removal"
dpkg --purge boxcar >/dev/null 2>&1 || fail "purge"
for left in /etc/boxcar /etc/default/boxcar /var/lib/boxcar /var/lib/boxcar-sink; do
    [ ! -e $left ] || fail "purge left $left"
done
! getent passwd boxcar >/dev/null || fail "purge left the user"
echo "the packages were installed, used, upgraded, removed and purged$([ ! -d /run/systemd/system ] || echo " under systemd")"
