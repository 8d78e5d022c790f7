// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {
    private final Command command = new Command();

    @ParameterizedTest
    @EnumSource(Verb.class)
    void findsEveryVerbInAnyCase(Verb verb) {
        String lower = verb.name().toLowerCase(Locale.ROOT);
        String mixed = verb.name().charAt(0) + lower.substring(1);
        for (String spelling : new String[] {verb.name(), lower, mixed}) {
            byte[] o = ("x" + spelling + "x").getBytes(UTF_8);
            assertThat(Verb.of(o, 1, o.length - 1)).isEqualTo(verb);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "MAI",
                "MAILS",
                "AMAIL",
                "STARTTLSS",
                "AUTHENTICATE",
                "QUIT\u0000",
                "\u0000QUIT",
                " QUIT",
                "-AIL",
                "HELQ",
                "MA\u00CCL",
                "M\u0001IL"
            })
    void findsNoOtherVerb(String spelling) {
        byte[] o = spelling.getBytes(ISO_8859_1);
        assertThat(Verb.of(o, 0, o.length)).isNull();
    }

    /** RFC 2920 §3.1. */
    @Test
    void allowsOnlyTheseVerbsAnywhereInAGroup() {
        var anywhere = EnumSet.allOf(Verb.class);
        anywhere.removeIf(verb -> verb.group() == Verb.Group.LAST);
        assertThat(anywhere).containsExactlyInAnyOrder(Verb.RSET, Verb.MAIL, Verb.RCPT, Verb.BDAT);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            nullValues = "none",
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "`MAIL FROM:<a@b>`,MAIL,`FROM:<a@b>`",
                "`mail   FROM:<a@b>  SIZE=1 \t `,MAIL,`FROM:<a@b>  SIZE=1`",
                "`QUIT`,QUIT,``",
                "`QUIT \t\t`,QUIT,``",
                "`QUIT\t`,QUIT,``",
                "`NOOP \tx`,NOOP,`\tx`",
                "`NOOP\tx`,none,``",
                "`WHAT is this`,none,`is this`",
                "` QUIT`,none,`QUIT`",
                "``,none,``",
                "`  `,none,``"
            })
    void splitsALineIntoVerbAndArgument(String line, Verb verb, String argument) {
        byte[] o = ("xx" + line + "QUIT  ").getBytes(UTF_8);
        command.read(o, 2, 2 + line.length());
        assertThat(command.verb()).isEqualTo(verb);
        assertThat(command.argument()).isEqualTo(argument);
        assertThat(command.hasArgument()).isEqualTo(!argument.isEmpty());
        assertThat(command.bytes()).isSameAs(o);
        assertThat(new String(o, command.argumentFrom(), command.argumentTo() - command.argumentFrom(), UTF_8))
                .isEqualTo(argument);
    }

    @Test
    void keepsNothingOfThePreviousLine() {
        read("MAIL FROM:<a@b>");
        read("what");
        assertThat(command.verb()).isNull();
        assertThat(command.hasArgument()).isFalse();
        assertThat(command).hasToString("what");
    }

    @Test
    void isEmptyBeforeTheFirstLine() {
        assertThat(command.verb()).isNull();
        assertThat(command.hasArgument()).isFalse();
        assertThat(command).hasToString("");
    }

    @Test
    void isLoggedAsOneLine() {
        byte[] o = "VRFY a\r\nb\u0000\u007F\\\u001B[1m\u00FC \u00C3\u00BC \u00C2\u0085 \u00E2\u0080\u00AE"
                .getBytes(ISO_8859_1); // then a stray byte, a U umlaut, a C1 control and a right-to-left override
        command.read(o, 0, o.length);
        assertThat(command)
                .hasToString("VRFY a\\x0D\\x0Ab\\x00\\x7F\\\\\\x1B[1m\\xFC \u00FC \\xC2\\x85 \\xE2\\x80\\xAE");
        assertThat(command.argument()).contains("\uFFFD \u00FC");
    }

    private void read(String line) {
        command.read(line.getBytes(UTF_8), 0, line.length());
    }
}
