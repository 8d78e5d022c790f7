// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static dev.boxcar.relay.RelayFixture.LIMIT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.async.TestCertificates;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.ConnectionDrop;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.ReplyHold;
import dev.boxcar.smtp.server.port.SessionFaults;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The next server fails in every way at every point of the dialogue, in clear text and inside TLS, by DATA and by BDAT.
 * Every recipient gets one result. The next server is this project's own, with its own faults.
 */
@Execution(ExecutionMode.CONCURRENT) // waits for a peer most of the time
class DeliveryFaultsTest {
    private static final String CONTENT = "Subject: hi\r\n\r\n" + "a line of text\r\n".repeat(100);

    /** What goes wrong, once per message. */
    private enum Trouble {
        CLOSE(Fault.NONE.withDrop(ConnectionDrop.Point.BEFORE_REPLY, ConnectionDrop.How.FIN)),
        HALF_CLOSE(Fault.NONE.withDrop(ConnectionDrop.Point.BEFORE_REPLY, ConnectionDrop.How.HALF_CLOSE)),
        RESET(Fault.NONE.withDrop(ConnectionDrop.Point.BEFORE_REPLY, ConnectionDrop.How.RST)),
        CLOSE_IN_REPLY(Fault.NONE.withDrop(ConnectionDrop.Point.IN_REPLY, ConnectionDrop.How.FIN)),
        CLOSE_AFTER_REPLY(Fault.NONE.withDrop(ConnectionDrop.Point.AFTER_REPLY, ConnectionDrop.How.FIN)),
        SILENCE(Fault.NONE.withHold(ReplyHold.endless())),
        SHUTTING_DOWN(Fault.NONE
                .withReply(Reply.of(421, "4.3.2", "shutting down"))
                .withDrop(ConnectionDrop.Point.AFTER_REPLY, ConnectionDrop.How.FIN)),
        NOT_NOW(Fault.NONE.withReply(Reply.of(450, "4.2.0", "not now"))),
        NEVER(Fault.NONE.withReply(Reply.of(554, "5.7.1", "never"))),
        OUT_OF_PLACE(Fault.NONE.withReply(Reply.of(334, "", "what is this")));

        private final Fault fault;

        Trouble(Fault fault) {
            this.fault = fault;
        }
    }

    /** Where it goes wrong. */
    private enum Place {
        BANNER,
        EHLO,
        STARTTLS,
        MAIL,
        RCPT,
        DATA,
        BDAT,
        CONTENT,
        END
    }

    /** Makes one trouble at one place, once each time it is armed. */
    private static final class OneTrouble implements SessionFaults {
        private final Place place;
        private final boolean inTls;
        private final Armed armed;
        private int greetings;

        /** Shared by all sessions. */
        private static final class Armed {
            private @Nullable Trouble trouble;

            synchronized void set(@Nullable Trouble next) {
                trouble = next;
            }

            synchronized @Nullable Trouble take() {
                Trouble taken = trouble;
                trouble = null;
                return taken;
            }
        }

        OneTrouble(Place place, boolean inTls, Armed armed) {
            this.place = place;
            this.inTls = inTls;
            this.armed = armed;
        }

        private @Nullable Fault at(boolean here) {
            Trouble trouble = here ? armed.take() : null;
            return trouble == null ? null : trouble.fault;
        }

        @Override
        public @Nullable Fault connected() {
            return at(place == Place.BANNER);
        }

        @Override
        public @Nullable Fault command(@Nullable Command command) {
            Verb verb = command == null ? null : command.verb();
            if (verb == Verb.EHLO) {
                greetings++; // the second one is inside TLS
                return at(place == Place.EHLO && greetings == (inTls ? 2 : 1));
            }
            return at(verb != null && verb.name().equals(place.name()));
        }

        @Override
        public ConnectionDrop.@Nullable How content(byte[] bytes, int from, int to) {
            Trouble trouble = place == Place.CONTENT ? armed.take() : null;
            if (trouble == null) {
                return null;
            }
            ConnectionDrop drop = trouble.fault.drop();
            return drop == null ? ConnectionDrop.How.RST : drop.how();
        }

        @Override
        public @Nullable Fault endOfData(long bytes) {
            return at(place == Place.END);
        }
    }

    private final MemorySpool spool = new MemorySpool(16L * 1024 * 1024);

    @ParameterizedTest
    @CsvSource({
        "BANNER, clear, BDAT", "EHLO, clear, BDAT", "MAIL, clear, BDAT", "RCPT, clear, DATA", "DATA, clear, DATA",
        "BDAT, clear, BDAT", "CONTENT, clear, DATA", "CONTENT, clear, BDAT", "END, clear, DATA", "END, clear, BDAT",
        "EHLO, TLS, BDAT", "STARTTLS, TLS, BDAT", "MAIL, TLS, DATA", "RCPT, TLS, BDAT", "DATA, TLS, DATA",
        "BDAT, TLS, BDAT", "CONTENT, TLS, DATA", "CONTENT, TLS, BDAT", "END, TLS, DATA", "END, TLS, BDAT"
    })
    void everyRecipientGetsOneResultWhateverTheServerDoes(Place place, String encryption, String way) throws Exception {
        boolean inTls = encryption.equals("TLS");
        SSLContext certificates = TestCertificates.localhost();
        var armed = new OneTrouble.Armed();
        SmtpServer server =
                server(way.equals("BDAT"), inTls ? certificates : null, client -> new OneTrouble(place, inTls, armed));
        int port = server.listen("127.0.0.1", 0).get(0).getPort();
        try (var relay = RelayFixture.toPorts(port)
                .withTimeouts(Duration.ofSeconds(2))
                .withTls(
                        inTls ? TlsLevel.VERIFIED : TlsLevel.NONE,
                        (host, isVerified) -> TlsSettings.client(certificates, "localhost", host.port()))
                .start()) {
            for (Trouble trouble : Trouble.values()) {
                String name = trouble.name().toLowerCase(Locale.ROOT);
                List<String> recipients =
                        List.of(name + "-1@there.example", name + "-2@there.example", name + "-3@there.example");
                armed.set(trouble);
                relay.send(CONTENT, recipients.toArray(String[]::new));
                await(place + " " + trouble).atMost(LIMIT).until(() -> relay.size() == 0);

                // the server may have the message although the relay has not seen the reply (RFC 1047)
                boolean mayRepeat = place == Place.END
                        || place == Place.BDAT
                        || (way.equals("BDAT") && (trouble == Trouble.SILENCE || trouble == Trouble.OUT_OF_PLACE));
                for (String recipient : recipients) {
                    long results = results(recipient);
                    assertThat(results)
                            .as("%s %s %s", place, trouble, recipient)
                            .isBetween(1L, mayRepeat ? 2L : 1L);
                }
            }
        } finally {
            server.shutdown(Duration.ZERO);
            spool.close();
        }
    }

    private SmtpServer server(boolean offersChunking, @Nullable SSLContext certificates, Faults faults)
            throws IOException {
        Set<Extension> offered = EnumSet.copyOf(Extension.all());
        if (!offersChunking) {
            offered.removeAll(EnumSet.of(Extension.CHUNKING, Extension.BINARYMIME));
        }
        Ports ports = Ports.of(new SpoolSink(spool)).withFaults(faults);
        if (certificates != null) {
            var offer = new TlsOffer(TlsOffer.Need.OPTIONAL);
            offer.ready(TlsSettings.server(certificates));
            ports = ports.withTls(offer);
        }
        return SmtpServer.start(new SmtpServer.Options("downstream", 1, Limits.DEFAULTS, offered), ports);
    }

    /** How often the message has arrived for a recipient, and how often a report says that it will not. */
    private long results(String recipient) throws IOException {
        long results = 0;
        for (Ulid id : spool.ids()) {
            SpoolRecord record = spool.find(id);
            if (record == null) {
                continue;
            }
            var paths = new ArrayList<String>();
            record.envelope().forwardPaths().stream()
                    .map(ForwardPath::mailbox)
                    .forEach(one -> paths.add(one.toString()));
            results += paths.contains(recipient) ? 1 : 0;
            if (paths.contains("ann@sender.example")) {
                results += text(record).contains("Final-Recipient: rfc822; " + recipient) ? 1 : 0;
            }
        }
        return results;
    }

    private static String text(SpoolRecord record) throws IOException {
        try (InputStream in = record.body()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
