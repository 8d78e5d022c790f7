// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells a lack that passes (disk, quota, file descriptors) from a file system that fails. */
final class NoRoom {
    private NoRoom() {}

    /** Whether this is why. The JDK has no type for it; the words are those of Linux, macOS and Windows. */
    static boolean caused(IOException e) {
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
