// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A POP3 server with maildrops in memory. Users log in with the password {@code secret}. */
final class Pop3TestServer implements AutoCloseable {
    private final Map<String, ConcurrentSkipListMap<String, byte[]>> mail = new ConcurrentHashMap<>();
    private final Pop3Server server;
    private final InetSocketAddress address;
    /** Set to make deletions and reads fail. */
    volatile boolean failing;

    Pop3TestServer(Pop3Options options, Pop3Server.Tls when, @Nullable TlsSettings tls) throws IOException {
        server = Pop3Server.start(options, this::open, new Secret(), () -> tls);
        address = server.listen("127.0.0.1", 0, when).get(0);
    }

    /** A server that lets clients log in without TLS. */
    static Pop3TestServer inClear() throws IOException {
        return new Pop3TestServer(
                Pop3Options.DEFAULTS.withCleartextLogin(Pop3Options.CleartextLogin.ALLOWED), Pop3Server.Tls.STLS, null);
    }

    /** Opens more listeners. */
    List<InetSocketAddress> listen(String host, int port) throws IOException {
        return server.listen(host, port, Pop3Server.Tls.STLS);
    }

    InetSocketAddress address() {
        return address;
    }

    /** Adds a message, each of whose characters is one byte. */
    Pop3TestServer with(String user, String id, String message) {
        mailOf(user).put(id, message.getBytes(ISO_8859_1));
        return this;
    }

    Set<String> ids(String user) {
        return mailOf(user).keySet();
    }

    private ConcurrentSkipListMap<String, byte[]> mailOf(String user) {
        return mail.computeIfAbsent(user, name -> new ConcurrentSkipListMap<>());
    }

    /** Removes a message that sessions may have listed. */
    void remove(String user, String id) {
        mailOf(user).remove(id);
    }

    private Maildrop open(String user) {
        ConcurrentSkipListMap<String, byte[]> messages = mailOf(user);
        List<Maildrop.Message> list = messages.entrySet().stream()
                .map(each -> new Maildrop.Message(each.getKey(), each.getValue().length))
                .toList();
        return new Maildrop() {
            @Override
            public List<Message> messages() {
                return list;
            }

            @Override
            public InputStream open(String id) throws IOException {
                byte[] message = messages.get(id);
                if (failing) {
                    throw new IOException("the disk is broken");
                }
                if (message == null) {
                    throw new NoSuchFileException(id);
                }
                return new ByteArrayInputStream(message);
            }

            @Override
            public void delete(Collection<String> ids) throws IOException {
                if (failing) {
                    throw new IOException("the disk is full");
                }
                messages.keySet().removeAll(ids);
            }
        };
    }

    @Override
    public void close() {
        server.close();
    }

    private static final class Secret implements Pop3Authenticator {
        @Override
        public Set<Mechanism> mechanisms() {
            return Set.of(Mechanism.PLAIN);
        }

        @Override
        public void verify(Claim claim, Consumer<ClaimResult> result) {
            boolean holds = claim instanceof Claim.Password password
                    && password.password().equals("secret");
            result.accept(holds ? ClaimResult.YES : ClaimResult.NO);
        }
    }
}
