// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.web.compose.Draft;
import dev.boxcar.web.compose.Submission;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonObject;
import java.io.IOException;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/send}: a message made of what the client gives goes the way of every message. Its errors are
 * JSON.
 */
final class SendResource {
    private static final Set<String> OURS =
            Set.of("to", "from", "cc", "bcc", "reply-to", "date", "subject", "content-type", "mime-version", "x-tags");
    private static final long SMALL = 64L * 1024;
    private static final long MOST_BODY_BYTES = 512L * 1024 * 1024;

    private static final long MOST_SMALL_BYTES = 1024 * 1024;
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/=\\s]*+");

    private final Submission submission;
    /** A large message stands in memory several times while it is made. */
    private final ConcurrencyLimiter large = new ConcurrencyLimiter(4);

    SendResource(Submission submission) {
        this.submission = submission;
    }

    void send(HttpExchange exchange) throws IOException {
        try {
            // Base64 and JSON make a third more of a message, and a small one of a small limit has room for its fields
            long most = Math.min(MOST_BODY_BYTES, submission.largest() / 2 * 3 + SMALL);
            if (isSmall(exchange.header("Content-Length"))) {
                submit(exchange, most);
            } else {
                large.take();
                try {
                    submit(exchange, most);
                } finally {
                    large.leave();
                }
            }
        } catch (HttpProblem problem) {
            fail(exchange, problem.status(), problem.line());
        } catch (Submission.TooLarge e) {
            fail(exchange, 413, String.valueOf(e.getMessage()));
        }
    }

    private static boolean isSmall(@Nullable String length) {
        return length != null && length.matches("[0-9]{1,18}") && Long.parseLong(length) <= MOST_SMALL_BYTES;
    }

    private void submit(HttpExchange exchange, long most) throws HttpProblem, IOException, Submission.TooLarge {
        JsonObject request = JsonObject.parse(exchange.body((int) most));
        String user = exchange.user();
        var unused = submission
                .submit(draft(request), exchange.client(), user == null ? "" : user)
                .thenAccept(receipt -> exchange.resume(later -> answer(later, receipt)));
    }

    private static void answer(HttpExchange exchange, Submission.Receipt receipt) throws IOException {
        switch (receipt.outcome()) {
            case STORED ->
                exchange.json(json -> {
                    json.writeStartObject();
                    json.writeStringField("ID", receipt.id().toString());
                    json.writeEndObject();
                });
            case NO_ROOM -> fail(exchange, 507, "no room for this message just now");
            case FAULT -> fail(exchange, 500, "the spool could not keep this message");
        }
    }

    private static void fail(HttpExchange exchange, int status, String reason) throws IOException {
        exchange.json(status, json -> {
            json.writeStartObject();
            json.writeStringField("Error", reason);
            json.writeEndObject();
        });
    }

    private static Draft draft(JsonObject request) throws HttpProblem {
        JsonObject from = request.object("From");
        var draft = new Draft(
                new Draft.Person(from.text("Name"), mailbox("From", from.text("Email"))),
                people("To", request.objects("To")),
                people("Cc", request.objects("Cc")),
                mailboxes(request.texts("Bcc")),
                people("Reply-To", request.objects("ReplyTo")),
                request.text("Subject"),
                request.text("Text"),
                request.text("HTML"),
                fields(request),
                files(request.objects("Attachments")));
        if (draft.recipients().isEmpty()) {
            throw HttpProblem.badRequest("error building message: no recipients (to, cc, bcc) set");
        }
        return draft;
    }

    private static List<Draft.Person> people(String field, List<JsonObject> objects) throws HttpProblem {
        var people = new ArrayList<Draft.Person>();
        for (JsonObject object : objects) {
            people.add(new Draft.Person(object.text("Name"), mailbox(field, object.text("Email"))));
        }
        return people;
    }

    private static List<Mailbox> mailboxes(List<String> texts) throws HttpProblem {
        var mailboxes = new ArrayList<Mailbox>();
        for (String text : texts) {
            mailboxes.add(mailbox("Bcc", text));
        }
        return mailboxes;
    }

    private static Mailbox mailbox(String field, String text) throws HttpProblem {
        try {
            return Mailbox.parse(text.strip());
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badRequest("invalid " + field + " address: " + text);
        }
    }

    private static Map<String, String> fields(JsonObject request) throws HttpProblem {
        var fields = new LinkedHashMap<String, String>();
        List<String> tags = request.texts("Tags");
        if (!tags.isEmpty()) {
            fields.put("X-Tags", String.join(", ", tags));
        }
        JsonObject headers = request.object("Headers");
        for (String name : headers.names()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (OURS.contains(lower) && (!lower.equals("x-tags") || !tags.isEmpty())) {
                throw HttpProblem.badRequest("cannot overwrite header: \"" + name + "\"");
            }
            if (!name.matches("[!-9;-~]{1,256}")) {
                throw HttpProblem.badRequest("invalid header name: \"" + name + "\"");
            }
            fields.put(name, headers.text(name));
        }
        return fields;
    }

    private static List<Draft.File> files(List<JsonObject> attachments) throws HttpProblem {
        var files = new ArrayList<Draft.File>();
        for (JsonObject attachment : attachments) {
            String name = attachment.text("Filename");
            byte[] bytes = decoded(attachment.text("Content"), name);
            files.add(new Draft.File(
                    name, type(attachment.text("ContentType"), name, bytes), attachment.text("ContentID"), bytes));
        }
        return files;
    }

    /** What a browser hands over as {@code data:image/png;base64,AAAA}, or the Base64 alone; lines may end in it. */
    private static byte[] decoded(String content, String name) throws HttpProblem {
        String base64 = content.substring(content.lastIndexOf(',') + 1);
        if (!BASE64.matcher(base64).matches()) {
            throw HttpProblem.badRequest(
                    "error decoding base64 attachment \"" + name + "\": other characters are in it");
        }
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badRequest("error decoding base64 attachment \"" + name + "\": " + e.getMessage());
        }
    }

    private static String type(String given, String name, byte[] bytes) throws HttpProblem {
        if (!given.isEmpty()) {
            return given;
        }
        try (var in = new java.io.ByteArrayInputStream(bytes)) {
            String guessed = URLConnection.guessContentTypeFromStream(in);
            String named = guessed == null ? URLConnection.guessContentTypeFromName(name) : guessed;
            return named == null ? "application/octet-stream" : named;
        } catch (IOException e) {
            throw new IllegalStateException("octets in memory can be read", e);
        }
    }
}
