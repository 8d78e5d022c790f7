// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.message.EnvelopePaths;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.outbound.MessageRelease;
import dev.boxcar.web.request.RequestParameters;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /messages/release}: passes several messages on to the configured server, one after the other. */
final class BulkReleaseResource {
    private static final int MAX_MESSAGES = 1000;
    /** After so many failures, it does not try the other messages: each may take a minute. */
    private static final int MAX_FAILURES = 10;

    private final RequestParameters parameters;
    private final @Nullable MessageRelease release;

    /** {@code release} is null if no server is configured. */
    BulkReleaseResource(RequestParameters parameters, @Nullable MessageRelease release) {
        this.parameters = parameters;
        this.release = release;
    }

    /** POST. {@code to} in the body replaces each message's own recipients. */
    void release(HttpExchange exchange) throws HttpProblem, IOException {
        if (release == null) {
            throw HttpProblem.badRequest("no server is configured: see --release-to");
        }
        MessageChoice choice = MessageChoice.of(exchange, parameters);
        List<Mailbox> to = mailboxes(choice.body().strings("to"));
        Namespace box = parameters.box(exchange);
        List<Ulid> ids = choice.ids(box);
        if (ids.size() > MAX_MESSAGES) {
            throw HttpProblem.badRequest("at most " + MAX_MESSAGES + " messages can be released at a time");
        }
        exchange.disableIdleTimeout();
        int released = 0;
        int notTried = 0;
        var failures = new LinkedHashMap<Ulid, String>();
        for (Ulid id : ids) {
            SpoolRecord record = box.record(id);
            if (record == null) {
                continue; // just deleted
            }
            if (failures.size() >= MAX_FAILURES) {
                notTried++;
                continue;
            }
            String problem = send(record, to, release);
            if (problem.isEmpty()) {
                released++;
            } else {
                failures.put(id, problem);
            }
        }
        respond(exchange, released, notTried, failures);
    }

    private static List<Mailbox> mailboxes(List<String> texts) throws HttpProblem {
        var mailboxes = new ArrayList<Mailbox>();
        for (String text : texts) {
            try {
                mailboxes.add(Mailbox.parse(text.strip()));
            } catch (IllegalArgumentException e) {
                throw HttpProblem.badRequest("invalid address: " + text);
            }
        }
        return mailboxes;
    }

    /** Sends one message. Returns what went wrong, or an empty string. */
    private static String send(SpoolRecord record, List<Mailbox> to, MessageRelease release) throws IOException {
        List<Mailbox> recipients =
                to.isEmpty() ? List.copyOf(new LinkedHashSet<>(EnvelopePaths.recipients(record.envelope()))) : to;
        if (recipients.isEmpty()) {
            return "the message has no recipients";
        }
        String problem = release.problemWith(recipients);
        if (!problem.isEmpty()) {
            return problem;
        }
        try {
            return String.join("; ", release.send(record, recipients));
        } catch (NoSuchFileException | FileNotFoundException deletedMeanwhile) {
            return "the message has been deleted";
        }
    }

    private static void respond(HttpExchange exchange, int released, int notTried, Map<Ulid, String> failures)
            throws IOException {
        exchange.json(json -> {
            json.writeStartObject();
            json.writeNumberField("released", released);
            json.writeNumberField("notTried", notTried);
            json.writeArrayFieldStart("failed");
            for (Map.Entry<Ulid, String> failure : failures.entrySet()) {
                json.writeStartObject();
                json.writeStringField("id", failure.getKey().toString());
                json.writeStringField("detail", failure.getValue());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
