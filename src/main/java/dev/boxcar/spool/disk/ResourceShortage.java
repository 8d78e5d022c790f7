// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells a lack that passes (disk, quota, file descriptors) from a file system that fails. The JDK has no type for it:
 * the words are those of Linux, macOS and Windows in English, and where the system speaks another language the free
 * space tells.
 */
public final class ResourceShortage {
    private ResourceShortage() {}

    /** Free space under which a failed write is laid to it. */
    private static final long HARDLY_ANY_BYTES = 1024 * 1024;

    /** Whether this is why a write failed where {@code freeBytes} are free. */
    public static boolean caused(IOException e, long freeBytes) {
        String message = lower(e.getMessage());
        return freeBytes < HARDLY_ANY_BYTES
                || message.contains("no space left")
                || message.contains("quota exceeded")
                || message.contains("too many open files")
                || message.contains("not enough space");
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }
}
