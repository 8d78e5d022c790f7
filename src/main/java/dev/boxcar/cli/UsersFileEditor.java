// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Changes a file of users so that a reader finds the old one or the new one, whole. Any thread; one at a time. */
final class UsersFileEditor {
    private UsersFileEditor() {}

    /**
     * Puts the entry in the place of the user's old one, or at the end. All other lines stay as they are, and so do the
     * file's rights.
     */
    static void put(Path file, String user, String value) throws IOException {
        boolean isNew = !Files.exists(file);
        Path target = isNew ? file.toAbsolutePath() : file.toRealPath(); // a link stays a link
        var lines = new ArrayList<>(isNew ? List.<String>of() : Files.readAllLines(target));
        String prefix = user + ":";
        int old = 0;
        while (old < lines.size() && !lines.get(old).startsWith(prefix)) {
            old++;
        }
        if (old < lines.size()) {
            lines.set(old, prefix + value);
        } else {
            lines.add(prefix + value);
        }
        Path written = Files.createTempFile(target.getParent(), ".users", ".new"); // its owner's alone
        try {
            write(written, String.join("\n", lines) + "\n");
            if (!isNew) {
                keepRights(target, written);
            }
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static void write(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var bytes = UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** A service that may read the old file may read the new one. */
    private static void keepRights(Path from, Path to) throws IOException {
        var old = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        var next = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (old == null || next == null) {
            return; // not a POSIX file system
        }
        PosixFileAttributes attributes = old.readAttributes();
        PosixFileAttributes own = next.readAttributes();
        if (!attributes.owner().equals(own.owner())) {
            next.setOwner(attributes.owner());
        }
        if (!attributes.group().equals(own.group())) {
            next.setGroup(attributes.group());
        }
        next.setPermissions(attributes.permissions());
    }
}
