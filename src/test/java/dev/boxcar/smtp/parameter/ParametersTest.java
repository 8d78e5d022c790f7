// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.boxcar.smtp.AcceptedRecipient;
import dev.boxcar.smtp.Chunk;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.path.ForwardPath;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parameters that a session accepts can be read from the envelope as values. */
class ParametersTest {
    private static final Parameters MAIL = Parameters.of(
            "SIZE=100 body=8bitmime SMTPUTF8 RET=hdrs ENVID=a+2Bb BY=-120;NT HOLDFOR=60 HOLDUNTIL=2027-01-02T03:04:05Z MT-PRIORITY=-3 REQUIRETLS");

    @Test
    void returnsTheParametersOfMailAsValues() {
        assertThat(MAIL.size()).hasValue(100);
        assertThat(MAIL.body()).isEqualTo(BodyType.EIGHTBITMIME);
        assertThat(MAIL.has(Parameter.SMTPUTF8)).isTrue();
        assertThat(MAIL.has(Parameter.REQUIRETLS)).isTrue();
        assertThat(MAIL.returnContent()).isEqualTo(ReturnContent.HDRS);
        assertThat(MAIL.envelopeId()).isEqualTo("a+b");
        assertThat(MAIL.deliverBy()).isEqualTo(new DeliverBy(-120, DeliverBy.Mode.NOTIFY, true));
        assertThat(MAIL.holdFor()).isEqualTo(Duration.ofMinutes(1));
        assertThat(MAIL.holdUntil()).isEqualTo(Instant.parse("2027-01-02T03:04:05Z"));
        assertThat(MAIL.priority()).hasValue(-3);
    }

    @Test
    void returnsNothingForAbsentParameters() {
        assertThat(Parameters.NONE.size()).isEmpty();
        assertThat(Parameters.NONE.body()).isNull();
        assertThat(Parameters.NONE.has(Parameter.SMTPUTF8)).isFalse();
        assertThat(Parameters.NONE.returnContent()).isNull();
        assertThat(Parameters.NONE.envelopeId()).isNull();
        assertThat(Parameters.NONE.deliverBy()).isNull();
        assertThat(Parameters.NONE.holdFor()).isNull();
        assertThat(Parameters.NONE.holdUntil()).isNull();
        assertThat(Parameters.NONE.priority()).isEmpty();
        assertThat(Parameters.NONE.notifyWhen()).isEmpty();
        assertThat(Parameters.NONE.originalRecipient()).isNull();
    }

    @Test
    void returnsTheParametersOfEachRecipient() {
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("s", "c", "h", "ESMTP"));
        write(writer, "<a@example.com> ENVID=x", true);
        write(writer, "<b@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bc@example.com", false);
        write(writer, "<\"d e\"@example.com>", false);
        Envelope envelope = writer.finish(Instant.EPOCH, Set.of());
        assertThat(envelope.mail().envelopeId()).isEqualTo("x");
        assertThat(envelope.recipients())
                .containsExactly(
                        new AcceptedRecipient(
                                ForwardPath.parse("<b@example.com>"),
                                Parameters.of("NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bc@example.com")),
                        new AcceptedRecipient(ForwardPath.parse("<\"d e\"@example.com>"), Parameters.NONE));
        Parameters first = envelope.recipients().get(0).parameters();
        assertThat(first.notifyWhen()).containsExactlyInAnyOrder(Notify.SUCCESS, Notify.DELAY);
        assertThat(first.originalRecipient()).isEqualTo(new OriginalRecipient("rfc822", "b+c@example.com"));
    }

    private static void write(EnvelopeWriter writer, String line, boolean sender) {
        byte[] bytes = line.getBytes(UTF_8);
        if (sender) {
            writer.reversePath(bytes, 0, bytes.length);
        } else {
            writer.forwardPath(bytes, 0, bytes.length);
        }
    }

    @ParameterizedTest
    @CsvSource({"a+b=c d,a+2Bb+3Dc+20d", "j\u00f6rg,j+C3+B6rg", "'',''", "~!,~!"})
    void encodesAndDecodesXtext(String text, String xtext) {
        assertThat(Xtext.encode(text)).isEqualTo(xtext);
        assertThat(Xtext.decode(xtext)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "+2", "+2g", "+2b", "a=b", "a b", "\u00f6"})
    void rejectsMalformedXtext(String xtext) {
        assertThatIllegalArgumentException().isThrownBy(() -> Xtext.decode(xtext));
    }

    @ParameterizedTest
    @CsvSource({"utf-8;j\\x{F6}rg,j\u00f6rg", "UTF-8;j\u00f6rg,j\u00f6rg", "utf-8;a\\x{1F600}+2Bb,a\ud83d\ude00+b"})
    void decodesAddressesOfTypeUtf8(String value, String address) {
        assertThat(OriginalRecipient.parse(value).address()).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({
        "5,5,MORE",
        "5 LAST,5,LAST",
        "0 last,0,LAST",
        "000005,5,MORE",
        "5 x,5,MALFORMED",
        "5 LAST x,5,MALFORMED",
        "'',-1,MORE",
        "x,-1,MORE",
        "-5,-1,MORE",
        "9223372036854775807,9223372036854775807,MORE",
        "9223372036854775808,-1,MORE",
        "9999999999999999999,-1,MORE",
        "18446744073709551617,-1,MORE",
        "5LAST,-1,MORE"
    })
    void parsesTheArgumentOfBdat(String argument, long bytes, Chunk.End end) {
        byte[] line = ("BDAT " + argument).getBytes(UTF_8);
        var command = new Command();
        command.read(line, 0, line.length);
        assertThat(Chunk.of(command)).isEqualTo(new Chunk(bytes, end));
    }
}
