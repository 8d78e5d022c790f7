// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.auth;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A users file. {@link #users} reads it again if it has changed. If the new content is invalid, it logs that and keeps
 * the old users. Any thread except an event loop; concurrent callers wait while one of them reads the file.
 */
public final class UsersFile {
    private static final Logger LOG = LoggerFactory.getLogger(UsersFile.class);

    /** Identifies one version of the file: if it differs, the file has changed. */
    private record FileVersion(Object key, long size, long modifiedMillis) {}

    private final Path path;
    private final byte[] secret = Users.newSecret();
    private Users users;
    private @Nullable FileVersion version;

    private UsersFile(Path path) throws IOException, InvalidUsersException {
        this.path = path;
        this.version = version(path);
        this.users = read(path, secret);
    }

    /**
     * Reads the file for the first time.
     *
     * @throws InvalidUsersException if a line of the file is invalid
     * @throws IOException if the file is missing or cannot be read
     */
    public static UsersFile open(Path path) throws IOException, InvalidUsersException {
        var opened = new UsersFile(path);
        if (isWorldReadable(path)) {
            LOG.warn("event=users-file-world-readable advice=\"chmod 600 {}\"", path);
        }
        return opened;
    }

    /** The users of the file's last valid version. */
    public synchronized Users users() {
        try {
            FileVersion now = version(path);
            if (!now.equals(version)) {
                version = now;
                users = read(path, secret);
                LOG.info("users reloaded file={} users={}", path, users.count());
            }
        } catch (IOException e) {
            if (version != null) {
                LOG.warn("users not reloaded, keeping the old ones: cannot read {}: {}", path, e.toString());
            }
            version = null;
        } catch (InvalidUsersException e) {
            LOG.warn("users not reloaded, keeping the old ones: {}", e.getMessage());
        }
        return users;
    }

    private static FileVersion version(Path path) throws IOException {
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        Object key = Objects.requireNonNullElse(attributes.fileKey(), path);
        return new FileVersion(
                key, attributes.size(), attributes.lastModifiedTime().toMillis());
    }

    private static Users read(Path path, byte[] secret) throws IOException, InvalidUsersException {
        try {
            List<String> lines = Files.readAllLines(path);
            return Users.parse(lines, path.toString(), secret);
        } catch (MalformedInputException e) {
            throw new InvalidUsersException(path + ": not valid UTF-8");
        }
    }

    private static boolean isWorldReadable(Path path) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
    }
}
