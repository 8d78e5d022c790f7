#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs, uses, upgrades, removes and purges Boxcar's packages. This changes the machine: .ci/run calls it by
# in-a-copy.sh, with both packages beside it.
set -euo pipefail
cd "$(dirname "$0")"

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
step() { printf -- '-- %s\n' "$*"; }
# Waits until a command succeeds, at most 60 s.
await() {
    local end=$((SECONDS + 60))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || fail "not within 60 s: $*"
        sleep 0.2
    done
}
# The command line of a unit's ExecStart.
command_of() { sed -n 's/^ExecStart=//p' "/lib/systemd/system/$1.service"; }
holds() { grep -q -- "$2" "$1" || fail "$1 has no line with $2"; }

command -v dpkg >/dev/null || { echo "the packages are not tried: this is not Debian"; exit 0; }
for agent in $(dpkg-query -W -f '${Package} ${Provides}\n' | awk '/mail-transport-agent/ { print $1 }'); do
    dpkg --force-depends --purge "$agent" >/dev/null 2>&1 || fail "cannot remove $agent"
done

step install
dpkg -i --force-depends boxcar_*.deb boxcar-mta_*.deb >/dev/null || fail "dpkg -i"
for page in boxcar boxcar-sink boxcar-relay sendmail mailq newaliases; do
    [ -r "$(readlink -f /usr/share/man/man1/$page.1.gz)" ] || fail "no man page $page"
done
boxcar version | grep -q '^boxcar' || fail "boxcar version"
bash -c '. /usr/share/bash-completion/completions/boxcar && complete -p boxcar' >/dev/null || fail "completion for bash"
if command -v zsh >/dev/null; then zsh -n /usr/share/zsh/vendor-completions/_boxcar || fail "completion for zsh"; fi
if command -v fish >/dev/null; then fish -n /usr/share/fish/vendor_completions.d/boxcar.fish || fail "completion for fish"; fi
[ "$(stat -c '%U %a' /var/lib/boxcar/relay)" = "boxcar 711" ] || fail "the relay's spool belongs to $(stat -c '%U %a' /var/lib/boxcar/relay)"

step "the sink"
install -d -o nobody /var/lib/boxcar-sink /tmp/nobody
# shellcheck disable=SC2046 # the unit's words
HOME=/tmp/nobody setpriv --reuid nobody --clear-groups $(command_of boxcar-sink) >/tmp/sink.log 2>&1 &
sink=$!
await grep -q 'accessible via' /tmp/sink.log
printf 'Subject: to the sink\r\n\r\nHi.\r\n' |
    curl -sS smtp://localhost:1025 --mail-from a@a.test --mail-rcpt b@b.test -T - || fail "curl to the sink"
curl -sS http://localhost:8025/api/v1/messages | grep -q 'to the sink' || fail "the sink does not show the message"

step "sendmail while the relay is down"
printf 'Subject: from a user\n\nHi.\n' | HOME=/tmp/nobody setpriv --reuid nobody --clear-groups sendmail b@b.test || fail "sendmail"
mailq | grep -q '1 message waits in the maildrop' || fail "mailq says: $(mailq)"

step "the relay, with the sink as its smarthost"
printf '\nsmarthosts.main = { hosts = [ { host = "localhost:1025" } ], tls = none }\nroutes = [ { via = main } ]\n' >>/etc/boxcar/relay.conf
start_relay() {
    # shellcheck disable=SC2046
    setpriv --reuid boxcar --regid boxcar --clear-groups $(command_of boxcar-relay) >/tmp/relay.log 2>&1 &
    relay=$!
    await grep -q 'listening on' /tmp/relay.log
}
stop_relay() { kill "$relay" && { wait "$relay" || [ $? = 143 ] || fail "the relay ended with another status"; }; }
start_relay
arrived() { curl -sS 'http://localhost:8025/api/v1/messages?limit=50' | grep -q "$1"; }
await arrived 'from a user'
stop_relay
kill $sink

step upgrade
start_relay
printf 'Subject: waits\n\nHi.\n' | sendmail -f root@a.test later@b.test
await sh -c 'boxcar queue ls | grep -q later@b.test'
echo '# a change of the administrator' >>/etc/boxcar/sink.conf
mkdir newer && for package in boxcar boxcar-mta; do
    dpkg-deb -R ${package}_*.deb newer/$package
    sed -i -E 's/^(Version: .*)/\1+1/; s/^(Depends: boxcar \(= [^)]*)\)/\1+1)/' newer/$package/DEBIAN/control
    dpkg-deb -b newer/$package newer/$package.deb >/dev/null
done
stop_relay
dpkg -i --force-depends newer/*.deb >/dev/null </dev/null || fail "upgrade"
dpkg-query -W boxcar | grep -q '+1$' || fail "not upgraded"
holds /etc/boxcar/sink.conf 'a change of the administrator'
boxcar queue ls | grep -q later@b.test || fail "the queue was lost by the upgrade"

step "remove and purge"
dpkg --remove boxcar-mta boxcar >/dev/null || fail "remove"
[ ! -e /usr/bin/boxcar ] && [ ! -e /usr/sbin/sendmail ] || fail "the programs are still there"
holds /etc/boxcar/relay.conf smarthosts.main
[ -d /var/lib/boxcar/relay/segment ] || fail "the queue was lost by the removal"
dpkg --purge boxcar-mta boxcar >/dev/null || fail "purge"
[ ! -e /etc/boxcar ] && [ ! -e /etc/default/boxcar ] && [ ! -e /var/lib/boxcar ] || fail "purge left files: $(ls -d /etc/boxcar /var/lib/boxcar 2>/dev/null)"
! getent passwd boxcar >/dev/null || fail "purge left the user"
echo "the packages were installed, used, upgraded, removed and purged"
