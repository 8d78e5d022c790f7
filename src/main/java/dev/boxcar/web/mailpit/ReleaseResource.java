// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.sink.Namespace;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.outbound.MessageRelease;
import dev.boxcar.web.request.RequestParameters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/message/{id}/release}: passes a message on to the configured server. */
final class ReleaseResource {
    private static final int MAX_BODY_BYTES = 1024 * 1024;
    private static final Pattern BCC =
            Pattern.compile("(?i)(?<=\r\n)(?:Resent-)?Bcc[ \t]*:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*");

    private final RequestParameters parameters;
    private final @Nullable MessageRelease release;

    ReleaseResource(RequestParameters parameters, @Nullable MessageRelease release) {
        this.parameters = parameters;
        this.release = release;
    }

    void release(HttpExchange exchange) throws HttpProblem, IOException {
        if (release == null) {
            throw HttpProblem.badRequest("Failed: no server is configured: see --release-to");
        }
        Namespace box = parameters.box(exchange);
        SpoolRecord record = box.record(parameters.id(exchange, box));
        if (record == null) {
            throw HttpProblem.notFound();
        }
        List<Mailbox> to = recipients(exchange.json(MAX_BODY_BYTES).strings("To"), release);
        byte[] message;
        try (InputStream body = record.body()) {
            message = withoutBcc(withCrlf(body.readAllBytes()));
        }
        List<String> problems = release.send(sender(record), to, message);
        if (!problems.isEmpty()) {
            throw HttpProblem.badRequest("SMTP error: " + String.join("; ", problems));
        }
        exchange.text(200, "ok");
    }

    private static ReversePath sender(SpoolRecord record) {
        try {
            return record.envelope().reversePath();
        } catch (IllegalStateException | IllegalArgumentException invalidPath) {
            return ReversePath.NULL;
        }
    }

    private static List<Mailbox> recipients(List<String> texts, MessageRelease release) throws HttpProblem {
        var to = new ArrayList<Mailbox>();
        for (String text : texts) {
            try {
                to.add(Mailbox.parse(text.strip()));
            } catch (IllegalArgumentException e) {
                throw HttpProblem.badRequest("Invalid email address: " + text);
            }
        }
        if (to.isEmpty()) {
            throw HttpProblem.badRequest("No valid addresses found");
        }
        check(to.stream().filter(mailbox -> !release.isAllowed(mailbox)).toList(), "not on the allowlist");
        check(to.stream().filter(release::isBlocked).toList(), "on the blocklist");
        return to;
    }

    private static void check(List<Mailbox> rejected, String why) throws HttpProblem {
        if (!rejected.isEmpty()) {
            throw HttpProblem.badRequest("Failed: " + why + ": "
                    + String.join(", ", rejected.stream().map(Mailbox::toString).toList()));
        }
    }

    /**
     * The message with CRLF as its only line end. A bare CR or LF must not leave (RFC 5321 §2.3.8): some servers take
     * LF.LF for the end of a message, which lets its text smuggle in another message.
     */
    static byte[] withCrlf(byte[] message) {
        var out = new ByteArrayOutputStream(message.length + message.length / 32);
        for (int i = 0; i < message.length; i++) {
            if (message[i] != '\r' && message[i] != '\n') {
                out.write(message[i]);
                continue;
            }
            out.write('\r');
            out.write('\n');
            if (message[i] == '\r' && i + 1 < message.length && message[i + 1] == '\n') {
                i++;
            }
        }
        return out.toByteArray();
    }

    /** The message, whose lines end in CRLF, without the Bcc fields: recipients must not see them. */
    static byte[] withoutBcc(byte[] message) {
        String text = new String(message, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String head = "\r\n" + (end < 0 ? text : text.substring(0, end + 2));
        String kept = BCC.matcher(head).replaceAll("").substring(2);
        return end < 0 ? kept.getBytes(ISO_8859_1) : (kept + text.substring(end + 2)).getBytes(ISO_8859_1);
    }
}
