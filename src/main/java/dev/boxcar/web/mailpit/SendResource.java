// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.PathSyntax;
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

/** {@code POST /api/v1/send}: builds a message and stores it like one that arrived over SMTP. Errors are JSON. */
final class SendResource {
    private static final Set<String> GENERATED_FIELDS =
            Set.of("to", "from", "cc", "bcc", "reply-to", "date", "subject", "content-type", "mime-version", "x-tags");
    /** Space for addresses, header fields and JSON syntax. */
    private static final long OVERHEAD_BYTES = 64L * 1024;

    private static final long MAX_BODY_BYTES = 512L * 1024 * 1024;

    private static final long MAX_SMALL_BYTES = 1024 * 1024;
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/=\\s]*+");

    private final Submission submission;
    /** A large message is in memory several times while it is built. */
    private final ConcurrencyLimiter largeMessages = new ConcurrencyLimiter(4);

    SendResource(Submission submission) {
        this.submission = submission;
    }

    void send(HttpExchange exchange) throws IOException {
        try {
            // Base64 makes a message larger by a third
            long maxBytes = Math.min(MAX_BODY_BYTES, submission.maxBytes() / 2 * 3 + OVERHEAD_BYTES);
            if (isSmall(exchange.header("Content-Length"))) {
                submit(exchange, maxBytes);
            } else {
                largeMessages.acquire();
                try {
                    submit(exchange, maxBytes);
                } finally {
                    largeMessages.release();
                }
            }
        } catch (HttpProblem problem) {
            fail(exchange, problem.status(), problem.reason());
        } catch (Submission.TooLarge e) {
            fail(exchange, 413, String.valueOf(e.getMessage()));
        }
    }

    private static boolean isSmall(@Nullable String length) {
        return length != null && length.matches("[0-9]{1,18}") && Long.parseLong(length) <= MAX_SMALL_BYTES;
    }

    private void submit(HttpExchange exchange, long maxBytes) throws HttpProblem, IOException, Submission.TooLarge {
        JsonObject request = JsonObject.parse(exchange.body((int) maxBytes));
        String user = exchange.user();
        var unused = submission
                .submit(draft(request), exchange.client(), user == null ? "" : user)
                .thenAccept(receipt -> exchange.resume(resumed -> respond(resumed, receipt)));
    }

    private static void respond(HttpExchange exchange, Submission.Receipt receipt) throws IOException {
        switch (receipt.outcome()) {
            case STORED ->
                exchange.json(json -> {
                    json.writeStartObject();
                    json.writeStringField("ID", receipt.id().toString());
                    json.writeEndObject();
                });
            case NO_ROOM -> fail(exchange, 507, "no space for this message at the moment");
            case FAULT -> fail(exchange, 500, "the spool could not store this message");
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
                new Draft.Person(from.string("Name"), mailbox("From", from.string("Email"))),
                people("To", request.objects("To")),
                people("Cc", request.objects("Cc")),
                mailboxes(request.strings("Bcc")),
                people("Reply-To", request.objects("ReplyTo")),
                request.string("Subject"),
                request.string("Text"),
                request.string("HTML"),
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
            people.add(new Draft.Person(object.string("Name"), mailbox(field, object.string("Email"))));
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
            return Mailbox.parse(text.strip(), PathSyntax.LENIENT);
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badRequest("invalid " + field + " address: " + text);
        }
    }

    private static Map<String, String> fields(JsonObject request) throws HttpProblem {
        var fields = new LinkedHashMap<String, String>();
        List<String> tags = request.strings("Tags");
        if (!tags.isEmpty()) {
            fields.put("X-Tags", String.join(", ", tags));
        }
        JsonObject headers = request.object("Headers");
        for (String name : headers.names()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (GENERATED_FIELDS.contains(lower) && (!lower.equals("x-tags") || !tags.isEmpty())) {
                throw HttpProblem.badRequest("cannot overwrite header: \"" + name + "\"");
            }
            if (!name.matches("[!-9;-~]{1,256}")) {
                throw HttpProblem.badRequest("invalid header name: \"" + name + "\"");
            }
            fields.put(name, headers.string(name));
        }
        return fields;
    }

    private static List<Draft.File> files(List<JsonObject> attachments) throws HttpProblem {
        var files = new ArrayList<Draft.File>();
        for (JsonObject attachment : attachments) {
            String name = attachment.string("Filename");
            byte[] bytes = decoded(attachment.string("Content"), name);
            files.add(new Draft.File(
                    name, type(attachment.string("ContentType"), name, bytes), attachment.string("ContentID"), bytes));
        }
        return files;
    }

    /** Decodes Base64, which may be a data URL such as {@code data:image/png;base64,AAAA} and have line breaks. */
    private static byte[] decoded(String content, String name) throws HttpProblem {
        String base64 = content.substring(content.lastIndexOf(',') + 1);
        if (!BASE64.matcher(base64).matches()) {
            throw HttpProblem.badRequest("error decoding base64 attachment \"" + name + "\": invalid base64");
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
            String type = guessed == null ? URLConnection.guessContentTypeFromName(name) : guessed;
            return type == null ? "application/octet-stream" : type;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }
}
