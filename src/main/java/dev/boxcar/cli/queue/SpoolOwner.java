// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives what root has made in a spool to the user whose spool it is. Operators often are root, and the relay often is
 * not: it could not open those files.
 *
 * <p>The other user may change the spool meanwhile. So every directory is opened once, without following links, and its
 * files are named relative to it. Only what belongs to root is given away, and no file with a second name, which may be
 * a file of the system. One thread.
 */
final class SpoolOwner {
    /** The directories in which the spool makes files; those in {@code maildrop} belong to their senders. */
    private static final List<String> DIRECTORIES = List.of("segment", "blob", "quarantine", "corrupt");

    private static final String ROOT = "root";

    private final Path spool;
    private final UserPrincipal giver;
    private final PosixFileAttributes owner;

    private SpoolOwner(Path spool, UserPrincipal giver, PosixFileAttributes owner) {
        this.spool = spool;
        this.giver = giver;
        this.owner = owner;
    }

    /**
     * Gives all files and directories that belong to root to the owner of the directory with the messages. Does nothing
     * if the current user is another one, or on a system without owners of this kind.
     *
     * @throws IOException if root may not do that, as in some containers
     */
    static void restore(Path directory) throws IOException {
        if (!ROOT.equals(System.getProperty("user.name"))) {
            return; // only root may give files away
        }
        Path spool = directory.toRealPath(); // systemd makes the state directory a link
        try (DirectoryStream<Path> files = Files.newDirectoryStream(spool)) {
            if (files instanceof SecureDirectoryStream<Path> secure) {
                PosixFileAttributes owner = view(secure, Path.of("segment")).readAttributes();
                UserPrincipal giver =
                        spool.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(ROOT);
                if (!owner.owner().equals(giver)) {
                    new SpoolOwner(spool, giver, owner).giveAll(secure);
                }
            }
        }
    }

    private void giveAll(SecureDirectoryStream<Path> top) throws IOException {
        giveFiles(top, spool);
        for (String name : DIRECTORIES) {
            Path directory = Path.of(name);
            if (Files.isDirectory(spool.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                try (SecureDirectoryStream<Path> files = top.newDirectoryStream(directory, LinkOption.NOFOLLOW_LINKS)) {
                    giveFiles(files, spool.resolve(name));
                }
                PosixFileAttributeView view = view(top, directory);
                if (view.readAttributes().isDirectory()) {
                    give(view);
                }
            }
        }
    }

    private void giveFiles(SecureDirectoryStream<Path> files, Path directory) throws IOException {
        var names = new ArrayList<Path>();
        files.forEach(file -> names.add(file.getFileName()));
        for (Path name : names) {
            PosixFileAttributeView view = view(files, name);
            if (view.readAttributes().isRegularFile() && hasOneName(directory.resolve(name))) {
                give(view);
            }
        }
    }

    private static boolean hasOneName(Path file) throws IOException {
        return Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS).equals(1);
    }

    private void give(PosixFileAttributeView view) throws IOException {
        if (view.readAttributes().owner().equals(giver)) {
            view.setGroup(owner.group());
            view.setOwner(owner.owner());
        }
    }

    private static PosixFileAttributeView view(SecureDirectoryStream<Path> directory, Path name) {
        return directory.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }
}
