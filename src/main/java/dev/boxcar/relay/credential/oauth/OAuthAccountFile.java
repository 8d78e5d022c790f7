// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.relay.credential.JsonFields;
import dev.boxcar.relay.credential.SecretFile;
import dev.boxcar.relay.credential.oauth.OAuthAccount.Grant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * An {@link OAuthAccount} in a file of mode 600, as a JSON object. It is replaced as a whole, so that a crash leaves
 * the old one or the new one. A file beside it, with {@code .lock} after its name, keeps two processes from renewing
 * the same account at once. Calls block. Any thread.
 */
public record OAuthAccountFile(Path path) {
    private static final long LOCK_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOCK_POLL_MILLIS = 20;
    private static final Set<String> KEYS =
            Set.of("user", "grant", "token_url", "client_id", "client_secret", "scope", "refresh_token");

    /** What is done while no other process uses the account. */
    interface Task<T> {
        T run() throws IOException, InterruptedException;
    }

    /**
     * Reads the account.
     *
     * @throws IOException whose message is for people and has no secret
     */
    public OAuthAccount read() throws IOException {
        try {
            return account(JsonFields.of(new SecretFile(path).text()));
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage() + "; boxcar relay login writes such a file", e);
        }
    }

    private static OAuthAccount account(Map<String, String> fields) {
        for (String key : fields.keySet()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("unknown key '" + key + "'");
            }
        }
        String text = required(fields, "grant");
        Grant grant = text.equals(Grant.REFRESH_TOKEN.text())
                ? Grant.REFRESH_TOKEN
                : text.equals(Grant.CLIENT_CREDENTIALS.text()) ? Grant.CLIENT_CREDENTIALS : null;
        if (grant == null) {
            throw new IllegalArgumentException("grant must be refresh_token or client_credentials");
        }
        String needed = grant == Grant.REFRESH_TOKEN ? "refresh_token" : "client_secret";
        required(fields, needed);
        return new OAuthAccount(
                required(fields, "user"),
                grant,
                OAuthAccount.url(required(fields, "token_url")),
                required(fields, "client_id"),
                fields.getOrDefault("client_secret", ""),
                fields.getOrDefault("scope", ""),
                fields.getOrDefault("refresh_token", ""));
    }

    private static String required(Map<String, String> fields, String key) {
        String value = fields.getOrDefault(key, "");
        if (value.isBlank()) {
            throw new IllegalArgumentException(key + " is missing");
        }
        return value;
    }

    /** Replaces the account, and returns when it is on disk. */
    public void write(OAuthAccount account) throws IOException {
        Path file = Files.exists(path) ? path.toRealPath() : path; // a link stays a link
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        try (var channel = open(unfinished, StandardOpenOption.CREATE_NEW)) {
            ByteBuffer bytes = ByteBuffer.wrap(json(account));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] json(OAuthAccount account) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("user", account.user());
            json.writeStringField("grant", account.grant().text());
            json.writeStringField("token_url", account.tokenUrl().toString());
            json.writeStringField("client_id", account.clientId());
            json.writeStringField("client_secret", account.clientSecret());
            json.writeStringField("scope", account.scope());
            json.writeStringField("refresh_token", account.refreshToken());
            json.writeEndObject();
        }
        bytes.writeBytes("\n".getBytes(UTF_8));
        return bytes.toByteArray();
    }

    /** Runs the task while no other process or thread renews the account. */
    <T> T exclusively(Task<T> task) throws IOException, InterruptedException {
        FileChannel channel;
        try {
            channel = open(path.resolveSibling(path.getFileName() + ".lock"), StandardOpenOption.CREATE);
        } catch (IOException e) {
            return task.run(); // in such a directory no process can save a token, so none can overwrite one
        }
        try (channel) { // which releases the lock
            awaitLock(channel);
            return task.run();
        }
    }

    private void awaitLock(FileChannel channel) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < LOCK_NANOS) {
            try {
                if (channel.tryLock() != null) {
                    return;
                }
            } catch (OverlappingFileLockException e) {
                // a thread of this process has it
            }
            Thread.sleep(LOCK_POLL_MILLIS);
        }
        throw new IOException(path + ": is being renewed by another process");
    }

    private static FileChannel open(Path file, StandardOpenOption creation) throws IOException {
        boolean hasModes = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = hasModes
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        return FileChannel.open(file, Set.of(creation, StandardOpenOption.WRITE), ownerOnly);
    }
}
