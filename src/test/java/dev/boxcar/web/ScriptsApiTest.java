// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.ScriptStore;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts of a lab over HTTP. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class ScriptsApiTest {
    private static final String SCRIPTS = "/api/boxcar/v1/lab/scripts";

    /** The example of the documentation, with every kind of key. */
    private static final String EVERYTHING = """
            { "name": "all keys", "namespace": "", "sessions": 1,
              "seed": 7, "rtt": "70ms", "jitter": "5ms", "rate": "9600", "hold": "30ms",
              "rules": [
                { "on": {"verb": "RCPT", "nth": 3},
                  "do": {"reply": {"code": 550, "status": "5.1.1", "text": "no such user", "lines": 2}}, "times": 1 },
                { "on": {"verb": "RCPT", "address": "*@slow.example"}, "do": {"delay": "200ms"} },
                { "on": {"verb": "EHLO"}, "do": {"hide": ["PIPELINING"], "add": ["XTEST 1"], "lie": ["STARTTLS"]} },
                { "on": {"verb": "DATA"}, "do": {"framing": "byte-by-byte"} },
                { "on": {"verb": "MAIL", "parameter": "BODY=8BITMIME", "nth": "2+"}, "do": {"framing": {"split": 5}} },
                { "on": {"verb": "END", "message": 1, "size": 2000, "header": "X-Test: a*"},
                  "do": {"drop": "before-reply", "how": "rst"} },
                { "on": {"verb": "END", "message": 3}, "do": {"drop": "in-body", "how": "fin"} },
                { "on": {"verb": "CONNECT", "connection": "2-3", "peer": "127.0.0.*"}, "do": {"noBanner": true} },
                { "on": {"verb": "CONNECT", "connection": 4}, "do": {"refuse": true} },
                { "on": {"verb": "STARTTLS", "tls": false, "flight": 2}, "do": {"certificate": "expired"} },
                { "on": {"verb": "STARTTLS"}, "do": {"handshake": "cut"} },
                { "on": {"verb": "NOOP", "probability": 25}, "do": {"stopReading": "5s", "never": true} },
                { "on": {"verb": "RSET"}, "do": {"hold": true} },
                { "on": {"verb": "VRFY"}, "do": {"reply": {"code": 450, "text": "done", "carriedOut": true}} },
                { "on": {}, "do": {"preset": "greylist"} }
              ] }
            """;

    /** Gets only scripts that are wrong. */
    private SinkFixture refusing;

    @BeforeAll
    void start() throws Exception {
        refusing = lab();
    }

    @AfterAll
    void end() throws Exception {
        refusing.close();
    }

    @Test
    void keepsAScriptAsItWasSent() throws Exception {
        try (SinkFixture lab = lab()) {
            HttpResponse<String> added = lab.call("POST", SCRIPTS, EVERYTHING);
            assertThat(added.statusCode()).isEqualTo(201);
            Object script = JsonTree.read(added.body());
            assertThat(JsonTree.at(script, "id")).isEqualTo("s1");

            Object sent = JsonTree.read(EVERYTHING);
            for (String key : List.of("name", "namespace", "sessions", "seed", "rtt", "jitter", "rate", "hold")) {
                assertThat(JsonTree.at(script, key)).as(key).isEqualTo(JsonTree.at(sent, key));
            }
            for (int rule = 0; rule < 14; rule++) {
                Object got = JsonTree.at(script, "rules." + rule + ".do");
                assertThat(got).isEqualTo(JsonTree.at(sent, "rules." + rule + ".do"));
            }
            assertThat(JsonTree.at(script, "rules.5.on")).isEqualTo(JsonTree.at(sent, "rules.5.on"));
            assertThat(JsonTree.at(script, "rules.7.on")).isEqualTo(JsonTree.at(sent, "rules.7.on"));
            assertThat(JsonTree.at(script, "rules.14.on.verb")).isEqualTo("RCPT");
        }
    }

    @Test
    void listsAndDeletesScripts() throws Exception {
        try (SinkFixture lab = lab()) {
            lab.call("POST", SCRIPTS, rule("{\"never\": true}"));
            lab.call("POST", SCRIPTS, rule("{\"delay\": 1}"));

            Object list = lab.json(SCRIPTS);
            assertThat(JsonTree.at(list, "scripts.1.id")).isEqualTo("s2");
            assertThat(JsonTree.at(list, "scripts.1.used")).isEqualTo(0);
            assertThat(JsonTree.at(list, "scripts.1.rules.0.matched")).isEqualTo(0);
            assertThat(JsonTree.at(lab.json(SCRIPTS + "/s2"), "rules.0.do.delay"))
                    .isEqualTo("1s");

            assertThat(lab.call("DELETE", SCRIPTS + "/s1", "").statusCode()).isEqualTo(204);
            assertThat(lab.call("DELETE", SCRIPTS + "/s1", "").statusCode()).isEqualTo(404);
            assertThat(JsonTree.at(lab.json(SCRIPTS), "scripts.0.id")).isEqualTo("s2");
            assertThat(lab.call("POST", SCRIPTS + "/s2/release", "").statusCode())
                    .isEqualTo(204);
            assertThat(lab.call("POST", SCRIPTS + "/s9/release", "").statusCode())
                    .isEqualTo(404);
            assertThat(lab.call("DELETE", SCRIPTS, "").statusCode()).isEqualTo(204);
            assertThat((List<?>) JsonTree.at(lab.json(SCRIPTS), "scripts")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"rply\": {}}                                 | rules[2].do.rply: unknown key*",
                "{\"reply\": {\"code\": 99}}                    | rules[2].do.reply.code: must be 200 to 599, not 99",
                "{\"reply\": {\"code\": 600}}                   | rules[2].do.reply.code: must be 200 to 599, not 600",
                "{\"reply\": {\"code\": \"550\"}}               | rules[2].do.reply.code: expected a whole number",
                "{\"reply\": {\"code\": 550.5}}                 | rules[2].do.reply.code: expected a whole number",
                "{\"reply\": {\"text\": \"no\"}}                | rules[2].do.reply.code: is missing",
                "{\"reply\": {\"code\": 550, \"kode\": 1}}      | rules[2].do.reply.kode: unknown key*",
                "{\"reply\": {\"code\": 550, \"status\": \"5.1\"}}   | rules[2].do.reply.status: invalid*",
                "{\"reply\": {\"code\": 550, \"status\": \"5.a.b\"}} | rules[2].do.reply.status: invalid*",
                "{\"reply\": {\"code\": 550, \"status\": \"4.1.1\"}} | rules[2].do.reply.status: 4.1.1 does not match*",
                "{\"reply\": {\"code\": 550, \"text\": \"a\\r\\nb\"}} | rules[2].do.reply.text: invalid*",
                "{\"reply\": {\"code\": 550, \"lines\": 101}}   | rules[2].do.reply.lines: must be 1 to 100, not 101",
                "{\"reply\": 550}                               | rules[2].do.reply: expected an object",
                "{\"delay\": \"soon\"}                          | rules[2].do.delay: invalid duration 'soon'*",
                "{\"delay\": \"-5s\"}                           | rules[2].do.delay: invalid duration '-5s'*",
                "{\"delay\": -5}                                | rules[2].do.delay: invalid duration '-5'*",
                "{\"delay\": \"2h\"}                            | rules[2].do.delay: must be at most 60m",
                "{\"framing\": \"bits\"}                        | rules[2].do.framing: unknown framing 'bits'*",
                "{\"framing\": {\"split\": 0}}                  | rules[2].do.framing.split: must be 1 to 65536, not 0",
                "{\"framing\": {\"split\": \"5\"}}              | rules[2].do.framing.split: expected a whole number",
                "{\"framing\": {}}                              | rules[2].do.framing: expected {\"split\": BYTES}",
                "{\"drop\": \"later\"}                          | rules[2].do.drop: unknown*",
                "{\"drop\": \"after-reply\", \"how\": \"ack\"}  | rules[2].do.how: unknown*",
                "{\"how\": \"rst\"}                             | rules[2].do.how: needs drop",
                "{\"drop\": \"in-body\"}                        | rules[2].do.drop: needs the verb END if it is in-body",
                "{\"hide\": [\"SIZE\"]}                         | rules[2].do.hide: needs the verb EHLO",
                "{\"add\": [\"\"]}                              | rules[2].do.add: invalid line ''*",
                "{\"never\": \"yes\"}                           | rules[2].do.never: expected true or false",
                "{\"preset\": \"grey\"}                         | rules[2].do.preset: unknown preset 'grey'*",
                "{\"certificate\": \"old\"}                     | rules[2].do.certificate: unknown certificate 'old'*",
                "{}                                             | rules[2].do: is missing*",
                "null                                           | rules[2].do: is missing*",
                "{\"never\": false}                             | rules[2].do: does nothing",
                "5                                              | rules[2].do: expected an object",
            })
    void namesTheKeyOfAWrongAction(String action, String detail) throws Exception {
        String script = "{\"rules\": [" + "{\"on\": {\"verb\": \"RSET\"}, \"do\": {\"delay\": 1}},".repeat(2)
                + "{\"on\": {\"verb\": \"RCPT\"}, \"do\": " + action + "}]}";
        check(script, detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"rules\": [{\"do\": {\"delay\": 1}}]}               | rules[0].on: is missing*",
                "{\"rules\": [{\"on\": {}, \"do\": {\"delay\": 1}}]}   | rules[0].on: is empty*",
                "{\"rules\": [{\"on\": {\"verb\": \"RCTP\"}, \"do\": {\"delay\": 1}}]} | rules[0].on.verb: unknown verb*",
                "{\"rules\": [{\"on\": {\"nth\": 0}, \"do\": {\"delay\": 1}}]}  | rules[0].on.nth: invalid number '0'*",
                "{\"rules\": [{\"on\": {\"nth\": [3]}, \"do\": {\"delay\": 1}}]} | rules[0].on.nth: expected a number*",
                "{\"rules\": [{\"on\": {\"size\": \"x\"}, \"do\": {\"delay\": 1}}]} | rules[0].on.size: invalid size 'x'*",
                "{\"rules\": [{\"on\": {\"header\": \"a b\"}, \"do\": {\"delay\": 1}}]} | rules[0].on.header: invalid*",
                "{\"rules\": [{\"on\": {\"header\": {}}, \"do\": {\"delay\": 1}}]} | rules[0].on.header.name: is missing",
                "{\"rules\": [{\"on\": {\"tls\": 1}, \"do\": {\"delay\": 1}}]} | rules[0].on.tls: expected true or false",
                "{\"rules\": [{\"on\": {\"verb\": \"RCPT\"}, \"do\": {\"delay\": 1}, \"times\": 0}]} | rules[0].times: must be*",
                "{\"rules\": [{\"on\": {\"verb\": \"RCPT\"}, \"do\": {\"delay\": 1}, \"time\": 1}]} | rules[0].time: unknown*",
                "{\"rules\": {}}                | rules: expected a list",
                "{\"rules\": [5]}               | rules[0]: expected an object",
                "{\"rule\": []}                 | rule: unknown key*",
                "{\"name\": 5}                  | name: expected a string",
                "{\"sessions\": -1}             | sessions: must be 0 to *",
                "{\"sessions\": \"1\"}          | sessions: expected a whole number",
                "{\"rtt\": \"fast\"}            | rtt: invalid duration 'fast'*",
                "{\"rtt\": \"2m\"}              | rtt: must be at most 1m",
                "{\"jitter\": true}             | jitter: expected a number*",
                "{\"rate\": \"0\"}              | rate: invalid rate '0'*",
                "{\"hold\": \"x\"}              | hold: invalid duration 'x'*",
                "{\"seed\": \"seven\"}          | seed: expected a whole number",
                "{\"seed\": 1.5}                | seed: expected a whole number",
                "{\"seed\": 99999999999999999999} | seed: expected a whole number",
                "{\"seed\": 1, \"seed\": 2}     | invalid JSON*",
                "{\"seed\": 1                   | invalid JSON in line 1, column *",
                "seed=1                         | invalid JSON in line 1, column *",
                "[]                             | the script: expected a JSON object",
                "'{} {}'                        | the script: expected nothing after the JSON object",
                "''                             | the script: expected a JSON object",
            })
    void namesTheKeyOfAWrongScript(String script, String detail) throws Exception {
        check(script, detail);
    }

    @Test
    void refusesTooManyRulesAndTooLargeBodies() throws Exception {
        String one = "{\"on\": {\"verb\": \"RCPT\"}, \"do\": {\"delay\": 1}}";
        check("{\"rules\": [" + (one + ",").repeat(100) + one + "]}", "rules: more than 100");
        check("{\"name\": \"" + "n".repeat(201) + "\"}", "name: longer than 200 characters");
        check("{\"rules\": " + "[".repeat(100) + "]".repeat(100) + "}", "invalid JSON*");
        String large = "{\"name\": \"" + "n".repeat(300_000) + "\"}";
        assertThat(refusing.call("POST", SCRIPTS, large).statusCode()).isEqualTo(413);
    }

    private void check(String script, String detail) throws Exception {
        HttpResponse<String> refused = refusing.call("POST", SCRIPTS, script);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        String reason = (String) Objects.requireNonNull(JsonTree.at(JsonTree.read(refused.body()), "detail"));
        assertThat(reason.lines()).hasSize(1);
        if (detail.endsWith("*")) {
            assertThat(reason).startsWith(detail.substring(0, detail.length() - 1));
        } else {
            assertThat(reason).isEqualTo(detail);
        }
        assertThat((List<?>) JsonTree.at(refusing.json(SCRIPTS), "scripts")).isEmpty();
    }

    @Test
    void aSinkHasNoScripts() throws Exception {
        try (SinkFixture sink = SinkFixture.start()) {
            for (String method : List.of("GET", "POST", "DELETE")) {
                assertThat(sink.call(method, SCRIPTS, "{}").statusCode()).isEqualTo(404);
            }
        }
    }

    @Test
    void scriptsHaveTheDocumentedFields() throws Exception {
        try (SinkFixture lab = lab()) {
            Object script = JsonTree.read(lab.call("POST", SCRIPTS, EVERYTHING).body());
            Object document = lab.json("/api/boxcar/v1/openapi.json");
            assertThat(keys(script)).isEqualTo(properties(document, "ActiveScript"));
            assertThat(keys(JsonTree.at(script, "rules.0"))).isEqualTo(properties(document, "ActiveRule"));
            var actions = new TreeSet<Object>();
            var matches = new TreeSet<Object>();
            for (Object rule : (List<?>) Objects.requireNonNull(JsonTree.at(script, "rules"))) {
                actions.addAll(keys(JsonTree.at(rule, "do")));
                matches.addAll(keys(JsonTree.at(rule, "on")));
            }
            assertThat(actions).isEqualTo(properties(document, "ScriptAction"));
            assertThat(matches).isEqualTo(properties(document, "ScriptMatch"));
        }
    }

    private static Set<Object> properties(@Nullable Object document, String schema) {
        return keys(JsonTree.at(document, "components.schemas." + schema + ".properties"));
    }

    private static Set<Object> keys(@Nullable Object object) {
        return new TreeSet<>(((Map<?, ?>) Objects.requireNonNull(object)).keySet());
    }

    private static String rule(String action) {
        return "{\"rules\": [{\"on\": {\"verb\": \"RCPT\"}, \"do\": " + action + "}]}";
    }

    private static SinkFixture lab() throws Exception {
        return SinkFixture.start(
                OptionalFeatures.NONE.withScripts(new ScriptFaults(new ScriptStore(LineSettings.NONE, 7))));
    }
}
