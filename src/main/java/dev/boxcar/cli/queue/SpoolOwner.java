// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives the files of a spool to the user whose spool it is. Operators often are root, and the relay often is not: it
 * could not open what root has made. One thread.
 */
final class SpoolOwner {
    /** The directories whose files the spool makes; those in {@code maildrop} belong to their senders. */
    private static final List<String> DIRECTORIES = List.of("", "segment", "blob", "quarantine");

    private SpoolOwner() {}

    /** Gives all files to the owner of the directory with the messages. */
    static void restore(Path spool) throws IOException {
        PosixFileAttributeView first = view(spool.resolve("segment"));
        if (first == null) {
            return; // a system without owners of this kind
        }
        PosixFileAttributes owner = first.readAttributes();
        for (String name : DIRECTORIES) {
            Path directory = spool.resolve(name);
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    give(file, owner);
                }
            }
        }
    }

    /** A link, also a hard one, may lead to a file that is none of the spool's. */
    private static void give(Path file, PosixFileAttributes owner) throws IOException {
        PosixFileAttributeView view = view(file);
        if (view == null || !view.readAttributes().isRegularFile()) {
            return;
        }
        boolean isLinked = !Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
                .equals(1);
        if (!isLinked && !view.readAttributes().owner().equals(owner.owner())) {
            view.setGroup(owner.group());
            view.setOwner(owner.owner());
        }
    }

    private static @Nullable PosixFileAttributeView view(Path file) {
        return Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }
}
