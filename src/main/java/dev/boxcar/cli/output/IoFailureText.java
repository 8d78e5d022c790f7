// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.output;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says in one line why input or output failed. The JDK's exceptions of files often have no more than the name. */
public final class IoFailureText {
    private IoFailureText() {}

    /** The reason, such as {@code /var/lib/boxcar/segment: permission denied}. */
    public static String of(IOException e) {
        if (e instanceof FileSystemException file && file.getReason() == null) {
            return file.getFile() + ": " + reason(file);
        }
        return String.valueOf(e.getMessage());
    }

    private static String reason(FileSystemException e) {
        return e instanceof NoSuchFileException
                ? "no such file"
                : e instanceof AccessDeniedException
                        ? "permission denied"
                        : e.getClass().getSimpleName().replaceFirst("Exception$", "");
    }
}
