// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys sign a message, and which of its fields. */
class DkimSignerTest {
    private static final DkimVerifier KEYS = new DkimVerifier();
    private static SigningKey parent;
    private static SigningKey child;
    private static SigningKey german;

    @BeforeAll
    static void makeKeys() throws Exception {
        parent = KEYS.newKey("p", "example.org", SigningAlgorithm.ED25519);
        child = KEYS.newKey("c", "child.example.org", SigningAlgorithm.ED25519);
        german = KEYS.newKey("g", "b\u00fccher.example", SigningAlgorithm.ED25519);
    }

    private static DkimSigner signer() {
        return DkimSigner.NONE.withKeys(List.of(parent, child, german));
    }

    private static Envelope envelope() {
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("test", "127.0.0.1:1", "client.example", "ESMTP"));
        byte[] none = "<>".getBytes(UTF_8);
        writer.reversePath(none, 0, none.length);
        byte[] to = "<bob@there.example>".getBytes(UTF_8);
        writer.forwardPath(to, 0, to.length);
        return writer.finish(Instant.EPOCH, Set.of());
    }

    private static String signatures(DkimSigner signer, String header) throws Exception {
        MessageSigning signing = signer.begin(envelope(), header.getBytes(UTF_8), Instant.ofEpochSecond(1_000_000));
        return signing == null ? "" : new String(signing.finish(), UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "From: a@example.org | d=example.org; s=p",
                "From: a@EXAMPLE.ORG | d=example.org; s=p",
                "FROM : a@example.org | d=example.org; s=p",
                "From: \"a@evil.example\" <a@example.org> | d=example.org; s=p",
                "From: a@evil.example (<a@example.org>) | ''",
                "From: a@host.example.org | d=example.org; s=p",
                "From: a@child.example.org | d=child.example.org; s=c",
                "From: a@host.child.example.org | d=child.example.org; s=c",
                "From: a@notexample.org | ''",
                "From: a@org | ''",
                "From: a@b\u00fccher.example | d=xn--bcher-kva.example; s=g",
                "From: a@xn--bcher-kva.example | d=xn--bcher-kva.example; s=g",
                "From: a@example.org, b@other.example | d=example.org; s=p",
                "From: a@[127.0.0.1] | ''",
                "From: nobody | ''",
                "From: | ''",
                "To: a@example.org | ''",
                "X-From: a@example.org | ''"
            })
    void theDomainOfTheAuthorChoosesTheKey(String field, String expected) throws Exception {
        String signed = signatures(signer(), field + "\r\n");
        if (expected.isEmpty()) {
            assertThat(signed).isEmpty();
        } else {
            assertThat(signed).contains(expected + ";").containsOnlyOnce("DKIM-Signature: ");
        }
    }

    @Test
    void aSecondFromFieldKeepsTheMessageFromBeingSigned() throws Exception {
        assertThat(signatures(signer(), "From: a@example.org\r\nFrom: b@example.org\r\n"))
                .isEmpty();
    }

    @Test
    void theFallbackSignsForAuthorsOfOtherDomainsAndForNobodyElse() throws Exception {
        DkimSigner signer = signer().withFallback("Example.ORG");
        assertThat(signatures(signer, "From: a@other.example\r\n")).contains("d=example.org; s=p;");
        assertThat(signatures(signer, "To: a@other.example\r\n")).isEmpty();
        assertThatThrownBy(() -> signer().withFallback("other.example"))
                .hasMessage("there is no key of the domain other.example");
    }

    @Test
    void twoKeysWithOneNameAreRefused() {
        assertThatThrownBy(() -> DkimSigner.NONE.withKeys(List.of(parent, parent)))
                .hasMessage("two keys have the name p._domainkey.example.org");
    }

    @Test
    void thereMustBeNoMoreOfTheFieldsThatReadersSee() throws Exception {
        String signed = signatures(
                        signer(),
                        "From: a@example.org\r\nCc: x@y.z\r\nCc: z@y.x\r\nList-Id: <l.example>\r\nX-Other: x\r\n")
                .replaceAll("\\s", "");
        String names = signed.replaceAll(".*;h=([^;]*);.*", "$1");
        assertThat(names)
                .startsWith("from:from:")
                .contains(":cc:cc:cc:", ":subject:", ":reply-to:", ":content-type:")
                .endsWith(":list-id")
                .doesNotContain("x-other", "received");
    }

    @Test
    void theSameMessageAlwaysHasTheSameSignature() throws Exception {
        String header = "From: a@example.org\r\n";
        assertThat(signatures(signer(), header))
                .isEqualTo(signatures(signer(), header))
                .contains("; t=1000000;");
    }

    @Test
    void noLineOfASignatureIsLong() throws Exception {
        var cc = new StringBuilder("From: a@example.org\r\n");
        for (int i = 0; i < 1_000; i++) {
            cc.append("Cc: a@b.c\r\n");
        }
        assertThat(signatures(signer(), cc.toString()).lines()).allMatch(line -> line.length() <= 78);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "boxcar",
                "._domainkey.example.org",
                "a b._domainkey.example.org",
                "a._domainkey.",
                "a._domainkey.exa;mple",
                "a._domainkey.-x"
            })
    void aNameThatCannotBeInTheDnsIsRefused(String name) {
        assertThatThrownBy(() -> KeyName.parse(name)).isInstanceOf(IllegalArgumentException.class);
    }
}
