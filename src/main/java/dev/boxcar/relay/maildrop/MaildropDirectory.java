// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.maildrop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** The directory {@code maildrop/} of a spool. Any thread. */
public final class MaildropDirectory {
    /** The end of the name of a complete file. */
    static final String COMPLETE = ".mail";
    /** The end of the name of a file that is being written, or whose writer was killed. */
    static final String UNFINISHED = ".tmp";
    /** The end of the name of a file that the relay cannot take. */
    static final String SET_ASIDE = ".bad";

    private static final String NAME = "maildrop";
    /** Everyone may put files into it; only their owners, and its owner, may list or delete them. */
    private static final int MODE = 01733;

    private MaildropDirectory() {}

    /** Creates the directory and the spool's, unless they exist, and returns its path. */
    static Path create(Path spool) throws IOException {
        Path directory = spool.resolve(NAME);
        if (Files.isDirectory(directory)) {
            return directory;
        }
        Files.createDirectories(spool);
        try {
            Files.createDirectory(directory);
            Files.setAttribute(directory, "unix:mode", MODE);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            } // another process has created it in the meantime
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            // a system without such modes: the directory belongs to this user alone
        }
        force(spool);
        force(Objects.requireNonNullElse(spool.toAbsolutePath().normalize().getParent(), spool));
        return directory;
    }

    /** Makes the names in a directory durable, as far as this user may. */
    static void force(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // a maildrop of another user cannot be opened; the writer then forces the renamed file instead
        }
    }

    /** How many complete messages wait for the relay; 0 if there is no maildrop, or if this user may not list it. */
    public static int waiting(Path spool) throws IOException {
        Path directory = spool.resolve(NAME);
        if (!Files.isDirectory(directory) || !Files.isReadable(directory)) {
            return 0;
        }
        int count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + COMPLETE)) {
            for (Path file : files) {
                count += Files.isRegularFile(file) ? 1 : 0;
            }
        }
        return count;
    }

    /** Some of the complete messages, at most {@code limit}, oldest first. */
    static List<Path> complete(Path directory, int limit) throws IOException {
        return files(directory, name -> name.endsWith(COMPLETE), limit);
    }

    /** Some of the files that are neither complete messages nor set aside, at most {@code limit}. */
    static List<Path> others(Path directory, int limit) throws IOException {
        return files(directory, name -> !name.endsWith(COMPLETE) && !name.endsWith(SET_ASIDE), limit);
    }

    private static List<Path> files(Path directory, Predicate<String> names, int limit) throws IOException {
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                directory, path -> names.test(path.getFileName().toString()))) {
            for (Path file : files) {
                if (found.size() == limit) {
                    break;
                }
                found.add(file);
            }
        }
        found.sort(null);
        return found;
    }
}
