// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.boxcar.smtp.Envelope.Flag;
import dev.boxcar.smtp.parameter.Parameters;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
    private static final Instant RECEIVED = Instant.parse("2026-11-22T09:30:00.123Z");
    private static final byte[] PREAMBLE = EnvelopeWriter.preamble("S1", "127.0.0.1:52344", "client.example", "ESMTP");

    private final EnvelopeWriter writer = new EnvelopeWriter(PREAMBLE);

    @Test
    void writesOneLinePerValueInOrder() {
        from("<a@b> SIZE=10");
        to("<c@d> NOTIFY=NEVER");
        to("<e@f>");
        assertThat(writer.finish(RECEIVED, EnumSet.of(Flag.BARE_LF, Flag.BARE_CR)))
                .hasToString("""
                        Session: S1
                        Client: 127.0.0.1:52344
                        Helo: client.example
                        Protocol: ESMTP
                        From: <a@b> SIZE=10
                        To: <c@d> NOTIFY=NEVER
                        To: <e@f>
                        Received: 2026-11-22T09:30:00.123Z
                        Flags: bare-cr bare-lf
                        """);
    }

    @Test
    void returnsTheValuesWritten() {
        from("<b\u00FCcher@b> SIZE=10 SMTPUTF8");
        to("<c@d> NOTIFY=NEVER X");
        to("<@x,@y:\"e  >\"@f>");
        to("<Postmaster>");
        Envelope envelope = writer.finish(RECEIVED, EnumSet.of(Flag.NUL));
        assertThat(envelope.session()).isEqualTo("S1");
        assertThat(envelope.client()).isEqualTo("127.0.0.1:52344");
        assertThat(envelope.helo()).isEqualTo("client.example");
        assertThat(envelope.protocol()).isEqualTo("ESMTP");
        assertThat(envelope.reversePath()).isEqualTo(ReversePath.parse("<b\u00FCcher@b>"));
        assertThat(envelope.mail()).hasToString("SIZE=10 SMTPUTF8");
        assertThat(envelope.recipientCount()).isEqualTo(3);
        assertThat(envelope.forwardPaths())
                .extracting(ForwardPath::toString)
                .containsExactly("<c@d>", "<@x,@y:\"e  >\"@f>", "<Postmaster>");
        for (int i = 0; i < 3; i++) {
            assertThat(envelope.forwardPath(i))
                    .isEqualTo(envelope.forwardPaths().get(i));
        }
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> envelope.forwardPath(3));
        assertThat(envelope.recipients())
                .extracting(recipient -> recipient.parameters().toString())
                .containsExactly("NOTIFY=NEVER X", "", "");
        assertThat(envelope.received()).isEqualTo(RECEIVED);
        assertThat(envelope.flags()).containsExactly(Flag.NUL);
    }

    @Test
    void writesNoFlagsLineWithoutFlags() {
        from("<>");
        Envelope envelope = writer.finish(RECEIVED, Set.of());
        assertThat(envelope.first("Flags")).isNull();
        assertThat(envelope.flags()).isEmpty();
        assertThat(envelope.reversePath().isNull()).isTrue();
        assertThat(envelope.mail()).isEqualTo(Parameters.NONE);
        assertThat(envelope.recipientCount()).isZero();
        assertThat(envelope.forwardPaths()).isEmpty();
    }

    @Test
    void ignoresFlagsOfALaterVersion() {
        assertThat(envelope("Flags: bare-cr sparkling nul\n").flags()).containsExactly(Flag.BARE_CR, Flag.NUL);
    }

    @Test
    void collapsesSpacesAfterThePathOnly() {
        from("<\"a   b\"@c>   SIZE=1     BODY=7BIT  ");
        to("<\">  \"@[t:\">]>  X ");
        to("<c@d> ");
        Envelope envelope = writer.finish(RECEIVED, Set.of());
        assertThat(envelope.first("From")).isEqualTo("<\"a   b\"@c> SIZE=1 BODY=7BIT");
        assertThat(envelope.all("To")).containsExactly("<\">  \"@[t:\">]> X", "<c@d>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<a@b>\nTo: <evil@x>", "<a@b> X=\r", "<a\u0000@b>", "<a@b>\u007F", "", " ", "a  b"})
    void rejectsBytesThatWouldForgeALine(String bytes) {
        assertThatIllegalArgumentException().isThrownBy(() -> from(bytes));
        from("<a@b>");
        assertThatIllegalArgumentException().isThrownBy(() -> to(bytes));
        to("<c@d>");
        Envelope envelope = writer.finish(RECEIVED, Set.of());
        assertThat(envelope.all("From")).containsExactly("<a@b>");
        assertThat(envelope.all("To")).containsExactly("<c@d>");
    }

    @Test
    void replacesControlCharactersInThePreamble() {
        byte[] preamble = EnvelopeWriter.preamble("s", "c", "evil\r\nTo: <x@y>\u0000\u0085", "SMTP");
        assertThat(new String(preamble, UTF_8))
                .isEqualTo("Session: s\nClient: c\nHelo: evil??To: <x@y>??\nProtocol: SMTP\n");
    }

    @Test
    void copiesExactlyTheRangeAndCountsBytes() {
        byte[] o = "MAIL FROM:<a@b> SIZE=1\r\nRCPT TO:<c@d>\r\n".getBytes(UTF_8);
        assertThat(writer.bytes()).isEqualTo(PREAMBLE.length);
        writer.reversePath(o, 10, 22);
        writer.forwardPath(o, 32, 37);
        assertThat(writer.recipients()).isEqualTo(1);
        assertThat(writer.bytes()).isEqualTo(PREAMBLE.length + "From: <a@b> SIZE=1\nTo: <c@d>\n".length());
        Envelope envelope = writer.finish(RECEIVED, Set.of());
        assertThat(envelope.first("From")).isEqualTo("<a@b> SIZE=1");
        assertThat(envelope.first("To")).isEqualTo("<c@d>");
    }

    @Test
    void holdsThousandsOfRecipients() {
        from("<a@b>");
        for (int i = 0; i < 10_000; i++) {
            to("<recipient-" + i + "@example.org> N=" + i);
        }
        assertThat(writer.recipients()).isEqualTo(10_000);
        long before = writer.bytes();
        Envelope envelope = writer.finish(RECEIVED, EnumSet.allOf(Flag.class));
        assertThat(envelope.length())
                .isEqualTo((int) before + "Received: 2026-11-22T09:30:00.123Z\nFlags: bare-cr bare-lf nul\n".length());
        assertThat(envelope.recipientCount()).isEqualTo(10_000);
        assertThat(envelope.forwardPaths()).hasSize(10_000);
        assertThat(envelope.forwardPaths().get(9_999)).hasToString("<recipient-9999@example.org>");
        assertThat(envelope.recipientLines().get(9_999))
                .isEqualTo(new EnvelopePath("<recipient-9999@example.org>", "N=9999"));
    }

    @Test
    void acceptsAPreambleLargerThanItsInitialArray() {
        var large = new EnvelopeWriter(EnvelopeWriter.preamble("s", "c", "h".repeat(3000), "ESMTP"));
        large.reversePath("<>".getBytes(UTF_8), 0, 2);
        assertThat(large.finish(RECEIVED, Set.of()).helo()).hasSize(3000);
    }

    @Test
    void rejectsCallsInTheWrongOrder() {
        assertThatIllegalStateException().isThrownBy(() -> to("<c@d>"));
        assertThatIllegalStateException().isThrownBy(() -> writer.finish(RECEIVED, Set.of()));
        from("<a@b>");
        assertThatIllegalStateException().isThrownBy(() -> from("<a@b>"));
        writer.finish(RECEIVED, Set.of());
        assertThatIllegalStateException().isThrownBy(() -> to("<c@d>"));
        assertThatIllegalStateException().isThrownBy(() -> writer.finish(RECEIVED, Set.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000Z",
        "1969-12-31T23:59:59.999999999Z, 1969-12-31T23:59:59.999Z",
        "2024-02-29T12:00:00.0009Z, 2024-02-29T12:00:00.000Z",
        "9999-12-31T23:59:59.5Z, 9999-12-31T23:59:59.500Z"
    })
    void writesTheTimeToTheMillisecond(String received, String text) {
        from("<>");
        Envelope envelope = writer.finish(Instant.parse(received), Set.of());
        assertThat(envelope.first("Received")).isEqualTo(text);
        assertThat(envelope.received()).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22T09:30:00Z",
                "2026-11-22T09:30:00.5Z",
                "2026-11-22T09:30:00.123456789Z",
                "2026-11-22T24:00:00.000Z"
            })
    void readsTimesOfOtherPrecisions(String received) {
        byte[] text = ("Received: " + received + "\n").getBytes(UTF_8);
        assertThat(Envelope.of(text, text.length).received()).isEqualTo(Instant.parse(received));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-30T09:30:00.123Z",
                "2026-11-22T25:30:00.123Z",
                "2026-11-22 09:30:00.123Z",
                "2026-11-22T09:30:0x.123Z"
            })
    void rejectsAnInvalidTime(String received) {
        byte[] text = ("Received: " + received + "\n").getBytes(UTF_8);
        assertThatExceptionOfType(DateTimeException.class)
                .isThrownBy(() -> Envelope.of(text, text.length).received());
    }

    @Test
    void usesOnlyTheFirstLengthBytes() {
        byte[] text = "To: <a@b>\nTo: <c@d>\nTo: ".getBytes(UTF_8);
        assertThat(Envelope.of(text, 10).recipientCount()).isEqualTo(1);
        assertThat(Envelope.of(text, 20).recipientCount()).isEqualTo(2);
        assertThat(Envelope.of(text, 0).recipientCount()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> Envelope.of(text, 24));
        assertThatIllegalArgumentException().isThrownBy(() -> Envelope.of(text, 25));
        assertThatIllegalArgumentException().isThrownBy(() -> Envelope.of(text, -1));
    }

    @Test
    void findsKeysOnlyAtTheStartOfALine() {
        Envelope envelope = envelope("Helo: To: x\nToo: y\nTo:z\nTo: <a@b>\n");
        assertThat(envelope.all("To")).containsExactly("<a@b>");
        assertThat(envelope.first("Helo")).isEqualTo("To: x");
        assertThat(envelope.first("Subject")).isNull();
    }

    @Test
    void namesTheMissingOrMalformedLine() {
        assertThatIllegalStateException()
                .isThrownBy(() -> envelope("Helo: x\n").session())
                .withMessageContaining("Session");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> envelope("From: a@b\n").reversePath())
                .withMessageContaining("a@b");
    }

    @ParameterizedTest
    @CsvSource({
        "<a@b> SIZE=1, <a@b>, SIZE=1",
        "<\"a> b\"@c>  X , <\"a> b\"@c>, X",
        "<a@[x:>]> X, <a@[x:>]>, X",
        "<a@b X, <a@b X, ''",
        "<a b> X, <a b>, X",
        "<\"a>\\\"b> c\"> X, <\"a>\\\"b> c\">, X"
    })
    void splitsEveryLineIntoPathAndParameters(String value, String path, String parameters) {
        Envelope envelope = envelope("From: " + value + "\nTo: " + value + "\n");
        assertThat(envelope.sender()).isEqualTo(new EnvelopePath(path, parameters));
        assertThat(envelope.recipientLines()).containsExactly(new EnvelopePath(path, parameters));
        assertThat(envelope("Helo: x\n").sender()).isNull();
    }

    @Test
    void exposesItsBytesReadOnly() {
        Envelope envelope = envelope("Helo: x\n");
        var target = ByteBuffer.allocate(8);
        envelope.putInto(target);
        assertThat(target.flip()).isEqualTo(envelope.bytes());
        assertThat(envelope.bytes().isReadOnly()).isTrue();
    }

    private static Envelope envelope(String text) {
        byte[] o = text.getBytes(UTF_8);
        return Envelope.of(o, o.length);
    }

    private void from(String bytes) {
        byte[] o = bytes.getBytes(UTF_8);
        writer.reversePath(o, 0, o.length);
    }

    private void to(String bytes) {
        byte[] o = bytes.getBytes(UTF_8);
        writer.forwardPath(o, 0, o.length);
    }
}
