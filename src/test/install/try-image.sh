#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# try-image.sh: builds the image of conf/Containerfile with podman and runs it as docs/install.md says. The base image
# is made here, from Debian's packages and a JDK of this machine, because a test must not need a registry of images.
# Needs target/boxcar, root, podman, runc and mmdebstrap; prints why it is skipped without them.
set -euo pipefail
cd "$(dirname "$0")/../../.."

skip() { echo "try-image.sh is skipped: $1"; exit 0; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
step() { printf -- '-- %s\n' "$*"; }
# Waits until a command succeeds, at most 60 s.
await() {
    local end=$((SECONDS + 60))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || fail "not within 60 s: $*"
        sleep 0.05
    done
}
now() { echo $(($(date +%s%N) / 1000000)); }

[ -x target/boxcar ] || fail "no target/boxcar: run mvn package"
[ "$(id -u)" = 0 ] || skip "only root can make the base image"
for program in podman runc mmdebstrap curl; do
    command -v $program >/dev/null || skip "$program is not installed"
done
jlink=$(find -L "${JAVA_HOME:-/nowhere}"/bin /usr/lib/jvm/*25*/bin /usr/lib/jvm/*/bin -maxdepth 1 -name jlink 2>/dev/null | head -n 1 || true)
[ -n "$jlink" ] || skip "no JDK with jlink"

# The packages of the base image stay beside the programs of other tests, so that they are made once.
packages=${PEERS_DIR:-/var/cache/boxcar-peers}/base-image.tar
if [ ! -s "$packages" ]; then
    step "the packages of the base image"
    mkdir -p "$(dirname "$packages")"
    mmdebstrap --quiet --variant=essential --include=passwd --dpkgopt=path-exclude='/usr/share/man/*' \
        --dpkgopt=path-exclude='/usr/share/doc/*' "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$packages.part.tar" ||
        skip "no packages for a base image"
    mv "$packages.part.tar" "$packages"
fi
# From here on the only network is a loopback of our own: the host's ports may be taken.
if [ "${1:-}" != isolated ]; then
    unshare --net true 2>/dev/null || skip "name spaces are not permitted"
    exec unshare --net "$PWD/src/test/install/try-image.sh" isolated
fi
ip link set lo up

# Everything that podman stores is in this directory.
work=$(mktemp -d)
export CONTAINERS_STORAGE_CONF=$work/storage.conf
cat >"$CONTAINERS_STORAGE_CONF" <<END
[storage]
driver = "overlay"
runroot = "$work/run"
graphroot = "$work/root"
END
clean_up() {
    status=$?
    podman rm --all --force --time 0 >/dev/null 2>&1 || true
    umount "$work/root/overlay" 2>/dev/null || true
    rm -rf "$work"
    exit $status
}
trap clean_up EXIT

step "the base image"
from=$(sed -n 's/^FROM //p' conf/Containerfile)
mkdir -p "$work/jre/opt/java"
"$jlink" --add-modules java.se,jdk.crypto.ec,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs \
    --no-man-pages --no-header-files --output "$work/jre/opt/java/openjdk"
cp "$packages" "$work/base.tar"
tar --append --file "$work/base.tar" --directory "$work/jre" ./opt/java
podman import --quiet --change 'ENV JAVA_HOME=/opt/java/openjdk' \
    --change 'ENV PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    "$work/base.tar" "$from" >/dev/null
rm -rf "$work/base.tar" "$work/jre"
podman --runtime runc run --rm --ulimit nofile=1024:4096 --ulimit nproc=4096:4096 --network host "$from" true \
    >"$work/log" 2>&1 || skip "containers do not run here: $(tail -n 1 "$work/log")"

step "podman build"
podman build --quiet --format docker --isolation chroot -f conf/Containerfile -t boxcar . >"$work/log" 2>&1 || fail "$(cat "$work/log")"
property() { podman image inspect --format "$1" boxcar; }
[ "$(property '{{.Config.User}}')" = boxcar ] || fail "the image runs as $(property '{{.Config.User}}')"
[ "$(property '{{.Config.Volumes}}')" = "map[/var/lib/boxcar:{}]" ] || fail "volumes: $(property '{{.Config.Volumes}}')"

# Health checks are run by hand here: podman leaves their schedule to systemd. The limits are low enough for any machine.
run() {
    podman --runtime runc run --network host --ulimit nofile=1024:4096 --ulimit nproc=4096:4096 --detach "$@" \
        >/dev/null 2>"$work/log" || fail "$(cat "$work/log")"
}
ready() { await podman --runtime runc exec "$1" boxcar readyz; }
send() { printf 'Subject: %s\r\n\r\nHi.\r\n' "$2" | curl -sS "smtp://127.0.0.1:$1" --mail-from a@a.test --mail-rcpt b@b.test -T -; }
shown() { curl -sS http://127.0.0.1:8025/api/v1/messages | grep -q "$1"; }
# Ends within the 10 s after which podman and docker kill.
stop() {
    podman --runtime runc stop --time 10 "$1" >/dev/null 2>&1
    [ "$(podman inspect --format '{{.State.ExitCode}}' "$1")" = 143 ] ||
        fail "$1 ended with $(podman inspect --format '{{.State.ExitCode}}' "$1"): $(podman logs "$1" 2>&1)"
}

step "the sink"
start=$(now)
run --name sink -v boxcar:/var/lib/boxcar boxcar
await shown messages
echo "ready $(($(now) - start)) ms after podman run"
podman --runtime runc healthcheck run sink || fail "the health check says no"
[ "$(podman --runtime runc exec sink id -un)" = boxcar ] || fail "not its own user"
send 1025 'in a container'
shown 'in a container' || fail "the message is not shown"
stop sink
podman --runtime runc healthcheck run sink >/dev/null 2>&1 && fail "the health check says yes for a container that is stopped"
run --name again -v boxcar:/var/lib/boxcar boxcar
ready again
shown 'in a container' || fail "the volume did not keep the message"

step "the relay, as in conf/compose.yaml, with the sink as its smarthost"
mapfile -t variables < <(sed -n '/^  relay:/,/^volumes:/ s/^      \(BOXCAR_[A-Z_]*\): "\{0,1\}\([^"#]*[^"# ]\)"\{0,1\}\( *#.*\)\{0,1\}$/\1=\2/p' conf/compose.yaml)
[ ${#variables[@]} -ge 5 ] || fail "conf/compose.yaml sets only ${variables[*]}"
echo 'user:password' >"$work/relay.auth"
chmod 644 "$work/relay.auth"
run --name relay -v relay:/var/lib/boxcar -v "$work/relay.auth:/run/secrets/relay.auth:ro" \
    "${variables[@]/#/--env=}" --env BOXCAR_HTTP=127.0.0.1:8026 --env BOXCAR_SMARTHOST=127.0.0.1:1025 \
    --env BOXCAR_SMARTHOST_TLS=none --env BOXCAR_SMARTHOST_AUTH_FILE= boxcar relay
ready relay
send 2525 'through the relay'
await shown 'through the relay'
stop relay
stop again
echo "the image was built and run"
