// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.artemis.body.BodyStore;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.HoldTime;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.RecipientState;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.Ulid;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;

/**
 * A mail as a message of the broker. Its body is the length of the envelope (4 bytes), the envelope, the length of the
 * state (4 bytes; 0 before the first attempt), the state, and the mail. Its properties say in short what operators and
 * filters need.
 */
public final class MailFormat {
    /** The queue id, by which operators choose a message. */
    public static final String ID = "boxcar_id";

    private static final String FROM = "boxcar_from";
    private static final String TO = "boxcar_to";
    private static final String RECIPIENTS = "boxcar_recipients";
    public static final String SIZE = "boxcar_size";
    /** Set if the broker streams the message, so that listings do not read all of it. */
    public static final String LARGE = "boxcar_large";
    /** When the mail is due, in milliseconds since 1970; only in what stands for deferred mail. */
    public static final String DUE = "boxcar_due";
    /** The earliest time that the sender asked for, in milliseconds since 1970. */
    public static final String RELEASE = "boxcar_release";
    /** The server of the latest attempt. */
    public static final String HOST = "boxcar_host";
    /** When the mail was accepted, in minutes since 1970, as text. */
    public static final String MINUTE = "boxcar_minute";

    private static final String ARRIVED = "boxcar_arrived";
    public static final String ATTEMPTS = "boxcar_attempts";
    private static final String NEXT = "boxcar_next";
    private static final String REASON = "boxcar_reason";

    /** Mail that is due sooner is not listed until then. */
    private static final long SHOWN_AFTER_MILLIS = 1_000;

    private static final String YES = "yes";
    private static final int LENGTH_BYTES = 4;
    /** No envelope and no state is longer. */
    private static final int MAX_TEXT = 16 * 1024 * 1024;

    private static final int MAX_PROPERTY = 200;
    private static final int SHOWN_RECIPIENTS = 3;
    private static final int USUAL_PRIORITY = 4;
    private static final int MAX_PRIORITY = 9;

    /** What a body begins with. */
    public record Head(Envelope envelope, @Nullable DeliveryState state, int length) {}

    private MailFormat() {}

    /** A message with this mail, which is shown at {@code dueMillis}, or at once if that is past. */
    public static ClientMessage message(
            ClientSession session, ArtemisMail mail, @Nullable DeliveryState state, long dueMillis) throws IOException {
        boolean isDurable = true;
        ClientMessage message = session.createMessage(isDurable);
        message.putStringProperty(ID, mail.id().toString());
        describe(message, mail.envelope(), mail.received(), state);
        message.putLongProperty(SIZE, mail.bytes());
        message.setPriority(priority(mail.envelope()));
        if (dueMillis > System.currentTimeMillis()) {
            message.putLongProperty(Message.HDR_SCHEDULED_DELIVERY_TIME, dueMillis);
        }
        byte[] head = head(mail.envelope(), state);
        if (head.length + mail.bytes() <= BodyStore.MAX_IN_MEMORY) {
            try (InputStream in = mail.open()) {
                message.getBodyBuffer().writeBytes(head);
                message.getBodyBuffer().writeBytes(in.readAllBytes());
            }
        } else {
            message.putStringProperty(LARGE, YES);
            message.setBodyInputStream(new SequenceInputStream(new ByteArrayInputStream(head), mail.open()));
        }
        return message;
    }

    /** What operators see of this mail until it is due; null if that is so soon that nobody needs it. */
    public static @Nullable ClientMessage shownUntilDue(
            ClientSession session, ArtemisMail mail, @Nullable DeliveryState state, long dueMillis) {
        return dueMillis > System.currentTimeMillis() + SHOWN_AFTER_MILLIS
                ? deferred(session, mail.listed(state), state, dueMillis)
                : null;
    }

    /** What operators see of this mail until it is due. */
    public static ClientMessage deferred(
            ClientSession session, ListedMail mail, @Nullable DeliveryState state, long dueMillis) {
        boolean isDurable = true;
        ClientMessage message = session.createMessage(isDurable);
        message.putStringProperty(ID, mail.id().toString());
        describe(message, mail.envelope(), mail.received(), state);
        message.putLongProperty(SIZE, mail.bytes());
        message.putLongProperty(DUE, dueMillis);
        message.setExpiration(dueMillis);
        message.getBodyBuffer().writeBytes(head(mail.envelope(), state));
        return message;
    }

    private static void describe(
            ClientMessage message, Envelope envelope, Instant received, @Nullable DeliveryState state) {
        Mailbox sender = envelope.reversePath().mailbox();
        message.putStringProperty(FROM, cut(sender == null ? "" : sender.toString()));
        message.putStringProperty(
                TO,
                cut(envelope.forwardPaths().stream()
                        .limit(SHOWN_RECIPIENTS)
                        .map(ForwardPath::mailbox)
                        .map(Mailbox::toString)
                        .collect(Collectors.joining(","))));
        message.putIntProperty(
                RECIPIENTS,
                state == null ? envelope.recipientCount() : state.pending().size());
        message.putStringProperty(ARRIVED, received.toString());
        message.putStringProperty(MINUTE, Long.toString(TimeUnit.MILLISECONDS.toMinutes(received.toEpochMilli())));
        Instant release = HoldTime.of(envelope, received);
        if ((state == null || state.attempts() == 0) && release.isAfter(received)) {
            message.putLongProperty(RELEASE, release.toEpochMilli());
        }
        if (state != null) {
            message.putStringProperty(HOST, cut(state.lastHost()));
            message.putIntProperty(ATTEMPTS, state.attempts());
            message.putStringProperty(NEXT, state.next().toString());
            message.putStringProperty(
                    REASON,
                    cut(state.pending().stream()
                            .map(RecipientState::reply)
                            .filter(reply -> !reply.isEmpty())
                            .findFirst()
                            .orElse("")));
        }
    }

    private static String cut(String text) {
        return text.length() <= MAX_PROPERTY ? text : text.substring(0, MAX_PROPERTY);
    }

    /** MT-PRIORITY -9 to 9 (RFC 6710) becomes 0 to 9; the usual 0 becomes the broker's usual 4. */
    private static byte priority(Envelope envelope) {
        int asked = envelope.mail().priority().orElse(0);
        return (byte) Math.max(0, Math.min(MAX_PRIORITY, USUAL_PRIORITY + (asked + (asked > 0 ? 1 : 0)) / 2));
    }

    public static byte[] head(Envelope envelope, @Nullable DeliveryState state) {
        byte[] text = state == null ? new byte[0] : state.text().toString().getBytes(UTF_8);
        ByteBuffer head = ByteBuffer.allocate(2 * LENGTH_BYTES + envelope.length() + text.length);
        head.putInt(envelope.length());
        envelope.putInto(head);
        head.putInt(text.length).put(text);
        return head.array();
    }

    /**
     * Reads what a body begins with.
     *
     * @throws IllegalArgumentException if it is no such body
     * @throws IOException if it cannot be read, or ends too soon
     */
    public static Head head(InputStream body) throws IOException {
        var in = new DataInputStream(body);
        byte[] envelope = text(in);
        byte[] state = text(in);
        return new Head(
                Envelope.of(envelope, envelope.length),
                state.length == 0 ? null : DeliveryState.parse(KeyValueText.parse(state)),
                2 * LENGTH_BYTES + envelope.length + state.length);
    }

    private static byte[] text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_TEXT) {
            throw new IllegalArgumentException("invalid length of a text: " + length);
        }
        byte[] text = in.readNBytes(length);
        if (text.length < length) {
            throw new IllegalArgumentException("the message ends too soon");
        }
        return text;
    }

    /** When a mail with this envelope was accepted. */
    public static Instant received(Ulid id, Envelope envelope) {
        try {
            return envelope.received();
        } catch (IllegalStateException | DateTimeException e) {
            return Instant.ofEpochMilli(id.millis());
        }
    }

    /**
     * The queue id of a message.
     *
     * @throws IllegalArgumentException if it has none
     */
    public static Ulid id(ClientMessage message) {
        String text = message.getStringProperty(ID);
        Ulid id = text == null ? null : Ulid.parse(text);
        if (id == null) {
            throw new IllegalArgumentException("a message without a queue id");
        }
        return id;
    }
}
