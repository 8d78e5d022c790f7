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

# Says in $found the major version of the Java in directory $1, or 0; without starting it, nor any other process: each is
# a millisecond or more of a start.
version_of() {
    found=0
    if [ -x "$1/bin/java" ] && [ -r "$1/release" ]; then
        while IFS='="' read -r name _ value _; do
            if [ "$name" = JAVA_VERSION ]; then found=${value%%[.-]*}; fi
        done <"$1/release"
    fi
}

best= best_version=0
consider() {
    version_of "$1"
    if [ "$found" -ge 17 ] 2>/dev/null && [ "$found" -gt "$best_version" ]; then
        best=$1 best_version=$found
    fi
}

if [ -n "$BOXCAR_JAVA" ]; then
    java=$BOXCAR_JAVA best=${BOXCAR_JAVA%/bin/java}
    version_of "$best"
    best_version=$found
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

# Named as a class path the jar is not opened before something in it is asked for, and the archive has all that a banner needs:
# 20 ms. In a class path a colon would part two names.
how=-cp main=dev.boxcar.cli.Main
case $self in *:*) how=-jar main= ;; esac

# What ends at once need not be compiled well, nor have a collector for many cores.
case $1 in
    version | --version | help | --help | -h | spool | passwd) options='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' ;;
    *) options= ;;
esac
# Since Java 25 an object's header can take 8 octets instead of 12: a tenth less for a session or a message that is kept. Where the Java
# has its own archive for them, that is; ours is good for one kind of header.
headers=
if [ "${best_version:-0}" -ge 25 ] 2>/dev/null && [ -r "$best/lib/server/classes_coh.jsa" ]; then headers=-XX:+UseCompactObjectHeaders; fi

# An archive is good for one path, one file and one Java: all three are in its name.
archive=
name_archive() { # the stamps of the launcher and of the Java; nothing when one is missing
    case $2 in ?*) ;; *) return ;; esac
    flat= rest=${self#/}
    while :; do
        case $rest in */*) flat=$flat${rest%%/*}% rest=${rest#*/} ;; *) break ;; esac
    done
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/boxcar
    series=$flat$rest-on-$best_version
    archive=$cache/$series-$1-$2
    case $archive in *:*) archive= ;; esac # which Java takes for two names
}
if [ "${best_version:-0}" -ge 17 ] 2>/dev/null && [ -z "$BOXCAR_NO_ARCHIVE" ]; then
    # shellcheck disable=SC2046 # two words
    name_archive $(stat -L -c '%s-%Y' "$self" "$best/release" 2>/dev/null || stat -L -f '%z-%m' "$self" "$best/release" 2>/dev/null)
fi
if [ -n "$archive" ]; then
    use=
    if [ -s "$archive.aot" ]; then
        use=-XX:AOTCache=$archive.aot
    elif [ -s "$archive.jsa" ]; then
        use=-XX:SharedArchiveFile=$archive.jsa
    fi
    # A cache that is broken is done without, and not spoken of.
    quiet=
    if [ "$best_version" -ge 25 ]; then quiet='-Xlog:aot*=off:stderr'; fi
    if [ -n "$use" ]; then
        # shellcheck disable=SC2086 # options are words
        exec "$java" -Xlog:disable -Xlog:all=error:stderr $quiet "$use" $headers $options $BOXCAR_JAVA_OPTS $how "$self" $main "$@"
    fi
    # The directory is the lock: one start makes the archive, whoever comes second does not. One that was killed left it behind.
    find "$archive.making" -prune -mmin +10 -exec rm -rf {} \; 2>/dev/null
    if mkdir -p "$cache" 2>/dev/null && mkdir "$archive.making" 2>/dev/null; then
        (
            trap '' HUP INT
            cd "$archive.making" || exit # what a Java that fails leaves behind goes with the directory
            sleep 2 # the start that the user waits for comes first
            rm -f "$cache/$series"-*.jsa "$cache/$series"-*.aot # of what stood here before
            find "$cache" -name '*-on-*' -mtime +30 -exec rm -rf {} + # of what stands nowhere any more
            make() { nice "$java" -Xlog:disable "$1=$PWD/archive" $headers $how "$self" $main rehearse && mv archive "$archive.$2"; }
            # Java 25 fails at some caches (classes compiled for Java 5 within): the older kind of archive is as fast.
            { [ "$best_version" -ge 25 ] && make -XX:AOTCacheOutput aot; } || make -XX:ArchiveClassesAtExit jsa
            cd "$cache" && rm -rf "$archive.making"
        ) >/dev/null 2>&1 </dev/null &
    fi
fi
# shellcheck disable=SC2086
exec "$java" $headers $options $BOXCAR_JAVA_OPTS $how "$self" $main "$@"
exit 1
