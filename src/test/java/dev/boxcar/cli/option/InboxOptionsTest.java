// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.sink.NamespaceSelector;
import dev.boxcar.sink.index.Retention;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** The options of the inbox. */
class InboxOptionsTest {
    @Command
    static final class InboxCommand {
        @Mixin
        InboxOptions inbox;
    }

    private static InboxOptions parse(String... arguments) {
        var command = new InboxCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.inbox;
    }

    @Test
    void keepsEverythingInOneInboxByDefault() {
        assertThat(parse().retention()).isEqualTo(Retention.ALL);
        assertThat(parse().namespaces).isEqualTo(NamespaceSelector.NONE);
    }

    @Test
    void readsEachLimit() {
        assertThat(parse("--max-messages", "500", "--max-age=3d", "--max-size", "2GiB")
                        .retention())
                .isEqualTo(new Retention(500, Duration.ofDays(3), 2L << 30));
    }

    @ParameterizedTest
    @CsvSource({"90s,PT1M30S", "30m,PT30M", "12h,PT12H", "3d,PT72H", "2w,PT336H", "3,PT3S", "0,PT0S"})
    void readsAnAgeOfAnyLength(String text, Duration age) {
        assertThat(parse("--max-age", text).maxAge).isEqualTo(age);
    }

    @ParameterizedTest
    @CsvSource({"user,USER", "domain,DOMAIN", "plus-tag,PLUS_TAG", "port,PORT", "none,NONE", "header:X-Test-Id,HEADER"})
    void readsTheKindOfNamespaces(String text, NamespaceSelector.Kind kind) {
        assertThat(parse("--namespaces", text).namespaces.kind()).isEqualTo(kind);
        assertThat(parse("--namespaces", text).namespaces).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "--max-messages,-1",
        "--max-messages,many",
        "--max-age,3y",
        "--max-size,big",
        "--namespaces,group",
        "--namespaces,header:",
        "--namespaces,header:a b"
    })
    void namesTheInvalidOption(String option, String value) {
        assertThatThrownBy(() -> parse(option, value))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(option)
                .hasMessageContaining(value);
    }
}
