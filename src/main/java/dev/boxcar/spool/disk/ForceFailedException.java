// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A force failed. It is never tried again, whatever the cause: after a failed fsync the kernel may have dropped the
 * pages.
 */
public final class ForceFailedException extends IOException {
    private static final long serialVersionUID = 1;

    public ForceFailedException(IOException cause) {
        super(cause.getMessage(), cause);
    }

    /** Forces a file; a failure is a ForceFailedException. */
    public static void force(Disk.DiskFile file) throws ForceFailedException {
        try {
            file.force();
        } catch (IOException e) {
            throw new ForceFailedException(e);
        }
    }

    /**
     * Returns once the names in {@code directory} would survive power loss.
     *
     * @throws ForceFailedException if the force failed
     * @throws ForceNotStartedException if the force could not begin; the caller then undoes what is not durable
     */
    public static void forceDirectory(Disk disk, Path directory) throws IOException {
        try {
            disk.forceDirectory(directory);
        } catch (ForceNotStartedException e) {
            throw e;
        } catch (IOException e) {
            throw new ForceFailedException(e);
        }
    }
}
