// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.sink.index.NamespaceEntry;
import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.index.SearchCandidate;
import dev.boxcar.sink.search.Query;
import dev.boxcar.sink.search.QueryException;
import dev.boxcar.sink.search.SearchTimeoutException;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every term of the search language, against messages that differ in it. */
class SearchTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final MemorySpool spool = new MemorySpool(64 * 1024 * 1024);
    private final Map<Ulid, String> names = new HashMap<>();
    private Inbox inbox;
    private Namespace box;

    @BeforeEach
    void open() throws Exception {
        inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.parse("domain"));
        box = inbox.namespace("");
        names.put(
                Post.of(
                                "From: Alice <alice@a.example>",
                                "To: Bob <bob@b.example>",
                                "Cc: carol@c.example",
                                "Reply-To: answers@a.example",
                                "Subject: Invoice 4711 is due",
                                "Message-ID: <first@a.example>",
                                "X-Test-Id: run-42",
                                "X-Note: kept   as it stands,",
                                "  folded  twice",
                                "X-Tags: Money, 2026",
                                "",
                                "Please pay the   invoice",
                                "at your earliest convenience. Grüße!")
                        .from("bounces@a.example")
                        .to("bob@b.example", "carol@c.example", "dora@d.example")
                        .received(Instant.parse("2026-11-20T09:00:00Z"))
                        .into(spool),
                "invoice");
        names.put(
                Post.of(
                                "From: shop@s.example",
                                "To: alice@a.example",
                                "Subject: Newsletter",
                                "Content-Type: multipart/mixed; boundary=x",
                                "",
                                "--x",
                                "Content-Type: text/html",
                                "",
                                "<html><style>p{color:red}</style><p>Only <b>to</b>day: shoes &amp; boots</p>",
                                "--x",
                                "Content-Type: image/png",
                                "Content-ID: <logo>",
                                "",
                                "png",
                                "--x",
                                "Content-Type: application/pdf",
                                "Content-Disposition: attachment; filename=catalogue.pdf",
                                "",
                                "filler ".repeat(2000),
                                "--x--")
                        .from("shop@s.example")
                        .to("alice@a.example")
                        .received(Instant.parse("2026-11-21T23:30:00Z"))
                        .into(spool),
                "newsletter");
        names.put(
                Post.of(
                                "From: eve@e.example",
                                "Subject: order  no. 99",
                                "",
                                "x ".repeat(3000) + "needle in the haystack")
                        .from("")
                        .to("bob@b.example")
                        .received(Instant.parse("2026-11-22T11:00:00Z"))
                        .into(spool),
                "order");
    }

    @AfterEach
    void close() {
        inbox.close();
        spool.close();
    }

    private static Query query(String text) throws QueryException {
        return Query.parse(text, ZoneOffset.UTC, NOW);
    }

    private List<String> found(Query query) {
        return box.search(query, 0, 0, 0).messages().stream()
                .map(message -> names.get(message.id()))
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|invoice newsletter order",
                // each field
                "to:bob|invoice",
                "to:\"Bob <bob\"|invoice",
                "to:/^bob@b\\.example$/|invoice",
                "to:/^Bob$/|invoice",
                "to:/^Bob <bob@/|invoice",
                "from:/^[es]/|newsletter order",
                "from:/^alice$/i|invoice",
                "addressed:/^dora@/|invoice",
                "to:/^b.example/|''",
                "TO:BOB|invoice",
                "from:alice|invoice",
                "from:s.example|newsletter",
                "cc:carol|invoice",
                "cc:bob|''",
                "bcc:dora|invoice",
                "bcc:bob|order",
                "reply-to:answers|invoice",
                "addressed:alice|invoice newsletter",
                "subject:invoice|invoice",
                "subject:\"4711 is\"|invoice",
                "\"subject:4711 is\"|invoice",
                "message-id:first@|invoice",
                "message-id:<first@|invoice",
                "tag:money|invoice",
                "tag:mon|''",
                "is:tagged|invoice",
                "is:unread|invoice newsletter order",
                "is:read|''",
                "has:attachment|newsletter",
                "has:attachments|newsletter",
                "has:inline|newsletter",
                "has:inlines|newsletter",
                // dates and sizes
                "before:2026-11-21|invoice",
                "after:2026-11-21|newsletter order",
                "after:2026/11/22|order",
                "after:\"2026-11-21 23:00\" before:\"2026-11-21 23:59\"|newsletter",
                "after:2026-11-21T23:30:00Z|newsletter order",
                "after:2h|order",
                "after:1d|newsletter order",
                "before:2026-11|''",
                "larger:10K|newsletter",
                "larger:4kb smaller:1MB|newsletter order",
                "smaller:1.5K|invoice",
                // free text
                "please|invoice",
                "\"the invoice at your\"|invoice",
                "invoice please|invoice",
                "grüsse|''",
                "GRÜSSE|''",
                "GRÜßE|invoice",
                "today|newsletter",
                "\"shoes & boots\"|newsletter",
                "color|''",
                "catalogue|newsletter",
                "bounces@|invoice",
                "dora|invoice",
                "needle|order",
                "\"needle in the haystack\"|order",
                "haystacks|''",
                "http://x|''",
                // negation
                "-invoice|newsletter order",
                "!invoice|newsletter order",
                "-subject:invoice -from:shop|order",
                "-has:attachment|invoice order",
                "-tag:money|newsletter order",
                "-\"the invoice\"|newsletter order",
                "-needle|invoice newsletter",
                "-is:read|invoice newsletter order",
                // beyond Mailpit's language
                "header:X-Test-Id=run-42|invoice",
                "header:x-test-id=RUN|invoice",
                "header:X-Test-Id=other|''",
                "header:X-Test-Id|invoice",
                "-header:X-Test-Id|newsletter order",
                "header:X-Test-Id=/^run-\\d+$/|invoice",
                "header:Subject=\"no. 99\"|order",
                // the number of spaces does not matter
                "header:X-Note=\"kept as it stands, folded twice\"|invoice",
                "header:X-Note=\"kept    as\"|invoice",
                "header:X-Note=keptas|''",
                "subject:\"order no.\"|order",
                "\"ORDER   no. 99\"|order",
                "-subject:\"order no.\"|invoice newsletter",
                "rcpt:dora|invoice",
                "rcpt:bob|invoice order",
                "sender:bounces|invoice",
                "sender:shop|newsletter",
                "subject:newsletter OR subject:order|newsletter order",
                "bob invoice OR needle|invoice order",
                "\"OR\"|invoice order",
                "/invoice \\d{4}/i|invoice",
                "/invoice \\d{4}/|''",
                "/Invoice \\d{4}/|invoice",
                "/needle.*stack/|order",
                "subject:/^order/|order",
                "-subject:/\\d/|newsletter",
                "ns:d.example|invoice",
                "-ns:b.example|newsletter",
                // ignored terms
                "invoice - &|invoice",
                "unknown:thing|''"
            })
    void findsMessages(String query, String names) throws QueryException {
        List<String> expected = names.isEmpty() ? List.of() : List.of(names.split(" "));
        assertThat(found(query(query))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "is:green|is: takes read, unread or tagged, not green",
                "has:legs|has: takes attachment or inline, not legs",
                "before:someday|before: takes a time such as 2026-01-31, \"2026-01-31 09:30\" or 3d (three days ago), not someday",
                "larger:big|larger: invalid size 'big' (examples: 1000, 10kB, 50MiB, 1.5G)",
                "from:|from: needs a value after the colon",
                "\"open|missing closing quotation mark: \"open",
                "OR a|OR needs a term on both sides",
                "a OR|OR needs a term on both sides",
                "a OR OR b|OR needs a term on both sides",
                "header:=x|header: needs a name, as in header:Name=value",
                "is:/read/|is: takes no regular expression",
                "/(/|invalid regular expression /(/: Unclosed group",
                "nothing:/x/|unknown field nothing:"
            })
    void anInvalidQueryFailsWithAMessageForTheUser(String query, String line) {
        assertThatThrownBy(() -> query(query))
                .isInstanceOf(QueryException.class)
                .hasMessage(line);
    }

    @Test
    void datesAreInTheGivenTimeZone() throws QueryException {
        var query = Query.parse("after:2026-11-22", ZoneId.of("Europe/Berlin"), NOW);
        assertThat(found(query)).containsExactly("newsletter", "order");
        assertThat(found(query("after:2026-11-22"))).containsExactly("order");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/^(a|aa)+\\1b/", "/(.*)*\\1x/", "/(a+)+\\1b/"})
    void abortsAHostileExpression(String expression) throws Exception {
        Post.of("Subject: " + "a".repeat(100) + "!", "", "x")
                .to("bob@b.example")
                .into(spool);
        var candidate = new SearchCandidate(inbox.loader(), inbox.index(), System.nanoTime() + 200_000_000);
        NamespaceEntry entry = requireNonNull(inbox.index().snapshot("").at(3));
        Query query = query("subject:" + expression);
        assertThatThrownBy(() -> query.matches(candidate.moveTo(entry)))
                .isInstanceOf(SearchTimeoutException.class)
                .hasMessageContaining("takes too long");
    }

    @Test
    void theNumberOfSpacesDoesNotMatterInLongFieldsEither() throws Exception {
        Ulid id = Post.of("Subject: " + "word ".repeat(1000) + "the  very   end", "", "x")
                .to("bob@b.example")
                .into(spool);
        assertThat(InboxTest.ids(box.search(query("subject:\"the very end\""), 0, 0, 0)))
                .containsExactly(id);
        assertThat(InboxTest.ids(box.search(query("header:Subject=\"the very end\""), 0, 0, 0)))
                .containsExactly(id);
    }

    @Test
    void abortsAnExpressionNestedTooDeeply() throws Exception {
        Post.of("Subject: x", "", "ab".repeat(200_000)).to("bob@b.example").into(spool);
        Query query = query("/(?:(a)|(b))*c/");
        assertThatThrownBy(() -> box.search(query, 0, 0, 0)).isInstanceOf(SearchTimeoutException.class);
    }

    @Test
    void knowsWhetherAQueryMatchesAllMessages() throws Exception {
        for (String text : List.of("", " ", "-", "!", "...", "- OR from:alice", "from:alice OR &")) {
            assertThat(query(text).matchesAll()).as(text).isTrue();
            assertThat(found(query(text))).as(text).hasSize(3);
        }
        for (String text : List.of("a", "- a", "\"-\"", "-is:read", "a OR b", "/./", "€", "\uD83D\uDE80")) {
            assertThat(query(text).matchesAll()).as(text).isFalse();
        }
    }

    @Test
    void findsEmojisAndCurrencySigns() throws Exception {
        Ulid rocket = Post.of("Subject: lift-off \uD83D\uDE80 for 5 €", "", "x").into(spool);
        names.put(rocket, "rocket");
        assertThat(found(query("\uD83D\uDE80"))).containsExactly("rocket");
        assertThat(found(query("5 €"))).containsExactly("rocket");
        assertThat(found(query("£"))).isEmpty();
    }

    @Test
    void findsMessagesAfterACursorInPages() throws Exception {
        long cursor = box.cursor();
        var later = new ArrayList<Ulid>();
        for (int i = 0; i < 10; i++) {
            later.add(0, Post.subject("later " + i).into(spool));
        }
        assertThat(InboxTest.ids(box.search(query("later"), cursor, 0, 0))).isEqualTo(later);
        assertThat(InboxTest.ids(box.search(Query.ALL, cursor, 4, 3))).isEqualTo(later.subList(4, 7));
        MessagePage page = box.search(query("later"), 0, 0, 2);
        assertThat(page.matches()).isEqualTo(10);
        assertThat(page.total()).isEqualTo(13);
        assertThat(box.search(query("later"), box.cursor(), 0, 0).matches()).isZero();
    }

    @Test
    void marksAndDeletesMatchingMessages() throws Exception {
        assertThat(box.setRead(query("has:attachment"), true)).isEqualTo(1);
        assertThat(found(query("is:read"))).containsExactly("newsletter");
        assertThat(box.search(query("-tag:money"), 0, 0, 0).matchesUnread()).isEqualTo(1);
        assertThat(box.delete(query("rcpt:bob"))).isEqualTo(2);
        assertThat(found(Query.ALL)).containsExactly("newsletter");
    }
}
