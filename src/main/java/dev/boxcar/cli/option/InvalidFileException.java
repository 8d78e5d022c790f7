// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.tls.KeyFileException;
import dev.boxcar.tls.KeyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that an option names cannot be used. The message is one line: the option, the file and the problem. */
public final class InvalidFileException extends Exception {
    private static final long serialVersionUID = 1;

    /** Two options that name the parts of a certificate. */
    record KeyOptions(String chain, String key) {}

    public InvalidFileException(String message, Exception cause) {
        super(message, cause);
    }

    /** The file of this option cannot be read. */
    static InvalidFileException unreadable(String option, Path file, IOException cause) {
        String reason = !Files.exists(file)
                ? "no such file"
                : Files.isDirectory(file)
                        ? "is a directory"
                        : Files.isReadable(file) ? reason(cause) : "cannot be read";
        return new InvalidFileException(option + ": " + file + ": " + reason, cause);
    }

    private static String reason(IOException cause) {
        return cause instanceof java.nio.charset.MalformedInputException
                ? "not valid UTF-8"
                : String.valueOf(cause.getMessage());
    }

    /** Checks a certificate and its key. */
    static void check(KeyFiles files, KeyOptions options) throws InvalidFileException {
        try {
            files.check();
        } catch (KeyFileException e) {
            String message = String.valueOf(e.getMessage()); // it starts with the name of the file
            boolean isKey =
                    message.startsWith(files.key() + ":") && !files.key().equals(files.chain());
            throw new InvalidFileException((isKey ? options.key() : options.chain()) + ": " + message, e);
        }
    }
}
