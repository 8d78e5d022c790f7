// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Changes of several messages in one request, over Boxcar's own API. */
@SuppressWarnings("NullAway") // a field that is missing fails the test
class BulkChangesTest {
    private static final String MESSAGES = "/api/boxcar/v1/messages";

    private static void mail(SinkFixture sink, int number) throws Exception {
        for (int i = 0; i < number; i++) {
            sink.mail("number " + i);
        }
    }

    /** The id of the message with this number. */
    private static String id(SinkFixture sink, int number) {
        return (String)
                JsonTree.at(sink.json(MESSAGES + "?query=subject:%22number+" + number + "%22"), "messages.0.id");
    }

    private static String ids(SinkFixture sink, int... numbers) {
        return IntStream.of(numbers)
                .mapToObj(number -> '"' + id(sink, number) + '"')
                .collect(Collectors.joining(","));
    }

    private static List<?> subjects(SinkFixture sink, String query) {
        return ((List<?>) JsonTree.at(sink.json(MESSAGES + "?query=" + query), "messages"))
                .stream().map(message -> ((Map<?, ?>) message).get("subject")).toList();
    }

    @Test
    void marksChosenMessages() throws Exception {
        try (SinkFixture sink = SinkFixture.start()) {
            mail(sink, 4);
            assertThat(sink.call("PUT", MESSAGES, "{\"ids\":[" + ids(sink, 0, 2) + ",\"bad\"],\"read\":true}")
                            .body())
                    .isEqualTo("{\"changed\":2}");
            assertThat(subjects(sink, "is:read")).isEqualTo(List.of("number 2", "number 0"));
            assertThat(sink.call("PUT", MESSAGES, "{\"except\":[" + ids(sink, 0, 1) + "],\"read\":true}")
                            .body())
                    .isEqualTo("{\"changed\":1}");
            assertThat(subjects(sink, "is:unread")).isEqualTo(List.of("number 1"));
            assertThat(sink.call("PUT", MESSAGES, "{\"ids\":[],\"read\":false}").body())
                    .isEqualTo("{\"changed\":0}");
        }
    }

    @Test
    void addsAndRemovesTagsAndCountsThem() throws Exception {
        try (SinkFixture sink = SinkFixture.start()) {
            mail(sink, 3);
            sink.call("PUT", MESSAGES + "/" + id(sink, 0), "{\"tags\":[\"old\"]}");
            assertThat(sink.call("PUT", MESSAGES, "{\"ids\":[" + ids(sink, 0, 1) + "],\"addTags\":[\"new\"]}")
                            .body())
                    .isEqualTo("{\"changed\":2}");
            assertThat(sink.call(
                                    "PUT",
                                    MESSAGES + "?query=tag:old",
                                    "{\"addTags\":[\"more\"],\"removeTags\":[\"OLD\"]}")
                            .body())
                    .isEqualTo("{\"changed\":1}");
            assertThat(sink.get("/api/boxcar/v1/tags").body())
                    .isEqualTo("{\"tags\":[{\"name\":\"more\",\"messages\":1},{\"name\":\"new\",\"messages\":2}]}");
            assertThat(sink.call("PUT", MESSAGES, "{\"addTags\":[\"good\",\"#?\"]}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(subjects(sink, "tag:good")).isEmpty();
            assertThat(sink.call("PUT", MESSAGES, "{}").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void deletesChosenMessagesAndNothingElse() throws Exception {
        try (SinkFixture sink = SinkFixture.start()) {
            mail(sink, 4);
            assertThat(sink.call("DELETE", MESSAGES, "{\"ids\":[" + ids(sink, 1, 3) + "]}")
                            .body())
                    .isEqualTo("{\"deleted\":2}");
            assertThat(sink.call("DELETE", MESSAGES, "{\"ids\":[]}").body()).isEqualTo("{\"deleted\":0}");
            assertThat(sink.call("DELETE", MESSAGES, "").statusCode()).isEqualTo(400);
            assertThat(sink.call("DELETE", MESSAGES + "?all=true", "{\"ids\":[]}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(sink.call("DELETE", MESSAGES + "?query=number", "{\"ids\":[]}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(sink.call("DELETE", MESSAGES + "?query=number", "{\"except\":[" + ids(sink, 0) + "]}")
                            .body())
                    .isEqualTo("{\"deleted\":1}");
            assertThat(subjects(sink, "number")).isEqualTo(List.of("number 0"));
        }
    }

    @Test
    void allThatMatchAreThoseOfTheNamespaceAlone() throws Exception {
        try (SinkFixture sink = SinkFixture.withNamespaces("plus-tag")) {
            for (String name : List.of("one", "two", "two")) {
                sink.mail("a@x.example", List.of("user+" + name + "@x.example"), "Subject: report\n\nx\n");
            }
            assertThat(sink.call("PUT", MESSAGES + "?ns=two&query=report", "{\"read\":true,\"addTags\":[\"seen\"]}")
                            .body())
                    .isEqualTo("{\"changed\":2}");
            assertThat(JsonTree.at(sink.json(MESSAGES + "?ns=one&query=is:unread"), "matches"))
                    .isEqualTo(1);
            assertThat(sink.get("/api/boxcar/v1/tags?ns=one").body()).doesNotContain("seen");
            String ofTheOther = (String) JsonTree.at(sink.json(MESSAGES + "?ns=one"), "messages.0.id");
            assertThat(sink.call("DELETE", MESSAGES + "?ns=two", "{\"ids\":[\"" + ofTheOther + "\"]}")
                            .body())
                    .isEqualTo("{\"deleted\":0}");
            assertThat(sink.call("DELETE", MESSAGES + "?ns=two&query=report", "{\"except\":[]}")
                            .body())
                    .isEqualTo("{\"deleted\":2}");
            assertThat(JsonTree.at(sink.json(MESSAGES + "?ns=one"), "total")).isEqualTo(1);
            assertThat(sink.call("DELETE", MESSAGES + "?ns=one&all=true", "").body())
                    .isEqualTo("{\"deleted\":1}");
        }
    }

    @Test
    void messagesThatArriveAfterTheSelectionAreKept() throws Exception {
        try (SinkFixture sink = SinkFixture.start()) {
            mail(sink, 5);
            assertThat(sink.call("DELETE", MESSAGES + "?query=number", "{\"except\":[" + ids(sink, 3, 4) + "]}")
                            .body())
                    .isEqualTo("{\"deleted\":3}");
            assertThat(subjects(sink, "number")).isEqualTo(List.of("number 4", "number 3"));
            assertThat(sink.call("DELETE", MESSAGES + "?query=before:", "{\"except\":[]}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(subjects(sink, "number")).hasSize(2);
        }
    }

    @Test
    void releasesChosenMessagesToTheirRecipientsOrToOthers() throws Exception {
        try (SinkFixture real = SinkFixture.start();
                SinkFixture sink = SinkFixture.start(
                        OptionalFeatures.NONE.withRelease(ReleaseTest.release(real.smtpPort(), "blocked")))) {
            mail(sink, 3);
            sink.mail("a@example.test", List.of("blocked@example.test"), "Subject: number 3\n\nx\n");
            Object result =
                    JsonTree.read(sink.call("POST", MESSAGES + "/release", "{\"ids\":[" + ids(sink, 0, 3) + "]}")
                            .body());
            assertThat(JsonTree.at(result, "released")).isEqualTo(1);
            assertThat(JsonTree.at(result, "failed.0.id")).isEqualTo(id(sink, 3));
            assertThat(JsonTree.at(result, "failed.0.detail")).isEqualTo("on the blocklist: blocked@example.test");
            assertThat(JsonTree.at(real.json(MESSAGES + "/latest"), "recipients.0"))
                    .isEqualTo("b@example.test");
            assertThat(sink.call("POST", MESSAGES + "/release?query=number", "{\"to\":[\"new@example.test\"]}")
                            .body())
                    .isEqualTo("{\"released\":4,\"notTried\":0,\"failed\":[]}");
            assertThat(subjects(real, "rcpt:new")).hasSize(4);
            assertThat(sink.call("POST", MESSAGES + "/release", "{\"to\":[\"bad\"]}")
                            .statusCode())
                    .isEqualTo(400);
        }
        try (SinkFixture sink = SinkFixture.start()) {
            assertThat(sink.call("POST", MESSAGES + "/release", "").body()).contains("--release-to");
        }
    }

    @Test
    void stopsToReleaseAfterTenFailures() throws Exception {
        try (SinkFixture real = SinkFixture.withChaos();
                SinkFixture sink = SinkFixture.start(
                        OptionalFeatures.NONE.withRelease(ReleaseTest.release(real.smtpPort(), "")))) {
            real.call("PUT", "/api/v1/chaos", "{\"Recipient\":{\"ErrorCode\":550,\"Probability\":100}}");
            mail(sink, 12);
            Object result =
                    JsonTree.read(sink.call("POST", MESSAGES + "/release", "").body());
            assertThat(JsonTree.at(result, "released")).isEqualTo(0);
            assertThat(JsonTree.at(result, "notTried")).isEqualTo(2);
            assertThat((List<?>) JsonTree.at(result, "failed")).hasSize(10);
        }
    }
}
