// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells a shortage that may pass (disk space, quota, file descriptors) from a file system that fails.
 *
 * <p>The JDK has no exception type for it. The phrases are those of Linux, macOS and Windows in English; on a system in
 * another language, only the free space shows a shortage.
 */
public final class ResourceShortage {
    private ResourceShortage() {}

    /** With less free space than this, every failed write counts as caused by a full disk. */
    private static final long NEARLY_FULL_BYTES = 1024 * 1024;

    /** Whether a shortage caused this failure of a write to a disk with {@code freeBytes} of free space. */
    public static boolean caused(IOException e, long freeBytes) {
        return freeBytes < NEARLY_FULL_BYTES || caused(e);
    }

    /** Whether the failure names a shortage. */
    public static boolean caused(IOException e) {
        String message = lower(e.getMessage());
        return message.contains("no space left")
                || message.contains("quota exceeded")
                || message.contains("too many open files")
                || message.contains("not enough space");
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }
}
