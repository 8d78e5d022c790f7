// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.spool.Ulid;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Asks a relay that runs to change its queue. One thread. */
public final class ControlClient implements AutoCloseable {
    private final SocketChannel channel;

    private ControlClient(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects; an IOException means that no relay listens there. */
    public static ControlClient connect(Path socket) throws IOException {
        return new ControlClient(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /** Changes these messages, and returns those that the relay does not know. Call it once. */
    public List<Ulid> change(QueueChange change, Collection<Ulid> ids) throws IOException {
        var unknown = new ArrayList<Ulid>();
        send(change, ids);
        var in = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), UTF_8));
        for (Ulid id : ids) {
            String line = in.readLine();
            if (line == null) {
                throw new IOException("the relay has ended the connection");
            }
            if (!line.equals("ok " + id)) {
                unknown.add(id);
            }
        }
        return unknown;
    }

    /** What was said in the recorded attempts of this message; empty if nothing is recorded. Call it once. */
    public List<String> transcript(Ulid id) throws IOException {
        var out = new BufferedWriter(new OutputStreamWriter(Channels.newOutputStream(channel), UTF_8));
        out.write(ControlServer.TRANSCRIPT + "\n" + id + "\n");
        out.flush();
        return new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), UTF_8))
                .lines()
                .toList();
    }

    private void send(QueueChange change, Collection<Ulid> ids) throws IOException {
        var out = new BufferedWriter(new OutputStreamWriter(Channels.newOutputStream(channel), UTF_8));
        out.write(change.text() + "\n");
        for (Ulid id : ids) {
            out.write(id + "\n");
        }
        out.write("\n");
        out.flush();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
