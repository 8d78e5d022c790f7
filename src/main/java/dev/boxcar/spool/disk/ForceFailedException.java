// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A force threw: whatever the cause, it is never tried again (after a failed fsync the kernel may have dropped the
 * pages).
 */
public final class ForceFailedException extends IOException {
    private static final long serialVersionUID = 1;

    public ForceFailedException(IOException cause) {
        super(cause.getMessage(), cause);
    }

    /**
     * Returns once the names in {@code directory} would survive power loss.
     *
     * @throws ForceFailed where its force throws
     * @throws NotForced where it could not be begun: then the caller takes back what is not safe
     */
    public static void unlessForced(Disk disk, Path directory) throws IOException {
        try {
            disk.forceDirectory(directory);
        } catch (ForceNotStartedException e) {
            throw e;
        } catch (IOException e) {
            throw new ForceFailedException(e);
        }
    }
}
