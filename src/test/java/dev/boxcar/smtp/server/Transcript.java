// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A dialogue between a client and the server, read from a text file: what the client sends, what the server must reply,
 * and what must be stored. {@code src/test/resources/transcripts/README.md} explains the format.
 */
final class Transcript {
    /** Bytes that the client sends, or an event, and the replies that the server owes for it. */
    static final class Step {
        final byte[] bytes;
        final List<ExpectedReply> replies = new ArrayList<>();
        /** Whether a segment of the recorded client begins here. */
        boolean beginsSegment;

        boolean clientEnds;
        boolean serverEnds;
        boolean sinkAnswers;
        boolean handshake;
        boolean tlsReady;

        Step(byte[] bytes) {
            this.bytes = bytes;
        }

        /** Whether this step is something other than sending bytes. No delivery joins bytes across an event. */
        boolean isEvent() {
            return clientEnds || sinkAnswers || handshake || tlsReady;
        }
    }

    /**
     * A line that the server must send, or a whole reply.
     *
     * @param pattern the text of each line; {@code *} matches anything
     */
    record ExpectedReply(String pattern, boolean wholeReply) {}

    /** A message that must be stored. */
    static final class ExpectedMessage {
        final List<String> envelope = new ArrayList<>();
        final List<String> absentKeys = new ArrayList<>();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean checksBytes;
    }

    final List<Step> steps = new ArrayList<>();
    final List<ExpectedMessage> messages = new ArrayList<>();
    /** Whether exactly {@link #messages} must be stored; otherwise the sink is not checked. */
    boolean checksMessages;

    final RecordingSink sink = new RecordingSink();
    Limits limits = Limits.DEFAULTS;
    Access access = Access.DEFAULTS;

    /** The listener that accepts the client; null: the session starts without a listener. */
    @Nullable
    ListenerOptions listener;

    /** How the server offers AUTH; null: not at all. */
    @Nullable
    AuthenticationOptions authentication;

    /** How the server offers STARTTLS; null: not at all. */
    @Nullable
    TlsOffer tls;

    /** The extensions that the server offers. */
    Set<Extension> extensions = Extension.all();

    /** Whether the dialogue takes place inside TLS from the first byte on. */
    boolean insideTls;

    /** Why this transcript is not played inside TLS; null: it is. */
    @Nullable
    String reasonNotInTls;

    /** Reads a file. An IllegalArgumentException names the line that is invalid. */
    static Transcript read(Path file) throws IOException {
        return TranscriptReader.read(file);
    }

    /** Whether it says how a recorded client split its bytes into segments. */
    boolean hasSegments() {
        return steps.stream().anyMatch(step -> step.beginsSegment);
    }

    /** The ports of the server that plays this transcript. */
    Ports ports() {
        Ports ports = Ports.of(sink);
        ports = authentication == null ? ports : ports.withAuthentication(authentication);
        return tls == null ? ports : ports.withTls(tls);
    }

    /** Makes the key available that {@link #tls} needs. */
    void loadKey() {
        Objects.requireNonNull(tls).ready(TlsSettings.server(TlsClient.CONTEXT));
    }
}
