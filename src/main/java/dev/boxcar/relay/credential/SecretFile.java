// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential;

import dev.boxcar.smtp.client.ClientCredentials;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file with a secret. Its methods block. Any thread. */
public record SecretFile(Path path) {
    private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);
    private static final int MAX_BYTES = 64 * 1024;

    /** Reads credentials. */
    interface Reading {
        ClientCredentials read() throws IOException;
    }

    /** The credentials that a worker reads. */
    static CompletionStage<ClientCredentials> later(Reading reading, Executor workers) {
        var result = new CompletableFuture<ClientCredentials>();
        workers.execute(() -> {
            try {
                result.complete(reading.read());
            } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /**
     * The content, in UTF-8.
     *
     * @throws IOException whose message is for people and has no secret
     */
    public String text() throws IOException {
        if (!Files.exists(path)) {
            throw new IOException(path + ": no such file");
        }
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new IOException(path + ": not a readable file");
        }
        try (var in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (MalformedInputException e) {
            throw new IOException(path + ": not a text in UTF-8", e);
        } catch (IOException e) {
            throw new IOException(path + ": cannot be read", e);
        }
    }

    /**
     * Checks who else may use the file. A file that other users may write to is refused; for one that they may read,
     * one line goes to the log, because containers mount secrets like that.
     */
    public void checkMode() throws IOException {
        if (!Files.exists(path)
                || !path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
        if (mode.contains(PosixFilePermission.OTHERS_WRITE) || mode.contains(PosixFilePermission.GROUP_WRITE)) {
            throw new IOException(path + ": other users may change this secret: chmod 600 " + path);
        }
        if (mode.contains(PosixFilePermission.OTHERS_READ)) {
            LOG.warn("all users can read the secret in {}: chmod 600 {}", path, path);
        }
    }
}
