// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.disk.ChannelLease;
import dev.boxcar.spool.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a spool, and the lock that keeps a second writer out.
 *
 * <p>Promise: a directory opened with {@link #lock} has no other writer, in any process, until it is closed or the
 * process ends. Errors are reported as one line for the user.
 */
public final class SpoolDirectory implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolDirectory.class);

    /** The content of the file {@code format}. A newer number is rejected. */
    public static final String FORMAT = "boxcar spool format 1";

    private static final String FORMAT_FILE = "format";
    private static final String UNFINISHED = ".new";
    private static final int MAX_QUOTED = 60;

    private final Path path;
    private final @Nullable FileChannel lock;
    private final @Nullable SegmentLeases leases;

    /** The writer has the lock; a reader has no lock, but leases. */
    private SpoolDirectory(Path path, @Nullable FileChannel lock) {
        this.path = path;
        this.lock = lock;
        this.leases = lock == null ? new SegmentLeases(this) : null;
    }

    /** Opens the spool for writing; creates it if it does not exist. */
    public static SpoolDirectory lock(Path path, Disk disk) throws SpoolException {
        FileChannel channel = null;
        try {
            create(path, disk);
            channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                throw new SpoolException("the spool " + path + " is in use by another process" + holder(path)
                        + ": stop that process, or name another spool");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)), 0);
            var directory = new SpoolDirectory(path, channel);
            directory.prepare(disk);
            return directory;
        } catch (IOException e) {
            closeQuietly(channel);
            throw explain(path, e, "written");
        }
    }

    /**
     * Creates the directory and missing ones above it. Their names are durable on return, except that of the lowest
     * directory, which {@link #prepare} forces.
     */
    private static void create(Path path, Disk disk) throws IOException {
        var parents = new ArrayList<Path>();
        Path existing = path.toAbsolutePath().normalize().getParent();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
            parents.add(Objects.requireNonNullElse(existing, path));
        }
        disk.createDirectories(path);
        for (Path parent : parents) {
            disk.forceDirectory(parent);
        }
        if (!Files.exists(path.resolve(FORMAT_FILE))) {
            forceAncestors(existing, disk);
        }
    }

    /**
     * Forces the directories above {@code lowest}, too. An earlier start may have created some of the existing
     * directories and been killed before it forced them. That is possible as long as the format file is missing,
     * because it is written after these forces.
     */
    private static void forceAncestors(@Nullable Path lowest, Disk disk) {
        try {
            for (Path each = lowest; each != null && each.getParent() != null; each = each.getParent()) {
                disk.forceDirectory(each.getParent());
            }
        } catch (IOException e) {
            // not our directory; if the disk fails, the next operation fails, too
            LOG.debug("event=not-forced cause=\"{}\"", e.getMessage());
        }
    }

    /** Opens the spool for reading only, whether it is in use or not. */
    public static SpoolDirectory read(Path path) throws SpoolException {
        if (!Files.isDirectory(path)) {
            throw new SpoolException("there is no spool " + path + ": name one with --spool DIR");
        }
        var directory = new SpoolDirectory(path, null);
        try {
            if (!directory.checkFormat() && !Files.isDirectory(directory.segments())) {
                throw new SpoolException("there is no spool in " + path + ": name one with --spool DIR");
            }
        } catch (IOException e) {
            throw explain(path, e, "read");
        }
        return directory;
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // this process has the lock
        }
    }

    private static String holder(Path path) {
        try {
            String pid = Files.readString(path.resolve("lock")).strip();
            return pid.matches("\\d+") ? " (pid " + pid + ")" : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static SpoolException explain(Path path, IOException e, String action) {
        if (e instanceof SpoolException known) {
            return known;
        }
        if (e instanceof FileAlreadyExistsException || (Files.exists(path) && !Files.isDirectory(path))) {
            return new SpoolException("the spool " + path + " is not a directory: name another one", e);
        }
        if (e instanceof AccessDeniedException) {
            return new SpoolException("the spool " + path + " cannot be " + action + ": permission denied", e);
        }
        return new SpoolException("the spool " + path + " cannot be " + action + ": " + e.getMessage(), e);
    }

    /** Writes the format file and creates {@code segment/}, durably. */
    private void prepare(Disk disk) throws IOException {
        if (!checkFormat()) {
            Path fresh = path.resolve("format.new");
            disk.delete(fresh);
            try (Disk.DiskFile file = disk.create(fresh)) {
                file.write(ByteBuffer.wrap((FORMAT + "\n").getBytes(UTF_8)), 0);
                file.force();
            }
            disk.rename(fresh, path.resolve(FORMAT_FILE));
        }
        disk.createDirectories(segments());
        disk.forceDirectory(path);
        disk.forceDirectory(
                Objects.requireNonNullElse(path.toAbsolutePath().normalize().getParent(), path));
    }

    /** Checks the format file; returns false if it does not exist. */
    private boolean checkFormat() throws IOException {
        Path file = path.resolve(FORMAT_FILE);
        if (!Files.exists(file)) {
            return false;
        }
        String found = Files.readString(file).strip();
        if (!found.equals(FORMAT)) {
            throw new SpoolException("the spool " + path + " has another format (" + quote(found)
                    + "); this program reads '" + FORMAT + "': use the program that wrote it, or name another spool");
        }
        return true;
    }

    private static String quote(String found) {
        String line = found.lines().findFirst().orElse("");
        String shown = line.length() > MAX_QUOTED ? line.substring(0, MAX_QUOTED) + "…" : line;
        return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
    }

    public Path path() {
        return path;
    }

    public Path segments() {
        return path.resolve("segment");
    }

    public Path blobs() {
        return path.resolve("blob");
    }

    /** Where damaged bytes are copied. */
    public Path corrupt() {
        return path.resolve("corrupt");
    }

    /** The existing segments, oldest first. */
    public List<SegmentName> segmentNames() throws IOException {
        if (!Files.isDirectory(segments())) {
            return List.of();
        }
        try (var files = Files.list(segments())) {
            return files.map(file -> SegmentName.parse(file.getFileName().toString()))
                    .filter(Objects::nonNull)
                    .map(Objects::requireNonNull)
                    .sorted()
                    .toList();
        }
    }

    /** The temporary path of a segment that compaction is writing. */
    public Path unfinished(SegmentName name) {
        return segments().resolve(name + UNFINISHED);
    }

    /** The segments that an interrupted compaction left unfinished. */
    public List<Path> unfinishedSegments() throws IOException {
        try (var files = Files.list(segments())) {
            return files.filter(path -> path.toString().endsWith(UNFINISHED)).toList();
        }
    }

    /** The leases of a reader. */
    public SegmentLeases leases() {
        if (leases == null) {
            throw new IllegalStateException("the writer of a spool needs no leases");
        }
        return leases;
    }

    /**
     * A lease on the segment, for reading.
     *
     * @throws java.nio.file.NoSuchFileException if it does not exist any more
     */
    public ChannelLease lease(SegmentName name) throws IOException {
        return leases == null ? ChannelLease.owned(open(name)) : leases.lease(name);
    }

    FileChannel open(SegmentName name) throws IOException {
        return FileChannel.open(name.in(segments()), StandardOpenOption.READ);
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
        if (leases != null) {
            leases.close();
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // the user is told about the earlier exception
        }
    }
}
