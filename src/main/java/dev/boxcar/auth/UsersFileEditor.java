// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.auth;

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

/**
 * Edits a users file. It replaces the file atomically, so that a reader sees either the old file or the new one. Any
 * thread, one edit at a time.
 */
public final class UsersFileEditor {
    private UsersFileEditor() {}

    /**
     * Replaces the user's entry, or appends one. Leaves all other lines and the file's permissions as they are. Creates
     * the file if it does not exist, readable for its owner only.
     */
    public static void put(Path file, String user, String entry) throws IOException {
        boolean isNew = !Files.exists(file);
        Path target = isNew ? file.toAbsolutePath() : file.toRealPath(); // keeps a symbolic link
        var lines = new ArrayList<>(isNew ? List.<String>of() : Files.readAllLines(target));
        String prefix = user + ":";
        int old = 0;
        while (old < lines.size() && !lines.get(old).startsWith(prefix)) {
            old++;
        }
        if (old < lines.size()) {
            lines.set(old, prefix + entry);
        } else {
            lines.add(prefix + entry);
        }
        Path written = Files.createTempFile(target.getParent(), ".users", ".new"); // with permissions 600
        try {
            write(written, String.join("\n", lines) + "\n");
            if (!isNew) {
                copyPermissions(target, written);
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

    /** Keeps owner, group and permissions, so that the same services can read the new file. */
    private static void copyPermissions(Path from, Path to) throws IOException {
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
