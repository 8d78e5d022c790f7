// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The one seam between a spool and the file system: everything that a spool changes there, it changes by this. Tests
 * put one here that fails, or that forgets at a crash what was not forced. What is read is read from the files
 * themselves.
 *
 * <p>Nothing is safe before its force: the bytes and the length of a file before {@link DiskFile#force}, a new, renamed
 * or deleted name before {@link #forceDirectory} of the directory that it is in. Any thread; each {@link DiskFile} is
 * confined to one at a time.
 */
public interface Disk {
    /** The real one. */
    Disk LOCAL = new LocalDisk();

    /** Makes a new file to be written; fails where there is one of that name. */
    DiskFile create(Path path) throws IOException;

    /** Opens a file that is there, to be written, cut or forced. */
    DiskFile open(Path path) throws IOException;

    /** Makes a directory, and those above it, where there are none. */
    void createDirectories(Path directory) throws IOException;

    /** Gives a file another name in one step, in place of any that has it. */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file; where there is none, nothing. Who has it open may go on reading. */
    void delete(Path path) throws IOException;

    /**
     * Returns once the names in {@code directory} would survive power loss.
     *
     * @throws NotForced where the directory cannot be opened; any other failure is that of the force
     */
    void forceDirectory(Path directory) throws IOException;

    /** How many bytes are free where {@code directory} is. */
    long freeBytes(Path directory);

    /** One file being written. */
    interface DiskFile extends Closeable {
        /** Writes all that remains in {@code bytes}, or throws. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Returns once everything written, and the length, would survive power loss. */
        void force() throws IOException;

        /** Cuts the file to {@code length}. */
        void truncate(long length) throws IOException;
    }
}
