#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Boxcar in one file: this script, followed by the jar. It runs the newest Java that it finds (17 or later; BOXCAR_JAVA
# or JAVA_HOME choose one) with the options in BOXCAR_JAVA_OPTS. To start fast it uses an archive of loaded classes in
# the user's cache directory, which the first start creates in the background. If any of that fails, Boxcar starts
# without it.

self=$0
case $self in
    */*) ;;
    *) self=$(command -v -- "$0") || self=$0 ;;
esac
case $self in
    /*) ;;
    *) self=$PWD/$self ;; # an archive is valid for one path only
esac

# Called by one of these names, it is that command. A link to the launcher shares its archive.
case ${0##*/} in
    sendmail | mailq)
        set -- "${0##*/}" "$@"
        linked=$(readlink -f -- "$self" 2>/dev/null) && self=$linked
        ;;
esac

# Installed by a package, the commands of the relay's queue use the spool of the relay's service.
case $self:$1 in
    /usr/bin/boxcar:queue | /usr/bin/boxcar:sendmail | /usr/bin/boxcar:mailq)
        if [ -z "$BOXCAR_SPOOL" ] && [ -r /etc/default/boxcar ]; then
            . /etc/default/boxcar
            export BOXCAR_SPOOL="$RELAY_SPOOL"
        fi
        ;;
esac

# Sets $found to the major version of the Java in directory $1, or 0, and $full to the whole version. Starts no process,
# because each takes a millisecond or more of the start.
version_of() {
    found=0 full=
    if [ -x "$1/bin/java" ] && [ -r "$1/release" ]; then
        while IFS='="' read -r name _ value _; do
            if [ "$name" = JAVA_VERSION ]; then found=${value%%[.-]*} full=$value; fi
        done <"$1/release"
    fi
}

best= best_version=0 best_full=
consider() {
    version_of "$1"
    if [ "$found" -ge 17 ] 2>/dev/null && [ "$found" -gt "$best_version" ]; then
        best=$1 best_version=$found best_full=$full
    fi
}

if [ -n "$BOXCAR_JAVA" ]; then
    java=$BOXCAR_JAVA best=${BOXCAR_JAVA%/bin/java}
    version_of "$best"
    best_version=$found best_full=$full
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

# With -cp, unlike -jar, Java opens the jar only when a class is not in the archive, which has all that the banner
# needs: this saves 20 ms. A path with a colon cannot stand in a class path.
how=-cp main=dev.boxcar.cli.Main
case $self in *:*) how=-jar main= ;; esac

# The serial collector takes the least memory and time for heaps as small as Boxcar's. The heap starts small and grows.
# It looks at old objects only when the heap has reached its limit; a server that is told of it makes it look earlier.
# If one of these variables names a collector or a size, that is used: Java refuses two collectors.
serial=-XX:+UseSerialGC g1=-XX:+UseG1GC watch=-Dboxcar.collector=serial heap=-Xms24m
case $1 in relay) heap=-Xms12m ;; esac # it keeps no messages in memory
case "$BOXCAR_JAVA_OPTS $JAVA_TOOL_OPTIONS $JDK_JAVA_OPTIONS" in *-XX:+Use*GC*) serial= g1= watch= ;; esac
case "$BOXCAR_JAVA_OPTS $JAVA_TOOL_OPTIONS $JDK_JAVA_OPTIONS" in *-Xm[sx]* | *HeapSize* | *RAMPercentage*) heap= ;; esac
# Short commands start faster with a simple compiler.
case $1 in
    version | --version | help | --help | -h | spool | queue | passwd | send | sendmail | mailq | readyz) options="-XX:TieredStopAtLevel=1 $serial" ;;
    # A large queue takes much heap, and loading it several times as much, which the relay gives back afterwards, at once.
    relay) options="$serial $watch $heap ${heap:+-XX:MaxNewSize=8m -XX:MinHeapFreeRatio=15 -XX:MaxHeapFreeRatio=15 -XX:-ShrinkHeapInSteps}" ;;
    *) options="$serial $watch $heap" ;;
esac
# Java 25 and the updates of Java 17 since 17.0.15 can give freed memory outside its heap back, too: 3 to 7 MiB of an idle
# relay, and 15 MiB after a large queue was loaded.
case $best_version:$best_full in 17:17.0.1[5-9]* | 17:17.0.[2-9][0-9]* | 2[5-9]:* | [3-9][0-9]:*)
    if [ "$1" = relay ]; then options="$options -XX:TrimNativeHeapInterval=1000"; fi ;;
esac
# Since Java 25 an object's header can take 8 bytes instead of 12, which makes sessions and messages in memory a tenth
# smaller. Use that only if the JDK has its own archive for such headers. Our archive is valid for one kind of header.
headers=
if [ "${best_version:-0}" -ge 25 ] 2>/dev/null && [ -r "$best/lib/server/classes_coh.jsa" ]; then headers=-XX:+UseCompactObjectHeaders; fi

# An archive is valid for one path, one file and one Java: its name contains all three. The relay has its own, because
# each class in an archive takes memory.
archive= role=
case $1 in relay) role=relay ;; esac
# Sets $archive from the size and time of the launcher and of the Java; if one of them is missing, leaves it empty.
name_archive() {
    case $2 in ?*) ;; *) return ;; esac
    flat= rest=${self#/}
    while :; do
        case $rest in */*) flat=$flat${rest%%/*}% rest=${rest#*/} ;; *) break ;; esac
    done
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/boxcar
    series=$flat$rest${role:+-$role}-on-$best_version
    archive=$cache/$series-$1-$2
    case $archive in *:*) archive= ;; esac # Java would read it as two names
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
    # If the archive is broken, Java starts without it; do not show its warnings.
    quiet=
    if [ "$best_version" -ge 25 ]; then quiet='-Xlog:aot*=off:stderr'; fi
    if [ -n "$use" ]; then
        # shellcheck disable=SC2086 # options are words
        exec "$java" -Xlog:disable -Xlog:all=error:stderr $quiet "$use" $headers $options $BOXCAR_JAVA_OPTS $how "$self" $main "$@"
    fi
    # The directory is the lock: only one start creates the archive. Remove the directory of one that was killed.
    find "$archive.making" -prune -mmin +10 -exec rm -rf {} \; 2>/dev/null
    if mkdir -p "$cache" 2>/dev/null && mkdir "$archive.making" 2>/dev/null; then
        (
            trap '' HUP INT
            cd "$archive.making" || exit # files of a Java that fails are removed with the directory
            sleep 2 # let the start that the user waits for finish first
            rm -f "$cache/$series"-*.jsa "$cache/$series"-*.aot # archives of earlier versions
            find "$cache" -name '*-on-*' -mtime +30 -exec rm -rf {} + # archives of deleted copies
            # make KIND OPTION...: only G1 can write objects into an archive. The serial collector can read them.
            make() {
                kind=$1
                shift
                nice "$java" -Xlog:disable "$@=$PWD/archive" $g1 $headers $how "$self" $main rehearse $role && mv archive "$archive.$kind"
            }
            # Without profiles of the rehearsal: with them, the compilers take the first seconds and 6 MiB (docs/performance.md).
            # Java 25 fails with some AOT caches; the older kind of archive is as fast.
            { [ "$best_version" -ge 25 ] && make aot -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput; } ||
                make jsa -XX:ArchiveClassesAtExit
            cd "$cache" && rm -rf "$archive.making"
        ) >/dev/null 2>&1 </dev/null &
    fi
fi
# shellcheck disable=SC2086
exec "$java" $headers $options $BOXCAR_JAVA_OPTS $how "$self" $main "$@"
exit 1
