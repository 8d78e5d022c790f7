// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.spool.Ulid;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes changes of the queue over a Unix-domain socket that only its owner may use. A request is the name of a change,
 * then one id per line, then an empty line. The reply has one line per id, {@code ok ID} or {@code unknown ID}, in
 * order. The request {@code transcript} with one id is answered by the lines of the recorded attempts of this message.
 *
 * <p>Any thread.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int MAX_CONNECTIONS = 8;
    /** Enough for a million ids. */
    private static final int MAX_REPLY = 40_000_000;

    /** The request for transcripts. */
    static final String TRANSCRIPT = "transcript";

    /** Finds the lines of the recorded attempts of a message; none if nothing is recorded. May block. */
    @FunctionalInterface
    public interface Transcripts {
        List<String> of(Ulid id);
    }

    /** Carries a change out. May block. */
    @FunctionalInterface
    public interface Changes {
        /** Returns false if there is no such message. */
        boolean change(Ulid id, QueueChange change) throws IOException;
    }

    private final ServerSocketChannel server;
    private final Path path;
    private final Changes changes;
    private final Transcripts transcripts;
    private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);

    private ControlServer(ServerSocketChannel server, Path path, Changes changes, Transcripts transcripts) {
        this.server = server;
        this.path = path;
        this.changes = changes;
        this.transcripts = transcripts;
    }

    /** Listens at this path, where no file may be. */
    public static ControlServer listen(Path path, Changes changes, Transcripts transcripts) throws IOException {
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        var control = new ControlServer(server, path, changes, transcripts);
        daemon(control::accept);
        return control;
    }

    private static void daemon(Runnable task) {
        var thread = new Thread(task, "boxcar-control");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                if (connections.tryAcquire()) {
                    daemon(() -> serve(client));
                } else {
                    client.close();
                }
            } catch (AsynchronousCloseException e) {
                return;
            } catch (IOException e) {
                LOG.warn("control socket: {}", e.toString());
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                var in = new BufferedReader(new InputStreamReader(Channels.newInputStream(client), UTF_8));
                var out = new PrintWriter(new OutputStreamWriter(Channels.newOutputStream(client), UTF_8))) {
            String request = String.valueOf(in.readLine());
            if (request.equals(TRANSCRIPT)) {
                Ulid id = Ulid.parse(String.valueOf(in.readLine()));
                (id == null ? List.<String>of() : transcripts.of(id)).forEach(line -> out.print(oneLine(line) + "\n"));
                out.flush();
                return;
            }
            QueueChange change = QueueChange.of(request);
            var replies =
                    new StringBuilder(); // sent after the last id, so that neither side waits for the other to read
            String line = change == null ? null : in.readLine();
            while (change != null && line != null && !line.isEmpty() && replies.length() < MAX_REPLY) {
                Ulid id = Ulid.parse(line);
                boolean known = id != null && changes.change(id, change);
                replies.append(known ? "ok " : "unknown ").append(line).append('\n');
                line = in.readLine();
            }
            out.print(replies);
            out.flush();
        } catch (IOException e) {
            LOG.warn("control socket: {}", e.toString());
        } finally {
            connections.release();
        }
    }

    private static String oneLine(String line) {
        return line.replace('\r', ' ').replace('\n', ' ');
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
