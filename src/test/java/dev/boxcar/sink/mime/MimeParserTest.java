// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.sink.mime.Part.Role;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Correct and malformed messages, parsed. */
class MimeParserTest {
    private static final class Collector implements MimeParser.Visitor {
        final List<Part> parts = new ArrayList<>();
        final List<byte[]> bytes = new ArrayList<>();
        Headers headers = Headers.NONE;
        int headerBlocks;
        boolean whole;

        @Override
        public void headers(Headers found) {
            headerBlocks++;
            headers = found;
        }

        @Override
        public void part(Part part, InputStream content) throws IOException {
            parts.add(part);
            bytes.add(content.readAllBytes());
        }

        String text(int part) {
            return parts.get(part).text(bytes.get(part), bytes.get(part).length);
        }
    }

    private static Collector parse(byte[] message) throws IOException {
        var found = new Collector();
        found.whole = MimeParser.parse(new ByteArrayInputStream(message), found);
        return found;
    }

    private static Collector parse(String... lines) throws IOException {
        return parse((String.join("\r\n", lines) + "\r\n").getBytes(UTF_8));
    }

    @Test
    void numbersPartsByTheirPlace() throws IOException {
        Collector found = parse(
                "Content-Type: multipart/mixed; boundary=a",
                "",
                "--a",
                "Content-Type: multipart/alternative; boundary=b",
                "",
                "--b",
                "Content-Type: text/plain",
                "",
                "plain",
                "--b",
                "Content-Type: multipart/related; boundary=c",
                "",
                "--c",
                "Content-Type: text/html",
                "",
                "<p>html</p>",
                "--c",
                "Content-Type: image/png; name=dot.png",
                "Content-ID: <dot@a.example>",
                "Content-Transfer-Encoding: base64",
                "",
                "AAEC",
                "--c--",
                "--b--",
                "--a",
                "Content-Type: application/pdf",
                "Content-Disposition: attachment; filename=bill.pdf",
                "",
                "%PDF",
                "--a--");
        assertThat(found.whole).isTrue();
        assertThat(found.parts).extracting(Part::id).containsExactly("1.1", "1.2.1", "1.2.2", "2");
        assertThat(found.parts)
                .extracting(Part::role)
                .containsExactly(Role.TEXT, Role.HTML, Role.INLINE, Role.ATTACHMENT);
        assertThat(found.parts).extracting(Part::fileName).containsExactly("", "", "dot.png", "bill.pdf");
        assertThat(found.parts.get(2).contentId()).isEqualTo("dot@a.example");
        assertThat(found.bytes.get(2)).containsExactly(0, 1, 2);
        assertThat(found.text(0)).isEqualTo("plain");
    }

    @Test
    void aMessageWithoutPartsIsPartZero() throws IOException {
        Collector found = parse("Subject: x", "", "text");
        assertThat(found.parts).extracting(Part::id).containsExactly("0");
        assertThat(found.parts.get(0).contentType()).isEqualTo("text/plain");
        assertThat(found.text(0)).isEqualTo("text\r\n");
    }

    @Test
    void aForwardedMessageIsOnePart() throws IOException {
        Collector found = parse(
                "Content-Type: multipart/mixed; boundary=a",
                "",
                "--a",
                "Content-Type: message/rfc822",
                "",
                "Subject: inner",
                "",
                "inner text",
                "--a--");
        assertThat(found.parts).extracting(Part::contentType).containsExactly("message/rfc822");
        assertThat(found.text(0)).contains("Subject: inner").contains("inner text");
        assertThat(found.headerBlocks).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attachment; filename=plain.txt|plain.txt",
                "attachment; filename=\"two words.txt\"|two words.txt",
                "attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.txt|résumé.txt",
                "attachment; filename*0=\"a-long-\"; filename*1=\"name.txt\"|a-long-name.txt",
                "attachment; filename=\"=?UTF-8?Q?r=C3=A9sum=C3=A9.txt?=\"|résumé.txt",
                "attachment; filename=\"../../etc/passwd\"|passwd",
                "attachment; filename=\"C:\\\\temp\\\\x.txt\"|x.txt",
                "attachment|''",
                "attachment; filename=|''"
            })
    void readsFileNames(String disposition, String name) throws IOException {
        Collector found = parse("Content-Disposition: " + disposition, "", "x");
        assertThat(found.parts.get(0).fileName()).isEqualTo(name);
        assertThat(found.parts.get(0).role()).isEqualTo(Role.ATTACHMENT);
    }

    @Test
    void readsTextInItsCharacterSet() throws IOException {
        assertThat(parse("Content-Type: text/plain; charset=iso-8859-1\r\n\r\ncaf\u00E9".getBytes(ISO_8859_1))
                        .text(0))
                .isEqualTo("café");
        assertThat(parse("Content-Type: text/plain; charset=utf-8\r\n\r\ncafé".getBytes(UTF_8))
                        .text(0))
                .isEqualTo("café");
        assertThat(parse("Content-Type: text/plain; charset=x-unknown\r\n\r\ncafé".getBytes(UTF_8))
                        .text(0))
                .isEqualTo("café");
        assertThat(parse("\r\ncaf\u00E9".getBytes(ISO_8859_1)).text(0)).isEqualTo("café");
        assertThat(parse(
                                "Content-Transfer-Encoding: quoted-printable\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ncaf=C3=A9=\r\n!"
                                        .getBytes(UTF_8))
                        .text(0))
                .isEqualTo("café!");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "=?utf-8?q?J=C3=B6rg?=|Jörg",
                "=?UTF-8?B?SsO2cmc=?=|Jörg",
                "=?iso-8859-1?q?J=F6rg?= there|Jörg there",
                "=?utf-8?q?J=C3?= =?utf-8?q?=B6rg?=|Jörg",
                "=?utf-8?q?one_?= =?utf-8?q?two?=|one two",
                "=?x-unknown?q?abc?=|abc",
                "=?utf-8?q?broken|=?utf-8?q?broken",
                "plain|plain"
            })
    void decodesEncodedWords(String field, String text) throws IOException {
        assertThat(parse("Subject: " + field, "", "").headers.decoded("subject"))
                .isEqualTo(text);
    }

    @Test
    void listsHeaderFieldsByCanonicalNameInOrder() throws IOException {
        Collector found = parse("X-B: 1", "MESSAGE-ID: <a@b>", "x-b: 2", "Long: one", "\ttwo", "", "");
        assertThat(found.headers.byName().keySet()).containsExactly("X-B", "Message-Id", "Long");
        assertThat(found.headers.byName().get("X-B")).containsExactly("1", "2");
        assertThat(found.headers.first("long")).isEqualTo("one\ttwo");
        assertThat(parse("Subject: gr\u00FC\u00DFe".getBytes(ISO_8859_1))
                        .headers
                        .first("Subject"))
                .isEqualTo("grüße");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n",
                "no header at all",
                ": nameless\r\n\r\nx",
                "Content-Type: multipart/mixed\r\n\r\nno boundary",
                "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n----\r\n\r\nx\r\n------",
                "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n--a\r\n--a",
                "Content-Type: multipart/mixed; boundary=a\r\n\r\nnothing of that kind",
                "Content-Type: ;;;===\"\r\nContent-Disposition: ;\"\\\r\n\r\nx",
                "Content-Type: text/plain; charset=\"\u0000\"\r\n\r\nx",
                "Content-Transfer-Encoding: base64\r\n\r\n====!!!!====",
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n=Z=9==\r\n=",
                "Content-Transfer-Encoding: nonsense\r\n\r\nx",
                "Subject: =?utf-8?b?!!!!?=\r\n\r\nx",
                "To: <<<<>>>>,,,;:::\"\r\n\r\nx"
            })
    void readsMalformedMessagesAsFarAsPossible(String message) throws IOException {
        Collector found = parse(message.getBytes(UTF_8));
        assertThat(found.headerBlocks).isEqualTo(1);
        found.headers.addresses("To");
        found.headers.decoded("Subject");
        assertThat(found.parts.size()).isEqualTo(found.bytes.size());
    }

    @Test
    void limitsTheDepthOfNestedParts() throws IOException {
        var message = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            message.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\r\n\r\n--b")
                    .append(i)
                    .append("\r\n");
        }
        message.append("\r\ndeep");
        Collector found = parse(message.toString().getBytes(UTF_8));
        assertThat(found.whole).isFalse();
        assertThat(found.headers.first("Content-Type")).contains("b0");
    }

    @Test
    void limitsTheNumberOfParts() throws IOException {
        var message = new StringBuilder("Content-Type: multipart/mixed; boundary=a\r\n\r\n");
        message.append("--a\r\n\r\n\r\n".repeat(100_000)).append("--a--");
        Collector found = parse(message.toString().getBytes(UTF_8));
        assertThat(found.whole).isFalse();
        assertThat(found.parts).hasSize(10_000);
    }

    @Test
    void limitsTheSizeOfAHeaderField() throws IOException {
        byte[] line = "x".repeat(3 * 1024 * 1024).getBytes(UTF_8);
        InputStream message = new SequenceInputStream(
                new ByteArrayInputStream("From: a@b.example\r\nSubject: ".getBytes(UTF_8)),
                new ByteArrayInputStream(line));
        var found = new Collector();
        assertThat(MimeParser.parse(message, found)).isFalse();
        assertThat(found.headers.first("From")).isEqualTo("a@b.example");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverThrowsWhateverTheBytes(long seed) throws IOException {
        var random = new Random(seed);
        String[] pieces = {
            "Content-Type: multipart/mixed; boundary=a\r\n",
            "Content-Type: text/html; charset=",
            "\r\n",
            "\r\n\r\n",
            "--a",
            "--",
            "--a--\r\n",
            "Content-Transfer-Encoding: base64\r\n",
            "Content-Disposition: attachment; filename*0*=",
            "=?utf-8?b?",
            "?=",
            "\u0000",
            "é",
            "\n",
            "\r",
            "\"",
            ";",
            "=",
            "<",
            ">",
            "@",
            "From: ",
            "To: ",
            "Subject: "
        };
        for (int i = 0; i < 500; i++) {
            var message = new StringBuilder();
            for (int k = random.nextInt(60); k > 0; k--) {
                message.append(pieces[random.nextInt(pieces.length)]);
            }
            Collector found = parse(message.toString().getBytes(random.nextBoolean() ? UTF_8 : ISO_8859_1));
            for (int part = 0; part < found.parts.size(); part++) {
                HtmlText.of(found.text(part));
            }
            found.headers.addresses("From");
            found.headers.addresses("To");
            found.headers.decoded("Subject");
            DateParser.parse(found.headers.first("Subject"));
        }
    }

    @Test
    void throwsFailuresToReadTheMessage() {
        var failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("disk");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                throw new IOException("disk");
            }
        };
        InputStream message =
                new SequenceInputStream(new ByteArrayInputStream("Subject: x\r\n\r\nbegins".getBytes(UTF_8)), failing);
        assertThatThrownBy(() -> MimeParser.parse(message, new Collector())).hasMessage("disk");
    }

    @Test
    void throwsFailuresOfTheVisitor() {
        assertThatThrownBy(
                        () -> MimeParser.parse(new ByteArrayInputStream("\r\nx".getBytes(UTF_8)), (part, content) -> {
                            throw new IOException("client has gone");
                        }))
                .hasMessage("client has gone");
    }
}
