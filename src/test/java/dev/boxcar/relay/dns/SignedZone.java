// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A name server for the signed zone {@code example.}, below which {@code unsigned.example.} is not signed. It answers
 * like a resolver that passes signatures on.
 */
public final class SignedZone implements AutoCloseable {
    private static final int TTL = 300;
    private static final Name ZONE = Name.fromConstantString("example.");
    private static final Name UNSIGNED = Name.fromConstantString("unsigned.example.");
    private static final Name NAME_SERVER = Name.fromConstantString("ns.example.");

    private final KeyPair keys;
    private final DNSKEYRecord key;
    private final List<Record> records = new CopyOnWriteArrayList<>();
    private final Set<Name> forged = new TreeSet<>();
    private final DatagramSocket socket;
    private final Thread thread;
    private volatile boolean claimsProof;

    public SignedZone() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        keys = generator.generateKeyPair();
        int zoneKeyAndEntryPoint = DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.SEP_KEY;
        key = new DNSKEYRecord(
                ZONE,
                DClass.IN,
                TTL,
                zoneKeyAndEntryPoint,
                DNSKEYRecord.Protocol.DNSSEC,
                DNSSEC.Algorithm.ECDSAP256SHA256,
                keys.getPublic());
        add(key);
        add(new NSRecord(ZONE, DClass.IN, TTL, NAME_SERVER));
        add(new NSRecord(UNSIGNED, DClass.IN, TTL, NAME_SERVER));
        add(new SOARecord(ZONE, DClass.IN, TTL, NAME_SERVER, NAME_SERVER, 1, TTL, TTL, TTL, TTL));
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        thread = new Thread(this::serve, "signed-zone");
        thread.start();
    }

    public SignedZone add(Record record) {
        records.add(record);
        return this;
    }

    /** The signatures of this name do not fit. */
    public SignedZone forge(String name) throws IOException {
        forged.add(Name.fromString(name));
        return this;
    }

    /** Sets the AD bit in every answer. */
    public SignedZone claimingProof() {
        claimsProof = true;
        return this;
    }

    public List<InetSocketAddress> address() {
        return List.of(new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort()));
    }

    /** What a validating client must trust. */
    public String anchor() {
        return new DSRecord(ZONE, DClass.IN, TTL, DNSSEC.Digest.SHA256, key) + "\n";
    }

    private void serve() {
        var packet = new DatagramPacket(new byte[4096], 4096);
        try {
            while (!socket.isClosed()) {
                socket.receive(packet);
                byte[] answer = answer(new Message(packet.getData())).toWire();
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (SocketException e) {
            // closed
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Message answer(Message query) throws Exception {
        Record question = query.getQuestion();
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        if (claimsProof) {
            answer.getHeader().setFlag(Flags.AD);
        }
        answer.addRecord(question, Section.QUESTION);
        if (!question.getName().subdomain(ZONE)) {
            answer.getHeader().setRcode(Rcode.REFUSED);
            return answer;
        }
        Name name = question.getName();
        List<Record> alias = find(name, Type.CNAME);
        if (!alias.isEmpty() && question.getType() != Type.CNAME) {
            addSigned(answer, alias, Section.ANSWER);
            name = ((CNAMERecord) alias.get(0)).getTarget();
        }
        List<Record> found = find(name, question.getType());
        addSigned(answer, found, Section.ANSWER);
        if (found.isEmpty()) {
            addSigned(answer, find(ZONE, Type.SOA), Section.AUTHORITY);
            addSigned(answer, List.of(noSuchType(name)), Section.AUTHORITY);
        }
        return answer;
    }

    private List<Record> find(Name name, int type) {
        return records.stream()
                .filter(one -> one.getName().equals(name) && one.getType() == type)
                .toList();
    }

    /** RFC 4470: there is nothing between the name and the next possible one, and the name has only these types. */
    private Record noSuchType(Name name) throws IOException {
        Set<Integer> types = new TreeSet<>(Set.of(Type.RRSIG, Type.NSEC));
        records.stream().filter(one -> one.getName().equals(name)).forEach(one -> types.add(one.getType()));
        Name next = Name.concatenate(Name.fromString("\\000"), name);
        int[] all = types.stream().mapToInt(Integer::intValue).toArray();
        return new NSECRecord(name, DClass.IN, TTL, next, all);
    }

    private void addSigned(Message answer, List<Record> set, int section) throws Exception {
        if (set.isEmpty()) {
            return;
        }
        var rrset = new RRset();
        for (Record one : set) {
            rrset.addRR(one);
            answer.addRecord(one, section);
        }
        boolean isBelowUnsigned = rrset.getName().subdomain(UNSIGNED)
                && !(rrset.getName().equals(UNSIGNED) && rrset.getType() == Type.NSEC);
        if (!isBelowUnsigned) {
            answer.addRecord(signature(rrset), section);
        }
    }

    private RRSIGRecord signature(RRset rrset) throws Exception {
        Instant now = Instant.now();
        Instant end = forged.contains(rrset.getName()) ? now.minus(Duration.ofHours(1)) : now.plus(Duration.ofDays(1));
        return DNSSEC.sign(rrset, key, keys.getPrivate(), now.minus(Duration.ofDays(1)), end);
    }

    @Override
    public void close() throws InterruptedException {
        socket.close();
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }
}
