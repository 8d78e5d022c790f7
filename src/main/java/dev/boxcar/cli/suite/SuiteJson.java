// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.suite;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.cli.output.JsonOutput;
import dev.boxcar.lab.suite.CaseResult;
import dev.boxcar.lab.suite.CaseResult.Status;
import dev.boxcar.lab.suite.Finding;
import dev.boxcar.lab.suite.SuiteClient.Run;
import dev.boxcar.lab.verdict.Verdict.Citation;
import dev.boxcar.record.SessionRecord;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;

/** The results as JSON. */
final class SuiteJson {
    private SuiteJson() {}

    static String of(List<String> command, List<CaseResult> results) throws IOException {
        var text = new StringWriter();
        try (JsonGenerator json = JsonOutput.to(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeBooleanField("passed", results.stream().noneMatch(result -> result.status() == Status.FAILED));
            json.writeArrayFieldStart("command");
            for (String word : command) {
                json.writeString(word);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("counts");
            for (Status status : Status.values()) {
                long count = results.stream()
                        .filter(result -> result.status() == status)
                        .count();
                json.writeNumberField(name(status), count);
            }
            json.writeEndObject();
            json.writeArrayFieldStart("cases");
            for (CaseResult result : results) {
                write(json, result);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private static String name(Status status) {
        return status == Status.NOT_REACHED ? "notReached" : SuiteText.of(status);
    }

    private static void write(JsonGenerator json, CaseResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", result.suiteCase().name());
        json.writeStringField("about", result.suiteCase().about());
        json.writeStringField("outcome", name(result.status()));
        Run run = result.run();
        if (run != null) {
            json.writeNumberField("exit", run.status());
            json.writeBooleanField("killed", run.tookTooLong());
            json.writeNumberField("millis", run.time().toMillis());
            json.writeStringField("output", run.output());
        }
        json.writeBooleanField("accepted", result.accepted());
        json.writeArrayFieldStart("sessions");
        for (SessionRecord session : result.sessions()) {
            json.writeStartObject();
            json.writeStringField("id", session.id());
            json.writeNumberField("roundTrips", session.roundTrips());
            json.writeNumberField("possibleRoundTrips", session.possibleRoundTrips());
            json.writeBooleanField("pipelined", session.pipelined());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("findings");
        for (Finding finding : result.findings()) {
            write(json, finding);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", finding.id());
        json.writeStringField("level", finding.level().name());
        json.writeStringField("rule", finding.requirement());
        Citation citation = finding.citation();
        json.writeStringField("rfc", citation == null ? null : citation.rfc());
        json.writeStringField("section", citation == null ? null : citation.section());
        json.writeStringField("text", finding.text());
        json.writeStringField("session", finding.session());
        json.writeEndObject();
    }
}
