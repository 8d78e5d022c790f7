// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

import static dev.boxcar.lab.script.Match.ehlo;
import static dev.boxcar.lab.script.Match.rcpt;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.lab.script.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A script in a file has the keys of the JSON form, and a mistake is reported with file and line. */
class ScriptFileTest {
    @TempDir
    Path directory;

    @Test
    void readsTheSameScriptAsJavaAndJson() throws Exception {
        Script script = ScriptFile.read(file("""
                # comments are allowed
                name = third recipient refused
                seed = 7
                rtt = 70ms
                rules = [
                  { on { verb = RCPT, nth = 3 }, do.reply { code = 550, status = 5.1.1, text = no such user }, times = 1 }
                  { on.verb = EHLO, do.hide = [PIPELINING] }
                ]
                """));

        assertThat(script)
                .isEqualTo(Script.everySession()
                        .name("third recipient refused")
                        .seed(7)
                        .rtt(ofMillis(70))
                        .on(rcpt().nth(3))
                        .reply(550, "5.1.1", "no such user")
                        .times(1)
                        .on(ehlo())
                        .hide("PIPELINING"));
    }

    @Test
    void readsAFileInJson() throws Exception {
        Path json = Files.writeString(directory.resolve("script.json"), "{\"sessions\": 2, \"rtt\": \"70ms\"}");
        assertThat(ScriptFile.read(json)).isEqualTo(Script.sessions(2).rtt(ofMillis(70)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "do.rply = 1                | FILE:4: rules[0].do.rply: unknown key*",
                "do.reply.code = 99         | FILE:4: rules[0].do.reply.code: must be 200 to 599, not 99",
                "do.reply.code = high       | FILE:4: rules[0].do.reply.code: expected a whole number",
                "do.delay = soon            | FILE:4: rules[0].do.delay: invalid duration 'soon'*",
                "do.hide = [SIZE]           | FILE:4: rules[0].do.hide: needs the verb EHLO",
                "do.hide = [SIZE, {}]       | FILE:4: rules[0].do.hide: expected a list of strings",
                "times = 2                  | FILE:2: rules[0].do: is missing*",
                "do.delay = [               | FILE:*",
                "do.delay = 1, nth = ${no}  | FILE:4: *",
            })
    void reportsAMistakeWithItsLine(String line, String expected) throws Exception {
        Path file = file("rules = [\n  {\n    on.verb = RCPT\n    " + line + "\n  }\n]\n");
        String message = expected.replace("FILE", file.toString());
        assertThatThrownBy(() -> ScriptFile.read(file))
                .isInstanceOf(InvalidConfigException.class)
                .satisfies(e -> {
                    assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
                    if (message.endsWith("*")) {
                        assertThat(e).hasMessageStartingWith(message.substring(0, message.length() - 1));
                    } else {
                        assertThat(e).hasMessage(message);
                    }
                });
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("script.conf"), text);
    }
}
