// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * All changes that a spool makes to the file system. Tests replace it by a disk that fails, or that loses unforced
 * changes in a crash. Files are read without it.
 *
 * <p>Nothing is durable before its force: neither the bytes and the length of a file before {@link DiskFile#force}, nor
 * a new, renamed or deleted name before {@link #forceDirectory} of its directory. Any thread; each {@link DiskFile} is
 * confined to one thread at a time.
 */
public interface Disk {
    /** The disk of this machine. */
    Disk LOCAL = new LocalDisk();

    /** Creates a file for writing; fails if the name exists. */
    DiskFile create(Path path) throws IOException;

    /** Opens an existing file to be written, truncated or forced. */
    DiskFile open(Path path) throws IOException;

    /** Creates a directory, and missing ones above it. */
    void createDirectories(Path directory) throws IOException;

    /** Renames a file atomically, and replaces a file that has the new name. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file if it exists. Threads that have it open can read on. */
    void delete(Path path) throws IOException;

    /**
     * Returns once the names in {@code directory} would survive power loss.
     *
     * @throws ForceNotStartedException if the directory cannot be opened; any other exception means that the force
     *     itself failed
     */
    void forceDirectory(Path directory) throws IOException;

    /** Free space in bytes on the file system of {@code directory}. */
    long freeBytes(Path directory);

    /** A file open for writing. */
    interface DiskFile extends Closeable {
        /** Writes all remaining {@code bytes}, or throws. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Returns once everything written, and the length, would survive power loss. */
        void force() throws IOException;

        /** Truncates the file to {@code length}. */
        void truncate(long length) throws IOException;
    }
}
