#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# in-a-copy.sh SCRIPT FILE...: runs a script as root in a copy of this machine that is thrown away: on an overlay
# file system, in name spaces of its own, with the files in /tmp/given. The only network is its own loopback.
# Prints why it is skipped where that is not possible.
set -euo pipefail

skip() { echo "${1##*/} is skipped: $2"; exit 0; }

script=$1
[ "$(uname -s)" = Linux ] || skip "$script" "this is not Linux"
[ "$(id -u)" = 0 ] || skip "$script" "only root can make a copy of the machine"
unshare --mount --pid --net --fork true 2>/dev/null || skip "$script" "name spaces are not permitted"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/given" "$work/overlay"
cp -R "$@" "$work/given/"
status=0
# shellcheck disable=SC2016 # expanded by the inner shell
unshare --mount --pid --net --fork bash -euc '
    cd "$1/overlay"
    mount -t tmpfs none .
    cd "$PWD"
    mkdir upper work root
    mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root 2>/dev/null || exit 77
    mount -t proc proc root/proc
    mount --rbind /dev root/dev
    mount -t tmpfs none root/tmp
    mount -t tmpfs none root/run
    chmod 1777 root/tmp
    cp -R ../given root/tmp/given
    ip link set lo up
    mkdir root/tmp/outside
    cd root
    pivot_root . tmp/outside # not chroot: in one, the kernel permits no user name spaces, which systemd uses
    umount -l /tmp/outside
    rmdir /tmp/outside
    exec env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin bash "/tmp/given/$2"
' bash "$work" "${script##*/}" || status=$?
[ "$status" != 77 ] || skip "$script" "this kernel has no overlay file system"
exit "$status"
