// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Mailpit's API, resource by resource, with messages that arrive in real SMTP sessions. */
@Timeout(120)
@SuppressWarnings("NullAway") // a field that is missing fails the test
@Execution(ExecutionMode.CONCURRENT) // waits for a peer most of the time
class MailpitApiTest {
    private static final String ATTACHED = """
            From: "Ada L" <ada@example.test>
            To: Bob <bob@example.test>
            Cc: Carl <carl@example.test>
            Reply-To: desk@example.test
            Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=
            X-Tags: First, second
            List-Unsubscribe: <mailto:off@example.test>, <https://example.test/off>
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: text/html; charset=utf-8

            <p>Hello <img src="cid:logo@x"> <a href="https://example.test/a">a</a><script>alert(1)</script></p>
            --r
            Content-Type: image/gif; name=logo.gif
            Content-ID: <logo@x>
            Content-Disposition: inline; filename=logo.gif
            Content-Transfer-Encoding: base64

            R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7
            --r--
            --m
            Content-Type: text/html; name=evil.html
            Content-Disposition: attachment; filename="evil\u00E4.html"

            <script>alert(1)</script>
            --m--
            """;

    private SinkFixture sink;

    @BeforeEach
    void start() throws Exception {
        sink = SinkFixture.start();
    }

    @AfterEach
    void stop() throws Exception {
        sink.close();
    }

    private void mailAttached() throws Exception {
        sink.mail(
                "bounce@example.test",
                List.of("bob@example.test", "carl@example.test", "hidden@example.test"),
                ATTACHED);
    }

    @Test
    void reportsAnEmptyInbox() {
        assertThat(sink.get("/api/v1/messages").body())
                .isEqualTo(
                        "{\"total\":0,\"unread\":0,\"count\":0,\"messages_count\":0,\"messages_unread\":0,\"start\":0,\"tags\":[],\"messages\":[]}");
        HttpResponse<String> latest = sink.get("/api/v1/message/latest");
        assertThat(latest.statusCode()).isEqualTo(404);
        assertThat(latest.body()).isEqualTo("Message not found");
        assertThat(sink.get("/api/v1/message/nonsense").statusCode()).isEqualTo(404);
        assertThat(sink.get("/api/v1/message/01M81PF0GA000189W4JC7ARD7B").body())
                .isEqualTo("404 page not found");
    }

    @Test
    void listsHaveTheDocumentedFields() throws Exception {
        mailAttached();
        Object list = sink.json("/api/v1/messages");
        @SuppressWarnings("unchecked")
        var message = (Map<String, Object>) JsonTree.at(list, "messages.0");
        assertThat(message.keySet())
                .containsExactly(
                        "ID",
                        "MessageID",
                        "Read",
                        "From",
                        "To",
                        "Cc",
                        "Bcc",
                        "ReplyTo",
                        "Subject",
                        "Created",
                        "Username",
                        "Tags",
                        "Size",
                        "Attachments",
                        "Snippet");
        assertThat(message)
                .containsEntry("From", Map.of("Name", "Ada L", "Address", "ada@example.test"))
                .containsEntry("Bcc", List.of(Map.of("Name", "", "Address", "hidden@example.test")))
                .containsEntry("Subject", "Grüße")
                .containsEntry("Attachments", 1)
                .containsEntry("Read", false)
                .containsEntry("Tags", List.of("First", "second"));
        assertThat(JsonTree.at(list, "tags")).isEqualTo(List.of("First", "second"));
    }

    @Test
    void gettingAMessageMarksItAsRead() throws Exception {
        mailAttached();
        Object message = sink.json("/api/v1/message/latest");
        assertThat(JsonTree.at(message, "ReturnPath")).isEqualTo("bounce@example.test");
        assertThat(JsonTree.at(message, "ListUnsubscribe.Links"))
                .isEqualTo(List.of("mailto:off@example.test", "https://example.test/off"));
        assertThat(JsonTree.at(message, "Inline.0.ContentID")).isEqualTo("logo@x");
        assertThat(JsonTree.at(message, "Attachments.0.Checksums.MD5"))
                .asString()
                .hasSize(32);
        assertThat((String) JsonTree.at(message, "HTML")).contains("cid:logo@x");
        assertThat(JsonTree.at(sink.json("/api/v1/messages"), "unread")).isEqualTo(0);
    }

    @Test
    void makesTextFromHtmlAndNamesPartsByTheirId() throws Exception {
        sink.mail(
                "a@example.test",
                List.of("b@example.test"),
                "Subject: code\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n"
                        + "<style>p{}</style><h1>Hello</h1><p>Your code is <b>4711</b>.<br>"
                        + "<a href=\"https://example.test/c?t=1&amp;u=2\">Confirm</a> now</p>\n"
                        + "--r\nContent-Type: image/png\nContent-ID: <logo@x>\n\npng\n--r--\n");
        Object message = sink.json("/api/v1/message/latest");
        String text = "Hello\n\nYour code is 4711.\nConfirm ( https://example.test/c?t=1&u=2 ) now";
        assertThat(JsonTree.at(message, "Text")).isEqualTo(text);
        assertThat(JsonTree.at(message, "Inline.0.FileName")).isEqualTo("logo@x");
        assertThat(sink.get("/view/latest.txt").body()).isEqualTo(text);
        assertThat(JsonTree.at(sink.json("/api/boxcar/v1/messages/latest"), "text"))
                .isEqualTo("");
    }

    @Test
    void recordsTheUserOfASentMessage() throws Exception {
        try (SinkFixture guarded = SinkFixture.forAccounts("ada:secret")) {
            String ada = "Basic " + Base64.getEncoder().encodeToString("ada:secret".getBytes(UTF_8));
            String mail = "{\"From\":{\"Email\":\"f@example.test\"},\"To\":[{\"Email\":\"t@example.test\"}]}";
            var send = HttpRequest.newBuilder(URI.create(guarded.base() + "/api/v1/send"))
                    .header("Authorization", ada)
                    .POST(HttpRequest.BodyPublishers.ofString(mail));
            assertThat(guarded.send(send.build()).statusCode()).isEqualTo(200);
            var list = HttpRequest.newBuilder(URI.create(guarded.base() + "/api/v1/messages"))
                    .header("Authorization", ada);
            Object answer = JsonTree.read(guarded.send(list.build()).body());
            assertThat(JsonTree.at(answer, "messages.0.Username")).isEqualTo("ada");
        }
    }

    @Test
    void returnsHeadersRawBytesAndParts() throws Exception {
        mailAttached();
        assertThat(JsonTree.at(sink.json("/api/v1/message/latest/headers"), "X-Tags"))
                .isEqualTo(List.of("First, second"));
        assertThat(JsonTree.at(sink.json("/api/v1/message/latest/headers"), "Bcc"))
                .isEqualTo(List.of("hidden@example.test"));
        assertThat(JsonTree.at(sink.json("/api/v1/message/latest/headers"), "Return-Path"))
                .isEqualTo(List.of("<bounce@example.test>"));
        sink.mail("b@example.test", List.of("bob@example.test"), "Bcc:\nSubject: an empty Bcc field\n\ntext\n");
        assertThat(JsonTree.at(sink.json("/api/v1/message/latest/headers"), "Bcc"))
                .isEqualTo(List.of("bob@example.test"));
        mailAttached();
        HttpResponse<String> raw = sink.get("/api/v1/message/latest/raw");
        assertThat(raw.body()).isEqualTo(ATTACHED.replace("\n", "\r\n"));
        assertThat(raw.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
        assertThat(sink.get("/api/v1/message/latest/raw?dl=1")
                        .headers()
                        .firstValue("Content-Disposition")
                        .orElse(""))
                .startsWith("attachment; filename=");
        String inline = partId("Inline.0.PartID");
        assertThat(sink.get("/api/v1/message/latest/part/" + inline).body()).startsWith("GIF89a");
        HttpResponse<String> evil = sink.get("/api/v1/message/latest/part/" + partId("Attachments.0.PartID"));
        assertThat(evil.body()).contains("<script>");
        assertThat(evil.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(evil.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("sandbox; default-src 'none'");
        assertThat(sink.get("/api/v1/message/latest/part/9.9").statusCode()).isEqualTo(404);
    }

    @Test
    void pdfIsNotSandboxedBecauseViewersDoNotWorkThere() throws Exception {
        sink.mail(
                "a@example.test",
                List.of("b@example.test"),
                "Subject: a PDF\nContent-Type: application/pdf; name=a.pdf\n\n%PDF-1.4\n");
        HttpResponse<String> pdf = sink.get("/api/v1/message/latest/part/0");
        assertThat(pdf.headers().firstValue("Content-Type")).hasValue("application/pdf");
        assertThat(pdf.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(pdf.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("default-src 'none'")
                .doesNotContain("sandbox", "script-src");
    }

    @Test
    void makesAThumbnailOrSaysWhyNot() throws Exception {
        mailAttached();
        HttpResponse<String> thumbnail =
                sink.get("/api/v1/message/latest/part/" + partId("Inline.0.PartID") + "/thumb");
        assertThat(thumbnail.statusCode()).isEqualTo(200);
        assertThat(thumbnail.headers().firstValue("Content-Type")).hasValue("image/jpeg");
        assertThat(sink.get("/api/v1/message/latest/part/" + partId("Attachments.0.PartID") + "/thumb")
                        .statusCode())
                .isEqualTo(400);
    }

    private String partId(String path) {
        return (String) JsonTree.at(sink.json("/api/v1/message/latest"), path);
    }

    @Test
    void servesViewsAfterADoubleSlash() throws Exception {
        mailAttached();
        HttpResponse<String> html = sink.get("//view/latest.html");
        assertThat(html.statusCode()).isEqualTo(200);
        assertThat(html.body()).contains("/api/v1/message/").contains("/part/").doesNotContain("cid:");
        String policy = html.headers().firstValue("Content-Security-Policy").orElse("");
        assertThat(policy)
                .contains("sandbox", "default-src 'none'")
                .doesNotContain("allow-scripts")
                .doesNotContain("http:");
        assertThat(sink.get("/view/latest.html?remote=1")
                        .headers()
                        .firstValue("Content-Security-Policy")
                        .orElse(""))
                .contains("img-src 'self' data: http: https:")
                .doesNotContain("allow-scripts")
                .doesNotContain("script-src");
        assertThat(sink.get("/view/latest.html?embed=1").body()).contains("target=\"_blank\"", "noopener");
        assertThat(sink.get("/view/latest.txt").body()).contains("Hello");
        assertThat(sink.get("/view/latest").headers().firstValue("Location").orElse(""))
                .contains("/view/0");
        sink.mail("plain");
        assertThat(sink.get("/view/latest.html").statusCode()).isEqualTo(404);
        assertThat(sink.get("/view/unknown.html").body()).isEqualTo("Message not found");
    }

    @Test
    void aViewContactsNoOtherHosts() throws Exception {
        sink.mail(
                "a@example.test",
                List.of("b@example.test"),
                "Subject: x\nContent-Type: text/html\n\n<link rel=\"dns-prefetch\" href=\"//t.example\">"
                        + "<LINK REL='x Preconnect' href='https://u.example'><link rel=stylesheet href=x.css><p>text</p>\n");
        for (String path : List.of("/view/latest.html", "/view/latest.html?embed=1")) {
            HttpResponse<String> html = sink.get(path);
            assertThat(html.body()).doesNotContain("t.example", "u.example").contains("stylesheet", "<p>text</p>");
            assertThat(html.headers().firstValue("X-DNS-Prefetch-Control")).hasValue("off");
        }
        assertThat(sink.get("/view/latest.html?remote=1").body()).contains("t.example", "u.example");
    }

    @Test
    void listsMessagesBeforeATime() throws Exception {
        sink.mail("one");
        assertThat(JsonTree.at(sink.json("/api/v1/messages?before=2001-01-31%2009:30"), "messages_count"))
                .isEqualTo(0);
        assertThat(JsonTree.at(sink.json("/api/v1/messages?before=%222101-01-31%2009:30%22"), "messages_count"))
                .isEqualTo(1);
    }

    @Test
    void acceptsFieldNamesInAnyCase() throws Exception {
        sink.mail("one");
        sink.mail("two");
        String id = (String) JsonTree.at(sink.json("/api/v1/messages"), "messages.0.ID");
        assertThat(sink.call("DELETE", "/api/v1/messages", "{\"ids\":[\"" + id + "\"]}")
                        .body())
                .isEqualTo("ok");
        assertThat(JsonTree.at(sink.json("/api/v1/messages"), "messages_count")).isEqualTo(1);
        assertThat(JsonTree.at(sink.json("/api/v1/messages"), "messages.0.Subject"))
                .isEqualTo("one");
    }

    @Test
    void unknownIdsDeleteNothing() throws Exception {
        sink.mail("one");
        sink.call("DELETE", "/api/v1/messages", "{\"IDs\":[\"nonsense\"]}");
        assertThat(JsonTree.at(sink.json("/api/v1/messages"), "total")).isEqualTo(1);
    }

    @Test
    void deletesAllMessagesWithoutABody() throws Exception {
        for (String body : List.of("", "{}", "{\"IDs\":[]}", "nonsense")) {
            sink.mail("one");
            assertThat(sink.call("DELETE", "/api/v1/messages", body).statusCode())
                    .isEqualTo(200);
            assertThat(JsonTree.at(sink.json("/api/v1/messages"), "total")).isEqualTo(0);
        }
    }

    @Test
    void marksByIdBySearchAndAll() throws Exception {
        sink.mail("one");
        sink.mail("two");
        sink.mail("three");
        String id = (String) JsonTree.at(sink.json("/api/v1/messages"), "messages.0.ID");
        sink.call("PUT", "/api/v1/messages", "{\"IDs\":[\"" + id + "\"],\"Read\":true}");
        assertThat(unread()).isEqualTo(2);
        sink.call("PUT", "/api/v1/messages", "{\"search\":\"subject:two\",\"read\":true}");
        assertThat(unread()).isEqualTo(1);
        sink.call("PUT", "/api/v1/messages", "{\"Read\":true}");
        assertThat(unread()).isEqualTo(0);
        sink.call("PUT", "/api/v1/messages", "{}");
        assertThat(unread()).isEqualTo(3);
        assertThat(sink.call("PUT", "/api/v1/messages", "{\"IDs\":[\"" + id + "\"],\"Search\":\"x\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(sink.call("PUT", "/api/v1/messages", "nonsense").statusCode())
                .isEqualTo(400);
    }

    private Object unread() {
        return JsonTree.at(sink.json("/api/v1/messages"), "unread");
    }

    @Test
    void searchesAndPages() throws Exception {
        for (int i = 0; i < 5; i++) {
            sink.mail("number " + i);
        }
        sink.mail("other");
        Object found = sink.json("/api/v1/search?query=subject%3Anumber&start=1&limit=2");
        assertThat(JsonTree.at(found, "messages_count")).isEqualTo(5);
        assertThat(JsonTree.at(found, "total")).isEqualTo(6);
        assertThat(JsonTree.at(found, "count")).isEqualTo(2);
        assertThat(JsonTree.at(found, "messages.0.Subject")).isEqualTo("number 3");
        assertThat((List<?>) JsonTree.at(sink.json("/api/v1/messages?limit=0"), "messages"))
                .hasSize(6);
        assertThat(JsonTree.at(sink.json("/api/v1/message/latest?query=number"), "Subject"))
                .isEqualTo("number 4");
        HttpResponse<String> none = sink.get("/api/v1/search?query=");
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        assertThat(sink.call("DELETE", "/api/v1/search?query=subject%3Anumber", "")
                        .body())
                .isEqualTo("ok");
        assertThat(JsonTree.at(sink.json("/api/v1/messages"), "total")).isEqualTo(1);
        assertThat(sink.call("DELETE", "/api/v1/search", "").statusCode()).isEqualTo(400);
        assertThat(sink.call("DELETE", "/api/v1/search?query=-", "").statusCode())
                .isEqualTo(400);
        assertThat(JsonTree.at(sink.json("/api/v1/messages"), "total")).isEqualTo(1);
    }

    @Test
    void tagsAreSetRenamedAndDeleted() throws Exception {
        sink.mail("one");
        String id = (String) JsonTree.at(sink.json("/api/v1/messages"), "messages.0.ID");
        sink.call("PUT", "/api/v1/tags", "{\"IDs\":[\"" + id + "\"],\"Tags\":[\"Red\",\"To do\"]}");
        assertThat(sink.json("/api/v1/tags")).isEqualTo(List.of("Red", "To do"));
        sink.call("PUT", "/api/v1/tags/To%20do", "{\"Name\":\"Done\"}");
        assertThat(sink.json("/api/v1/tags")).isEqualTo(List.of("Done", "Red"));
        assertThat(sink.call("PUT", "/api/v1/tags/Red", "{\"Name\":\"\"}").statusCode())
                .isEqualTo(400);
        for (HttpResponse<String> unknown : List.of(
                sink.call("PUT", "/api/v1/tags/nosuch", "{\"Name\":\"x\"}"),
                sink.call("DELETE", "/api/v1/tags/nosuch", ""))) {
            assertThat(unknown.statusCode()).isEqualTo(400);
            assertThat(unknown.body()).isEqualTo("tag not found: nosuch");
        }
        sink.call("DELETE", "/api/v1/tags/Red", "");
        assertThat(JsonTree.at(sink.json("/api/v1/info"), "Tags")).isEqualTo(Map.of("Done", 1));
        sink.call("PUT", "/api/v1/tags", "{\"IDs\":[\"" + id + "\"]}");
        assertThat(sink.json("/api/v1/tags")).isEqualTo(List.of());
    }

    @Test
    void sendsAMessage() throws Exception {
        HttpResponse<String> sent = sink.call("POST", "/api/v1/send", """
                {"from":{"email":"f@example.test","name":"From"},"To":[{"Email":"t@example.test"}],"Bcc":["h@example.test"],
                 "Subject":"Hällo","Text":"text","HTML":"<b>html</b>","Tags":["x"],"Headers":{"X-Test":"1"},
                 "Attachments":[{"Content":"data:text/plain;base64,aGVsbG8=","Filename":"a.txt","ContentType":"text/plain"}]}""");
        assertThat(sent.statusCode()).isEqualTo(200);
        String id = (String) JsonTree.at(JsonTree.read(sent.body()), "ID");
        Object message = sink.json("/api/v1/message/" + id);
        assertThat(JsonTree.at(message, "Subject")).isEqualTo("Hällo");
        assertThat(JsonTree.at(message, "HTML")).asString().contains("<b>html</b>");
        assertThat(JsonTree.at(message, "Bcc.0.Address")).isEqualTo("h@example.test");
        assertThat(JsonTree.at(message, "Attachments.0.FileName")).isEqualTo("a.txt");
        assertThat(JsonTree.at(message, "Attachments.0.Size")).isEqualTo(5);
        assertThat(JsonTree.at(message, "Tags")).isEqualTo(List.of("x"));
        assertThat(sink.get("/api/v1/message/" + id + "/raw").body()).doesNotContain("h@example.test");
    }

    @Test
    void aSentTextKeepsItsLineEnds() throws Exception {
        for (String text : List.of("<p>a\n<b>c\n</b></p>", "a\r\nb\r\n", "a\rb\n\nc=3D ", "ä\n\r\nb\n")) {
            String value = text.replace("\r", "\\r").replace("\n", "\\n");
            HttpResponse<String> sent = sink.call(
                    "POST",
                    "/api/v1/send",
                    "{\"From\":{\"Email\":\"f@example.test\"},\"To\":[{\"Email\":\"t@example.test\"}],\"Text\":\""
                            + value + "\",\"HTML\":\"" + value + "\"}");
            Object message = sink.json("/api/v1/message/" + JsonTree.at(JsonTree.read(sent.body()), "ID"));
            assertThat(JsonTree.at(message, "HTML")).isEqualTo(text);
            assertThat(JsonTree.at(message, "Text")).isEqualTo(text);
            assertThat(sink.get("/api/v1/message/latest/raw").body().replace("\r\n", ""))
                    .doesNotContain("\r")
                    .doesNotContain("\n");
        }
    }

    @Test
    void rejectsInvalidMessages() {
        assertThat(sendError("{\"From\":{\"Email\":\"f@example.test\"},\"To\":[{\"Email\":\"bad\"}]}"))
                .isEqualTo("400 invalid To address: bad");
        assertThat(
                        sendError(
                                "{\"From\":{\"Email\":\"f@example.test\"},\"To\":[{\"Email\":\"a@b.test\"}],\"Headers\":{\"subject\":\"x\"}}"))
                .isEqualTo("400 cannot overwrite header: \"subject\"");
        assertThat(sendError("{\"From\":{\"Email\":\"f@example.test\"}}")).contains("no recipients");
        assertThat(sendError("{\"To\":[{\"Email\":\"a@b.test\"}]}")).isEqualTo("400 invalid From address: ");
        assertThat(sendError("nonsense")).startsWith("400 invalid JSON");
        for (String content : List.of("no base64!", "data:text/plain;base64,####", "aGVsbG8=aGVsbG8=")) {
            assertThat(sendError(
                            "{\"From\":{\"Email\":\"f@example.test\"},\"To\":[{\"Email\":\"a@b.test\"}],\"Attachments\":[{\"Filename\":\"f.txt\",\"Content\":\""
                                    + content + "\"}]}"))
                    .startsWith("400 error decoding base64 attachment \"f.txt\": ");
        }
        String large = "{\"From\":{\"Email\":\"f@example.test\"},\"To\":[{\"Email\":\"a@b.test\"}],\"Text\":\"%s\"}";
        assertThat(sendError(large.formatted("long ".repeat(250_000)))).startsWith("413 the message is larger than");
        assertThat(sendError(large.formatted("long ".repeat(500_000))))
                .startsWith("413 the request body is larger than");
    }

    private String sendError(String body) {
        HttpResponse<String> answer = sink.call("POST", "/api/v1/send", body);
        return answer.statusCode() + " " + JsonTree.at(JsonTree.read(answer.body()), "Error");
    }

    @Test
    void reportsUnsupportedFeatures() throws Exception {
        sink.mail("one");
        assertThat(sink.get("/api/v1/message/latest/html-check").body()).isEqualTo("message does not contain HTML");
        assertThat(sink.get("/api/v1/message/latest/link-check").statusCode()).isEqualTo(400);
        assertThat(sink.get("/api/v1/message/latest/sa-check").statusCode()).isEqualTo(404);
        assertThat(sink.get("/api/v1/chaos").statusCode()).isEqualTo(400);
        assertThat(sink.call("POST", "/api/v1/message/latest/release", "{\"To\":[\"a@b.test\"]}")
                        .body())
                .startsWith("Failed: ");
    }

    @Test
    void servesHealthChecksAndMetrics() throws Exception {
        sink.mail("one");
        assertThat(sink.get("/livez").statusCode()).isEqualTo(200);
        assertThat(sink.get("/readyz").body()).isEmpty();
        assertThat(sink.get("/metrics").body()).contains("\nmailpit_messages 1\n", "\nmailpit_smtp_accepted_total 1\n");
        Object size = JsonTree.at(sink.json("/api/v1/messages"), "messages.0.Size");
        assertThat(JsonTree.at(sink.json("/api/v1/info"), "RuntimeStats.SMTPAcceptedSize"))
                .isEqualTo(size);
        assertThat(sink.get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void chaosAppliesToTheSmtpServer() throws Exception {
        try (SinkFixture chaotic = SinkFixture.withChaos()) {
            String set = "{\"recipient\":{\"errorcode\":450,\"probability\":100}}";
            assertThat(chaotic.call("PUT", "/api/v1/chaos", set).body())
                    .isEqualTo(
                            "{\"Sender\":{\"ErrorCode\":451,\"Probability\":0},\"Recipient\":{\"ErrorCode\":450,\"Probability\":100},"
                                    + "\"Authentication\":{\"ErrorCode\":535,\"Probability\":0}}");
            assertThat(chaotic.converse("a@example.test", List.of("b@example.test"), "x\n"))
                    .element(3)
                    .asString()
                    .startsWith("450 4.3.0");
            assertThat(chaotic.call("PUT", "/api/v1/chaos", "{\"Sender\":{\"ErrorCode\":200,\"Probability\":1}}")
                            .statusCode())
                    .isEqualTo(400);
            chaotic.call("PUT", "/api/v1/chaos", "{}");
            chaotic.mail("calm again");
            assertThat(JsonTree.at(chaotic.json("/api/v1/info"), "RuntimeStats.SMTPRejected"))
                    .isEqualTo(2); // RCPT, and the DATA after it
        }
    }

    @Test
    void chaosIsStampedIntoTheSessionAsScriptsAre() throws Exception {
        try (SinkFixture chaotic = SinkFixture.withChaos()) {
            chaotic.call("PUT", "/api/v1/chaos", "{\"recipient\":{\"errorcode\":450,\"probability\":100}}");
            chaotic.converse("a@example.test", List.of("b@example.test"), "x\n");

            Object id = JsonTree.at(chaotic.json("/api/boxcar/v1/sessions?wait=5s"), "sessions.0.id");
            Object session = chaotic.json("/api/boxcar/v1/sessions/" + id);
            assertThat(JsonTree.at(session, "items.2.verb")).isEqualTo("RCPT");
            assertThat(JsonTree.at(session, "faults"))
                    .isEqualTo(List.of(Map.of("script", "chaos", "rule", 0, "item", 2, "done", "reply 450 4.3.0")));
        }
    }

    @Test
    void everythingWorksBelowAWebRoot() throws Exception {
        try (SinkFixture below = SinkFixture.below("/q/mail")) {
            below.mail("one");
            assertThat(below.get("/view/latest")
                            .headers()
                            .firstValue("Location")
                            .orElse(""))
                    .startsWith("/q/mail/view/");
            assertThat(JsonTree.at(below.json("/api/v1/messages"), "total")).isEqualTo(1);
        }
    }

    @Test
    void returnsTheExactBytes() throws Exception {
        sink.mail("", List.of("b@example.test"), "From: a\u00E4@example.test\nSubject: \u0001\n\n..dot\n");
        assertThat(sink.get("/api/v1/message/latest/raw").body().getBytes(UTF_8))
                .isEqualTo("From: a\u00E4@example.test\r\nSubject: \u0001\r\n\r\n.dot\r\n".getBytes(UTF_8));
    }
}
