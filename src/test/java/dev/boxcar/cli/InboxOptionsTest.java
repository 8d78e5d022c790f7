// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.sink.NamespaceSelector;
import dev.boxcar.sink.index.Retention;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine;

/** What an inbox is told on the command line. */
class InboxOptionsTest {
    @Command
    static final class Told {
        @Mixin
        InboxOptions inbox;
    }

    private static InboxOptions told(String... arguments) {
        var told = new Told();
        new CommandLine(told).parseArgs(arguments);
        return told.inbox;
    }

    @Test
    void everythingIsKeptInOneInboxByDefault() {
        assertThat(told().retention()).isEqualTo(Retention.ALL);
        assertThat(told().namespaces).isEqualTo(NamespaceSelector.NONE);
    }

    @Test
    void eachBoundHasItsOption() {
        assertThat(told("--max-messages", "500", "--max-age=3d", "--max-size", "2GiB")
                        .retention())
                .isEqualTo(new Retention(500, Duration.ofDays(3), 2L << 30));
    }

    @ParameterizedTest
    @CsvSource({"90s,PT1M30S", "30m,PT30M", "12h,PT12H", "3d,PT72H", "2w,PT336H", "3,PT3S", "0,PT0S"})
    void anAgeIsADurationOfAnyLength(String text, Duration age) {
        assertThat(told("--max-age", text).maxAge).isEqualTo(age);
    }

    @ParameterizedTest
    @CsvSource({"user,USER", "domain,DOMAIN", "plus-tag,PLUS_TAG", "port,PORT", "none,NONE", "header:X-Test-Id,HEADER"})
    void namespacesHaveWords(String text, NamespaceSelector.Kind kind) {
        assertThat(told("--namespaces", text).namespaces.kind()).isEqualTo(kind);
        assertThat(told("--namespaces", text).namespaces).hasToString(text);
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
    void whatIsWrongIsSaid(String option, String value) {
        assertThatThrownBy(() -> told(option, value))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(option)
                .hasMessageContaining(value);
    }
}
