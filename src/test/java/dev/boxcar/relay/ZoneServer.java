// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A name server on a UDP port, with the records of a zone file; all other names do not exist. */
public final class ZoneServer implements AutoCloseable {
    private final List<Record> records = new CopyOnWriteArrayList<>();
    private final DatagramSocket socket;
    private final Thread thread;

    private ZoneServer() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        thread = new Thread(this::serve, "zone-server");
        thread.start();
    }

    /** A server with these lines of a zone file, whose names are absolute. */
    public static ZoneServer start(String... lines) throws IOException {
        var server = new ZoneServer();
        server.add(lines);
        return server;
    }

    /** Adds lines of a zone file. */
    public void add(String... lines) throws IOException {
        var master = new Master(new ByteArrayInputStream((String.join("\n", lines) + "\n").getBytes(UTF_8)), null, 60);
        for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
            records.add(record);
        }
    }

    /** Its address for the option {@code --dns}. */
    public String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
        var packet = new DatagramPacket(new byte[4096], 4096);
        while (!socket.isClosed()) {
            try {
                socket.receive(packet);
                byte[] answer = answer(new Message(packet.getData())).toWire();
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private Message answer(Message query) {
        Record question = query.getQuestion();
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(question, Section.QUESTION);
        boolean exists = false;
        for (Record record : records) {
            if (record.getName().equals(question.getName())) {
                exists = true;
                if (record.getType() == question.getType()) {
                    answer.addRecord(record, Section.ANSWER);
                }
            }
        }
        answer.getHeader().setRcode(exists ? Rcode.NOERROR : Rcode.NXDOMAIN);
        return answer;
    }

    @Override
    public void close() throws InterruptedException {
        socket.close();
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }
}
