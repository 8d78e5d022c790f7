// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.disk.ChannelLease;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The segments that a reader in another process keeps open, so that it can read what it has found even if they are
 * compacted meanwhile.
 *
 * <p>Promise: the segments of {@link #openAll} all existed at one instant, and segments created later sort after them.
 * The oldest {@value #MAX_OPEN} are kept open. Later ones are opened each time they are read, and may be gone by then.
 * The files that are kept open use disk space until {@link #close}. Confined to one thread.
 */
public final class SegmentLeases implements Closeable {
    /** Maximum segments kept open: fewer than the number of files that a process may have open. */
    public static final int MAX_OPEN = 500;

    private static final int MAX_ATTEMPTS = 1_000;

    private final SpoolDirectory directory;
    private final Map<SegmentName, FileChannel> open = new HashMap<>();

    SegmentLeases(SpoolDirectory directory) {
        this.directory = directory;
    }

    /** Opens at most {@code maxOpen} of the existing segments; returns the names of all, oldest first. */
    public List<SegmentName> openAll(int maxOpen) throws IOException {
        var opened = new HashMap<SegmentName, FileChannel>();
        try {
            for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
                List<SegmentName> names = directory.segmentNames();
                closeAllExcept(names, opened);
                if (tryOpen(names, opened, maxOpen) && exist(names)) {
                    open.putAll(opened);
                    opened.clear();
                    return names;
                }
            }
        } finally {
            closeAllExcept(List.of(), opened);
        }
        throw new SpoolException(
                "the segments of " + directory.path() + " change faster than they can be opened: try again");
    }

    private static void closeAllExcept(List<SegmentName> names, Map<SegmentName, FileChannel> opened)
            throws IOException {
        var gone = new HashSet<>(opened.keySet());
        names.forEach(gone::remove);
        for (SegmentName name : gone) {
            Objects.requireNonNull(opened.remove(name)).close();
        }
    }

    /** Returns false if a segment was compacted meanwhile. */
    private boolean tryOpen(List<SegmentName> names, Map<SegmentName, FileChannel> opened, int maxOpen)
            throws IOException {
        try {
            for (SegmentName name : names) {
                if (open.size() + opened.size() < maxOpen && !open.containsKey(name) && !opened.containsKey(name)) {
                    opened.put(name, directory.open(name));
                }
            }
            return true;
        } catch (NoSuchFileException compacted) {
            return false;
        }
    }

    /** Whether all these segments still exist, and all new ones sort after them. */
    public boolean exist(List<SegmentName> names) throws IOException {
        List<SegmentName> now = directory.segmentNames();
        return now.size() >= names.size() && now.subList(0, names.size()).equals(names);
    }

    /** Whether this segment is kept open. */
    public boolean isOpen(SegmentName name) {
        return open.containsKey(name);
    }

    /**
     * A lease on the segment, for reading.
     *
     * @throws NoSuchFileException if it is gone and was not kept open
     */
    ChannelLease lease(SegmentName name) throws IOException {
        FileChannel channel = open.get(name);
        return channel == null ? ChannelLease.owned(directory.open(name)) : ChannelLease.shared(channel);
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : open.values()) {
            channel.close();
        }
        open.clear();
    }
}
