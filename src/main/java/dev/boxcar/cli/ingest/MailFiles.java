// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Finds the files with messages below a directory: those of Maildirs, and those that are named {@code .eml},
 * {@code .mbox} or {@code .mbx} or begin like an mbox. Confined to one thread.
 */
final class MailFiles {
    private static final byte[] FROM = {'F', 'r', 'o', 'm', ' '};

    private MailFiles() {}

    /** The files below a directory in order, or the file itself. */
    static List<Path> in(Path file) throws IOException {
        if (!Files.isDirectory(file)) {
            return List.of(file);
        }
        var found = new ArrayList<Path>();
        try (Stream<Path> files = Files.walk(file)) {
            for (Path one : files.filter(Files::isRegularFile).sorted().toList()) {
                if (isMail(one)) {
                    found.add(one);
                }
            }
        }
        return found;
    }

    private static boolean isMail(Path file) throws IOException {
        Path directory = file.getParent();
        Path above = directory == null ? null : directory.getParent();
        if (directory != null && above != null && isMaildir(above)) {
            String folder = String.valueOf(directory.getFileName());
            return folder.equals("cur") || folder.equals("new"); // what is in tmp is not complete
        }
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.endsWith(".eml") || name.endsWith(".mbox") || name.endsWith(".mbx") || beginsLikeAnMbox(file);
    }

    private static boolean isMaildir(Path directory) {
        return Files.isDirectory(directory.resolve("cur")) && Files.isDirectory(directory.resolve("new"));
    }

    private static boolean beginsLikeAnMbox(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return java.util.Arrays.equals(in.readNBytes(FROM.length), FROM);
        }
    }
}
