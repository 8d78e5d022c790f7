#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Boxcar in one file: this script, and behind it the jar. It runs on the best Java that it finds (17 or later; BOXCAR_JAVA or
# JAVA_HOME say which), with what BOXCAR_JAVA_OPTS holds. To start fast it uses an archive of loaded classes in the user's cache
# folder, made once, in the background, by the first start. Where any of that fails, Boxcar starts without it.

self=$0
case $self in
    */*) ;;
    *) self=$(command -v -- "$0") || self=$0 ;;
esac
case $self in
    /*) ;;
    *) self=$PWD/$self ;; # an archive is good for the path that it was made for
esac

# Prints the major version of the Java in directory $1, or nothing; without starting it.
version_of() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
    while IFS='="' read -r name _ value _; do
        if [ "$name" = JAVA_VERSION ]; then
            echo "${value%%[.-]*}"
            return 0
        fi
    done <"$1/release"
}

best= best_version=0
consider() {
    found=$(version_of "$1")
    if [ "${found:-0}" -ge 17 ] 2>/dev/null && [ "$found" -gt "$best_version" ]; then
        best=$1 best_version=$found
    fi
}

if [ -n "$BOXCAR_JAVA" ]; then
    java=$BOXCAR_JAVA best=${BOXCAR_JAVA%/bin/java}
    best_version=$(version_of "$best")
else
    if [ -n "$JAVA_HOME" ]; then consider "$JAVA_HOME"; fi
    if [ -z "$best" ]; then
        on_path=$(command -v java) && on_path=$(readlink -f "$on_path" 2>/dev/null) && consider "${on_path%/bin/java}"
        for home in /usr/lib/jvm/* /usr/java/* /opt/java/* "$HOME"/.sdkman/candidates/java/* \
            /Library/Java/JavaVirtualMachines/*/Contents/Home; do
            if [ -d "$home" ] && [ ! -h "$home" ]; then consider "$home"; fi
        done
    fi
    java=$best/bin/java
    if [ -z "$best" ]; then
        java=$(command -v java) || {
            echo "boxcar: no Java found: install Java 17 or later, or name it in BOXCAR_JAVA" >&2
            exit 1
        }
    fi
fi

# What ends at once need not be compiled well, nor have a collector for many cores.
case $1 in
    version | --version | help | --help | -h | spool | passwd) options='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' ;;
    *) options= ;;
esac

archive=
if [ "${best_version:-0}" -ge 17 ] 2>/dev/null && [ -z "$BOXCAR_NO_ARCHIVE" ]; then
    stamp=$(stat -L -c '%s-%Y' "$self" "$best/release" 2>/dev/null || stat -L -f '%z-%m' "$self" "$best/release" 2>/dev/null)
    stamp=$(echo $stamp)
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/boxcar
    case $stamp in *' '*) archive=$cache/${stamp% *}-on-$best_version-${stamp#* } ;; esac
fi
if [ -n "$archive" ]; then
    use=
    if [ -s "$archive.aot" ]; then
        use=-XX:AOTCache=$archive.aot
    elif [ -s "$archive.jsa" ]; then
        use=-XX:SharedArchiveFile=$archive.jsa
    fi
    if [ -n "$use" ]; then
        # shellcheck disable=SC2086 # options are words
        exec "$java" -Xlog:disable -Xlog:all=error:stderr "$use" $options $BOXCAR_JAVA_OPTS -jar "$self" "$@"
    fi
    # The directory is the lock: one start makes the archive, whoever comes second does not. One that was killed left it behind.
    find "$archive.making" -prune -mmin +10 -exec rm -rf {} \; 2>/dev/null
    if mkdir -p "$cache" 2>/dev/null && mkdir "$archive.making" 2>/dev/null; then
        (
            trap '' HUP INT
            cd "$archive.making" || exit # what a Java that fails leaves behind goes with the directory
            sleep 2 # the start that the user waits for comes first
            rm -f "$cache"/*.jsa "$cache"/*.aot
            make() { nice "$java" -Xlog:disable "$1=$PWD/archive" -jar "$self" rehearse && mv archive "$archive.$2"; }
            # Java 25 fails at some caches (classes compiled for Java 5 within): the older kind of archive is as fast.
            { [ "$best_version" -ge 25 ] && make -XX:AOTCacheOutput aot; } || make -XX:ArchiveClassesAtExit jsa
            cd "$cache" && rm -rf "$archive.making"
        ) >/dev/null 2>&1 </dev/null &
    fi
fi
# shellcheck disable=SC2086
exec "$java" $options $BOXCAR_JAVA_OPTS -jar "$self" "$@"
exit 1
