// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.message.Attachment;
import dev.boxcar.sink.message.ListUnsubscribe;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.message.MessageView;
import dev.boxcar.sink.message.PartOutline;
import dev.boxcar.sink.mime.Address;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The view and the summary of a message. */
class MessageViewTest {
    private final MemorySpool spool = new MemorySpool(64 * 1024 * 1024);
    private Inbox inbox;
    private Namespace box;

    @BeforeEach
    void open() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE);
        box = inbox.namespace("");
    }

    @AfterEach
    void close() {
        inbox.close();
        spool.close();
    }

    @Test
    void separatesTextHtmlAndFiles() throws Exception {
        Ulid id = Post.of(
                        "From: a@a.example",
                        "To: b@b.example",
                        "Date: Sat, 21 Nov 2026 08:00:00 +0100",
                        "Content-Type: multipart/mixed; boundary=x",
                        "",
                        "--x",
                        "Content-Type: text/plain",
                        "",
                        "plain",
                        "--x",
                        "Content-Type: text/html",
                        "",
                        "<b>html</b>",
                        "--x",
                        "Content-Type: image/gif",
                        "Content-ID: <dot@a>",
                        "Content-Disposition: inline; filename=dot.gif",
                        "",
                        "gif",
                        "--x",
                        "Content-Type: application/octet-stream; name=hello.txt",
                        "Content-Transfer-Encoding: base64",
                        "",
                        "aGVsbG8=",
                        "--x--")
                .from("bounce@a.example")
                .to("b@b.example")
                .into(spool);
        MessageView view = requireNonNull(box.view(id));
        assertThat(view.text()).isEqualTo("plain");
        assertThat(view.html()).isEqualTo("<b>html</b>");
        assertThat(view.date()).isEqualTo(Instant.parse("2026-11-21T07:00:00Z"));
        assertThat(view.returnPath()).isEqualTo("bounce@a.example");
        assertThat(view.whole()).isTrue();
        assertThat(view.inline()).singleElement().satisfies(part -> {
            assertThat(part.partId()).isEqualTo("3");
            assertThat(part.contentId()).isEqualTo("dot@a");
        });
        assertThat(view.attachments())
                .containsExactly(new Attachment(
                        "4",
                        "hello.txt",
                        "application/octet-stream",
                        "",
                        "",
                        5,
                        "5d41402abc4b2a76b9719d911017c592",
                        "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
                        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"));
        assertThat(view.summary().attachments()).isEqualTo(1);
        assertThat(view.summary().inlines()).isEqualTo(1);
        assertThat(view.summary().snippet()).isEqualTo("html");
        assertThat(view.summary().read()).isFalse();
        var content = new StringBuilder();
        assertThat(box.part(
                        id,
                        "4",
                        (part, bytes) ->
                                content.append(part.fileName()).append(new String(bytes.readAllBytes(), UTF_8))))
                .isTrue();
        assertThat(content).hasToString("hello.txthello");
        assertThat(box.part(id, "9", (part, bytes) -> {})).isFalse();
        assertThat(box.part(spool.newId(), "1", (part, bytes) -> {})).isFalse();
    }

    /** As Outlook sends a text, and git a patch: it is read, and it can be saved. */
    @Test
    void aTextWithANameIsReadAndListed() throws Exception {
        Ulid id = Post.of(
                        "Content-Type: multipart/mixed; boundary=x",
                        "",
                        "--x",
                        "Content-Type: text/plain; name=body.txt",
                        "Content-Disposition: inline; filename=body.txt",
                        "",
                        "plain",
                        "--x",
                        "Content-Type: text/html; name=body.html",
                        "Content-Disposition: inline; filename=body.html",
                        "",
                        "<b>html</b>",
                        "--x",
                        "Content-Type: text/plain",
                        "Content-Disposition: attachment; filename=log.txt",
                        "",
                        "not read",
                        "--x--")
                .into(spool);
        MessageView view = requireNonNull(box.view(id));
        assertThat(view.text()).isEqualTo("plain");
        assertThat(view.html()).isEqualTo("<b>html</b>");
        assertThat(view.inline())
                .extracting(Attachment::fileName, Attachment::size)
                .containsExactly(tuple("body.txt", 5L), tuple("body.html", 11L));
        assertThat(view.attachments()).extracting(Attachment::fileName).containsExactly("log.txt");
        assertThat(view.outline()).extracting(PartOutline::size).containsExactly(0L, 5L, 11L, 8L);
        assertThat(view.summary().inlines()).isEqualTo(2);
        assertThat(view.summary().attachments()).isEqualTo(1);
        assertThat(view.summary().snippet()).isEqualTo("html");
    }

    @Test
    void readsMessagesInsideMessagesAndTheirParts() throws Exception {
        Ulid id = Post.of(
                        "Subject: outer",
                        "Content-Type: multipart/mixed; boundary=x",
                        "",
                        "--x",
                        "Content-Type: text/plain",
                        "",
                        "outer text",
                        "--x",
                        "Content-Type: message/rfc822",
                        "",
                        "From: Carol <c@c.example>",
                        "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=",
                        "Content-Type: multipart/mixed; boundary=y",
                        "",
                        "--y",
                        "Content-Type: text/html",
                        "",
                        "<b>inner</b>",
                        "--y",
                        "Content-Type: message/rfc822",
                        "",
                        "Subject: deeper",
                        "",
                        "deep text",
                        "--y--",
                        "--x--")
                .into(spool);
        assertThat(requireNonNull(box.view(id)).outline())
                .extracting(part -> part.partId() + " " + part.contentType())
                .containsExactly(" multipart/mixed", "1 text/plain", "2 message/rfc822");
        MessageView inner = requireNonNull(box.embedded(id, "2"));
        assertThat(inner.summary().subject()).isEqualTo("Grüße");
        assertThat(inner.summary().from().address()).isEqualTo("c@c.example");
        assertThat(inner.html()).isEqualTo("<b>inner</b>");
        assertThat(inner.outline())
                .extracting(part -> part.partId() + " " + part.contentType() + " " + part.size())
                .containsExactly(" multipart/mixed 0", "2:1 text/html 12", "2:2 message/rfc822 28");
        assertThat(inner.inline()).extracting(Attachment::partId).containsExactly("2:2");
        MessageView deeper = requireNonNull(box.embedded(id, "2:2"));
        assertThat(deeper.summary().subject()).isEqualTo("deeper");
        assertThat(deeper.summary().size()).isEqualTo(28);
        assertThat(deeper.text()).isEqualTo("deep text");
        var content = new StringBuilder();
        assertThat(box.part(id, "2:2:0", (part, bytes) -> content.append(new String(bytes.readAllBytes(), UTF_8))))
                .isTrue();
        assertThat(content).hasToString("deep text");
        assertThat(box.embedded(id, "2:7")).isNull();
        assertThat(box.part(id, "2" + ":0".repeat(5_000), (part, bytes) -> {})).isFalse();
    }

    @Test
    void takesMissingFieldsFromTheEnvelope() throws Exception {
        Ulid id = Post.of("Subject: bare", "", "x")
                .from("")
                .to("hidden@h.example")
                .into(spool);
        MessageView view = requireNonNull(box.view(id));
        assertThat(view.summary().messageId()).isEqualTo(id + "@boxcar");
        assertThat(view.date()).isEqualTo(Instant.parse("2026-11-22T09:30:00.123Z"));
        assertThat(view.returnPath()).isEmpty();
        assertThat(view.summary().from()).isEqualTo(Address.NONE);
        assertThat(view.summary().bcc()).containsExactly(new Address("", "hidden@h.example"));
        assertThat(new String(requireNonNull(box.record(id)).body().readAllBytes(), UTF_8))
                .isEqualTo("Subject: bare\r\n\r\nx\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<mailto:off@a.example>, <https://a.example/off>|mailto:off@a.example https://a.example/off|''",
                "<https://a.example/|''|no link between < and >",
                "off@a.example|''|no link between < and >",
                "<ftp://a.example>|''|invalid link: ftp://a.example",
                "<https://a. example/x>|https://a.example/x|''",
                "(Write to us) <mailto:off@a.example> (by mail), <https://a.example/(x)>|mailto:off@a.example https://a.example/(x)|''",
                "<mailto:off@a.example> <https://a.example/>|mailto:off@a.example https://a.example/|expected only links between < and >, separated by commas",
                "<mailto:off@a.example>, https://a.example/|mailto:off@a.example|expected only links between < and >, separated by commas"
            })
    void readsListUnsubscribe(String header, String links, String errors) throws Exception {
        Ulid id = Post.of("List-Unsubscribe: " + header, "", "").into(spool);
        ListUnsubscribe unsubscribe = requireNonNull(box.view(id)).unsubscribe();
        assertThat(unsubscribe.header()).isEqualTo(header);
        assertThat(String.join(" ", unsubscribe.links())).isEqualTo(links);
        assertThat(unsubscribe.errors()).isEqualTo(errors);
    }

    @Test
    void oneClickNeedsItsKeywordAndAnHttpsLink() throws Exception {
        Ulid sound = Post.of(
                        "List-Unsubscribe: <https://a.example/off>",
                        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
                        "",
                        "")
                .into(spool);
        Ulid wrong = Post.of("List-Unsubscribe: <mailto:a@a.example>", "List-Unsubscribe-Post: yes", "", "")
                .into(spool);
        assertThat(requireNonNull(box.view(sound)).unsubscribe().errors()).isEmpty();
        assertThat(requireNonNull(box.view(wrong)).unsubscribe().errors())
                .contains("One-Click")
                .contains("https");
    }

    @Test
    void takesTagsFromXTagsAndPlusAddresses() throws Exception {
        Ulid id = Post.of("To: a+Red+blue@b.example", "X-Tags: green , Blue, in/valid, a  b", "", "")
                .to("hidden+secret@h.example")
                .into(spool);
        assertThat(box.tags()).containsOnlyKeys("a b", "Blue", "green", "Red", "secret");
        assertThat(requireNonNull(box.find(id)).tags()).containsExactly("a b", "Blue", "green", "Red", "secret");
    }

    @Test
    void aSnippetHasAtMost250Characters() throws Exception {
        Ulid id = Post.of("Subject: x", "", "é".repeat(5000)).into(spool);
        assertThat(requireNonNull(box.find(id)).snippet())
                .hasSize(250)
                .startsWith("éé")
                .endsWith("é...");
        Ulid fits = Post.of("Subject: x", "", "e".repeat(250)).into(spool);
        assertThat(requireNonNull(box.find(fits)).snippet()).isEqualTo("e".repeat(250));
    }

    @Test
    void aListReadsLongFieldsFromTheHeaderAgain() throws Exception {
        byte[] message = String.join(
                        "\r\n",
                        "Subject: " + "long ".repeat(1000) + "end",
                        "Content-Type: multipart/mixed; boundary=x",
                        "",
                        "--x",
                        "",
                        "the text",
                        "--x",
                        "Content-Type: application/pdf",
                        "Content-Disposition: attachment; filename=a.pdf",
                        "",
                        "filler ".repeat(100_000),
                        "--x--",
                        "")
                .getBytes(UTF_8);
        Ulid id = Post.of(message).to("b@b.example").into(spool);
        MessageSummary summary = requireNonNull(box.find(id));
        assertThat(summary.subject()).hasSize(5003).endsWith("long end");
        assertThat(summary.snippet()).isEqualTo("the text");
        assertThat(summary.attachments()).isEqualTo(1);
    }

    @Test
    void listsTenThousandRecipients() throws Exception {
        var header = new StringBuilder("To: ");
        var post = new String[10_000];
        for (int i = 0; i < post.length; i++) {
            post[i] = "someone" + i + "@b.example";
            header.append(i == 0 ? "" : ",\r\n ").append(post[i]);
        }
        Ulid id = Post.of(header.toString(), "Subject: many", "", "")
                .to(post)
                .to("one.more@c.example")
                .into(spool);
        MessageSummary summary = requireNonNull(box.find(id));
        assertThat(summary.to()).hasSize(10_000);
        assertThat(summary.recipients()).hasSize(10_001);
        assertThat(summary.bcc()).containsExactly(new Address("", "one.more@c.example"));
        assertThat(inbox.statistics().heldBytes()).isLessThan(20_000);
    }

    @Test
    void aMalformedMessageDoesNotPreventOthersFromBeingShown() throws Exception {
        var random = new Random(1);
        for (int i = 0; i < 50; i++) {
            var bytes = new byte[random.nextInt(3000)];
            random.nextBytes(bytes);
            Post.of(bytes).to("b@b.example").into(spool);
        }
        Post.of("Content-Type: multipart/mixed; boundary=a\r\n\r\n"
                        + "--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n".repeat(2000))
                .into(spool);
        Post.of("Content-Type: text/html\r\n\r\n" + "<div>".repeat(100_000) + "deep")
                .into(spool);
        Post.subject("sound").into(spool);
        MessagePage page = box.list(0, 0);
        assertThat(page.messages()).hasSize(53);
        for (MessageSummary message : page.messages()) {
            assertThat(box.view(message.id())).isNotNull();
        }
        assertThat(page.messages().get(0).subject()).isEqualTo("sound");
    }
}
