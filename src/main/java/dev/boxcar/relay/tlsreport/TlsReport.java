// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.tlsreport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.relay.policy.outcome.AppliedPolicy;
import dev.boxcar.relay.policy.outcome.TlsSessionResult.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/**
 * A report about one day of one domain (RFC 8460 §4.4). The same counts make the same report, also if it is sent again.
 *
 * @param submitter the relay's name
 * @param contact whom the domain may ask
 */
record TlsReport(DomainDay at, String submitter, String contact, Map<AppliedPolicy, PolicyCounts> policies) {

    /** Tells this report from all others. */
    String id() {
        String name = at.day() + "!" + at.domain() + "!" + submitter;
        return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
    }

    /** The name of the file (RFC 8460 §5.1). */
    String fileName() {
        return submitter + "!" + at.domain() + "!" + at.start().getEpochSecond() + "!"
                + (at.end().getEpochSecond() - 1) + "!" + id().substring(0, 8) + ".json.gz";
    }

    /** The report, compressed. */
    byte[] gzip() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zipped = new GZIPOutputStream(bytes);
                JsonGenerator json = new JsonFactory().createGenerator(zipped)) {
            write(json);
        }
        return bytes.toByteArray();
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("organization-name", contact.substring(contact.lastIndexOf('@') + 1));
        json.writeObjectFieldStart("date-range");
        json.writeStringField("start-datetime", at.start().toString());
        json.writeStringField("end-datetime", at.end().minusSeconds(1).toString());
        json.writeEndObject();
        json.writeStringField("contact-info", contact);
        json.writeStringField("report-id", id());
        json.writeArrayFieldStart("policies");
        for (var one : policies.entrySet()) {
            json.writeStartObject();
            policy(json, one.getKey());
            counts(json, one.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void policy(JsonGenerator json, AppliedPolicy policy) throws IOException {
        json.writeObjectFieldStart("policy");
        json.writeStringField("policy-type", policy.type().text());
        list(json, "policy-string", policy.lines());
        json.writeStringField("policy-domain", at.domain());
        list(json, "mx-host", policy.patterns());
        json.writeEndObject();
    }

    private static void list(JsonGenerator json, String name, List<String> words) throws IOException {
        if (!words.isEmpty()) {
            json.writeArrayFieldStart(name);
            for (String word : words) {
                json.writeString(word);
            }
            json.writeEndArray();
        }
    }

    private static void counts(JsonGenerator json, PolicyCounts counts) throws IOException {
        json.writeObjectFieldStart("summary");
        json.writeNumberField("total-successful-session-count", counts.successes());
        json.writeNumberField("total-failure-session-count", counts.failureCount());
        json.writeEndObject();
        if (counts.failures().isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("failure-details");
        for (var one : counts.failures().entrySet()) {
            Failure failure = one.getKey();
            json.writeStartObject();
            json.writeStringField("result-type", failure.type().text());
            text(json, "sending-mta-ip", failure.source());
            text(json, "receiving-mx-hostname", failure.host());
            text(json, "receiving-ip", failure.address());
            json.writeNumberField("failed-session-count", one.getValue());
            text(json, "failure-reason-code", failure.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** What is not known is left out. */
    private static void text(JsonGenerator json, String name, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }
}
