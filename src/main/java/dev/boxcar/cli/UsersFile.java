// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of {@link Users} that is read again, whenever somebody asks, if it has changed. A new file that is broken
 * changes nothing but the log. Any thread but a loop's; those who ask at the same time wait for one reading.
 */
final class UsersFile {
    private static final Logger LOG = LoggerFactory.getLogger(UsersFile.class);

    /** By what a change is noticed. */
    private record Mark(Object key, long size, long modifiedMillis) {}

    private final Path path;
    private final byte[] secret = Users.newSecret();
    private Users users;
    private @Nullable Mark mark;

    private UsersFile(Path path) throws IOException, Users.Unusable {
        this.path = path;
        this.mark = mark(path);
        this.users = read(path, secret);
    }

    /** Reads the file for the first time; now a broken one is refused. */
    static UsersFile open(Path path) throws IOException, Users.Unusable {
        UsersFile opened;
        try {
            opened = new UsersFile(path);
        } catch (NoSuchFileException e) {
            throw new Users.Unusable("--auth-file: " + path + ": no such file");
        }
        if (isReadByOthers(path)) {
            LOG.warn("others can read the file of users: chmod 600 {}", path);
        }
        return opened;
    }

    /** The users as the file has them now, or had them when it last was whole. */
    synchronized Users users() {
        try {
            Mark now = mark(path);
            if (!now.equals(mark)) {
                mark = now;
                users = read(path, secret);
                LOG.info("users read again file={} users={}", path, users.count());
            }
        } catch (IOException e) {
            if (mark != null) {
                LOG.warn("the users stay as they were: {} cannot be read: {}", path, e.toString());
            }
            mark = null;
        } catch (Users.Unusable e) {
            LOG.warn("the users stay as they were: {}", e.getMessage());
        }
        return users;
    }

    private static Mark mark(Path path) throws IOException {
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        Object key = Objects.requireNonNullElse(attributes.fileKey(), path);
        return new Mark(key, attributes.size(), attributes.lastModifiedTime().toMillis());
    }

    private static Users read(Path path, byte[] secret) throws IOException, Users.Unusable {
        try {
            List<String> lines = Files.readAllLines(path);
            return Users.parse(lines, path.toString(), secret);
        } catch (MalformedInputException e) {
            throw new Users.Unusable(path + ": is not UTF-8");
        }
    }

    private static boolean isReadByOthers(Path path) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
    }
}
