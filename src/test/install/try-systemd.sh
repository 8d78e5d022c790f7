#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# try-systemd.sh boxcar.jar boxcar-relay.service, or try-systemd.sh SCRIPT FILE...: runs the relay's unit, or a script
# instead, under a real systemd. In a copy of this machine (in-a-copy.sh), systemd becomes process 1 with nothing but a
# journal and this unit. The relay is started, takes and delivers mail, is reloaded, killed, hung until the watchdog
# ends it, stopped, and given a wrong configuration.
# Prints why it is skipped where that is not possible.
set -euo pipefail

skip() { echo "try-systemd.sh is skipped: $1"; exit 0; }

if [ "$0" != /tmp/given/try-systemd.sh ]; then # outside the copy: give systemd control groups of its own
    [ -x /lib/systemd/systemd ] || skip "there is no systemd here"
    [ "$(id -u)" = 0 ] || skip "only root can start a systemd"
    [ -x /usr/bin/java ] || skip "there is no /usr/bin/java"
    groups=$(findmnt -n -t cgroup2 -o TARGET | head -1)
    [ -n "$groups" ] || skip "there are no control groups of version 2"
    own=$groups/boxcar-try-systemd-$$
    mkdir "$own" 2>/dev/null || skip "control groups cannot be changed"
    trap 'find "$own" -depth -type d -exec rmdir {} + 2>/dev/null || true' EXIT
    status=0
    # shellcheck disable=SC2016 # expanded by the inner shell
    sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec unshare --cgroup "$@"' sh "$own" \
        "${0%/*}/in-a-copy.sh" "$0" "$@" || status=$?
    exit $status
fi

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    journalctl --no-pager -n 40 -o cat -u boxcar-relay >&2
    exit 1
}
step() { printf -- '-- %s\n' "$*"; }
await() { # a command that succeeds within 90 s
    local end=$((SECONDS + 90))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || fail "not within 90 s: $*"
        sleep 0.2
    done
}
property() { systemctl show -P "$1" boxcar-relay; }
is() { [ "$(property "$1")" = "$2" ] || fail "$1 is $(property "$1"), not $2"; }
journal() { grep "$1" >/dev/null < <(journalctl -o cat -u boxcar-relay); }
boxcar() { java -jar /usr/local/lib/boxcar.jar "$@"; }
mail() { printf 'Subject: %s\r\n\r\nHi.\r\n' "$1" | curl -sS smtp://localhost:2525 --mail-from a@a.test --mail-rcpt b@b.test -T -; }
arrived() { curl -sS http://localhost:8025/api/v1/messages | grep -q "$1"; }
# Ends the main process by a signal, and waits until systemd has started another.
restarts_after() {
    local before
    before=$(property NRestarts)
    kill "-$1" "$(property MainPID)"
    await sh -c "[ \$(systemctl show -P NRestarts boxcar-relay) -gt $before ] && systemctl is-active -q boxcar-relay"
}

try() {
    cd /srv/try
    for script in try-*.sh; do # another one than this
        if [ "$script" != try-systemd.sh ]; then exec bash "$script"; fi
    done
    cp ./*.jar /usr/local/lib/boxcar.jar
    mkdir -p /etc/boxcar
    cp boxcar-relay.service /etc/systemd/system/
    cat >/etc/boxcar/relay.conf <<'X'
listen = [ { address = "localhost:2525" } ]
smarthosts.main = { hosts = [ { host = "localhost:1025" } ], tls = none }
routes = [ { via = main } ]
retry-first = 1s
retry-min = 1s
X
    mkdir -p /etc/systemd/system/boxcar-relay.service.d
    printf '[Service]\nWatchdogSec=10\n' >/etc/systemd/system/boxcar-relay.service.d/short.conf
    systemctl daemon-reload
    systemd-analyze verify boxcar-relay.service 2>&1 | grep boxcar && fail "the unit has a mistake"

    step "start: systemctl waits until the relay listens"
    systemctl start boxcar-relay || fail "systemctl start"
    is ActiveState active
    mail before-reload || fail "no listener after the start"
    [ -n "$(property StatusText)" ] || fail "no status text"
    echo "   status: $(property StatusText)"
    [ "$(ps -o user= -p "$(property MainPID)")" != root ] || fail "it runs as root"
    [ "$(stat -L -c %a /var/lib/private/boxcar-relay)" = 700 ] || fail "others may look into the spool"
    boxcar queue ls --spool /var/lib/boxcar-relay >/tmp/ls 2>&1 || fail "queue ls: $(cat /tmp/ls)"
    grep -q b@b.test /tmp/ls || fail "queue ls: $(cat /tmp/ls)"

    step "reload: waiting mail takes the new route"
    mkdir /tmp/sink
    boxcar sink --smtp localhost:1026 --http localhost:8025 --spool /tmp/sink >/tmp/sink.log 2>&1 &
    await grep -q 'accessible via' /tmp/sink.log
    sed -i s/1025/1026/ /etc/boxcar/relay.conf
    systemctl reload boxcar-relay || fail "systemctl reload"
    await systemctl is-active boxcar-relay
    await arrived before-reload
    sed -i 's/^retry-first.*/retry-first = never/' /etc/boxcar/relay.conf
    systemctl reload boxcar-relay || true
    await journal 'retry-first.*never'
    await systemctl is-active boxcar-relay
    mail after-a-wrong-reload || fail "a wrong configuration ended the relay"
    await arrived after-a-wrong-reload
    sed -i 's/^retry-first.*/retry-first = 1s/' /etc/boxcar/relay.conf

    step "kill -9: it is started again"
    restarts_after KILL
    mail after-the-kill || fail "no listener after the restart"
    await arrived after-the-kill

    step "a process that hangs is ended by the watchdog, and started again"
    restarts_after STOP
    journal 'Watchdog timeout' || fail "not by the watchdog"
    mail after-the-watchdog || fail "no listener after the watchdog"
    await arrived after-the-watchdog

    step "stop: status 143 counts as success"
    systemctl stop boxcar-relay || fail "systemctl stop"
    is ActiveState inactive
    is Result success
    journal 'Deactivated successfully' || fail 'the end counts as a failure'

    step "a wrong configuration fails and is not tried again"
    echo 'nonsense = 1' >>/etc/boxcar/relay.conf
    ! systemctl start boxcar-relay 2>/dev/null || fail "it started"
    is ActiveState failed
    is ExecMainStatus 2
    is NRestarts 0
    journal 'relay.conf:.*nonsense' || fail "the mistake is not in the journal"
    echo "the relay ran under $(systemctl --version | head -1): started, reloaded, restarted twice and stopped"
}

# Process 1: a file tree as systemd wants it, then systemd itself; the trial runs beside it.
[ $$ = 1 ] || fail "not process 1"
mount -t sysfs -o ro sysfs /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup 2>/dev/null || skip "control groups cannot be mounted"
mkdir /tmp/dev && mount --rbind /dev /tmp/dev && mount -t tmpfs -o mode=755 tmpfs /dev
for name in null zero full random urandom tty; do touch /dev/$name && mount --bind /tmp/dev/$name /dev/$name; done
umount -l /tmp/dev && rmdir /tmp/dev
ln -s /proc/self/fd /dev/fd
cp -R /tmp/given /srv/try # systemd empties /tmp
mkdir /dev/shm /dev/pts && mount -t tmpfs tmpfs /dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts && ln -s pts/ptmx /dev/ptmx
cat >/etc/systemd/system/try.target <<'X'
[Unit]
Description=the trial of the relay's unit
DefaultDependencies=no
Requires=systemd-journald.service
X
(
    trap '' HUP
    end=$((SECONDS + 30))
    until systemctl is-active -q try.target 2>/dev/null; do
        [ $SECONDS -lt $end ] || { echo "FAILED: systemd did not start" >&2; kill -KILL -1; }
        sleep 0.2
    done
    status=0
    (try) || status=$?
    systemctl exit $status
) &
exec env -i container=boxcar PATH="$PATH" LC_ALL=C.UTF-8 /lib/systemd/systemd --unit=try.target --log-target=journal \
    --show-status=no
