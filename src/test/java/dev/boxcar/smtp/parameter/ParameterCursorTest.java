// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.parameter.ParameterCursor.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterCursorTest {
    private final ParameterCursor cursor = new ParameterCursor();

    @Test
    void iteratesOverParametersWithAnyNumberOfSpaces() {
        assertThat(walk(" SIZE=10   BODY=8BITMIME SMTPUTF8 ")).containsExactly("SIZE|10", "BODY|8BITMIME", "SMTPUTF8|");
        assertThat(walk("A")).containsExactly("A|");
        assertThat(walk("8-b-=x")).containsExactly("8-b-|x");
        assertThat(walk("")).isEmpty();
        assertThat(walk("   ")).isEmpty();
    }

    @Test
    void acceptsEverythingInAValueExceptSpaceAndEqualsSign() {
        assertThat(walk("X=!<>\"@[]~:;,+/.")).containsExactly("X|!<>\"@[]~:;,+/.");
        assertThat(walk("ORCPT=rfc822;b\u00FCcher@example.org"))
                .containsExactly("ORCPT|rfc822;b\u00FCcher@example.org");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=",
                "=1",
                "SIZE=",
                "SIZE= 1",
                "SIZE =1",
                "SIZE==1",
                "SIZE=1=2",
                "-A",
                "A_B",
                "A;B",
                "\u00FC",
                "SIZE\t1",
                "\tSIZE",
                "SIZE\t",
                "SIZE=1\t",
                "A=\u0000",
                "A=\u007F",
                "A=1\u0000",
                "A=\u00FC\u00E9"
            })
    void stopsAtAMalformedParameter(String text) {
        byte[] o = ("GOOD=1 " + text + " GOOD=2").getBytes(ISO_8859_1);
        cursor.reset(o, 0, o.length);
        assertThat(cursor.next()).isEqualTo(Step.FOUND);
        Step step = cursor.next();
        if (step == Step.FOUND) {
            step = cursor.next(); // the error follows a valid parameter
        }
        assertThat(step).isEqualTo(Step.MALFORMED);
        assertThat(cursor.next()).isEqualTo(Step.MALFORMED);
        assertThat(cursor.is("")).isTrue();
        assertThat(cursor.hasValue()).isFalse();
    }

    @Test
    void staysAtTheEnd() {
        reset("A=1");
        assertThat(List.of(cursor.next(), cursor.next(), cursor.next()))
                .containsExactly(Step.FOUND, Step.NONE, Step.NONE);
        assertThat(cursor.keyword()).isEmpty();
        assertThat(cursor.hasValue()).isFalse();
    }

    @Test
    void readsNothingOutsideItsRange() {
        byte[] o = "XSIZE=123".getBytes(UTF_8);
        cursor.reset(o, 1, 8);
        assertThat(cursor.next()).isEqualTo(Step.FOUND);
        assertThat(cursor.keyword()).isEqualTo("SIZE");
        assertThat(cursor.number()).isEqualTo(12);
        assertThat(cursor.valueFrom()).isEqualTo(6);
        assertThat(cursor.valueTo()).isEqualTo(8);
        assertThat(cursor.next()).isEqualTo(Step.NONE);
        cursor.reset(o, 1, 6);
        assertThat(cursor.next()).isEqualTo(Step.MALFORMED);
    }

    @Test
    void comparesWithoutCase() {
        reset("sIzE=aBc-1");
        assertThat(cursor.next()).isEqualTo(Step.FOUND);
        assertThat(cursor.is("SIZE")).isTrue();
        assertThat(cursor.is("SIZ")).isFalse();
        assertThat(cursor.is("SIZES")).isFalse();
        assertThat(cursor.valueIs("ABC-1")).isTrue();
        assertThat(cursor.valueIs("ABC-2")).isFalse();
        assertThat(cursor.valueIs("ABC\r1"))
                .isFalse(); // a hyphen without the bit that distinguishes upper from lower case
    }

    @ParameterizedTest
    @CsvSource({
        "SIZE=0, 0",
        "SIZE=00000000000000000010, 10",
        "SIZE=000000000000000000010, -1",
        "SIZE=9223372036854775806, 9223372036854775806",
        "SIZE=9223372036854775807, 9223372036854775807",
        "SIZE=9223372036854775808, 9223372036854775807",
        "SIZE=18446744073709551617, 9223372036854775807",
        "SIZE=99999999999999999999, 9223372036854775807",
        "SIZE=100000000000000000000, -1",
        "SIZE=-1, -1",
        "SIZE=+1, -1",
        "SIZE=1k, -1",
        "SIZE=0x1, -1",
        "SIZE=\u0661, -1",
        "SIZE, -1"
    })
    void readsANumberOrReportsThatThereIsNone(String parameter, long number) {
        reset(parameter);
        assertThat(cursor.next()).isEqualTo(Step.FOUND);
        assertThat(cursor.number()).isEqualTo(number);
    }

    private List<String> walk(String text) {
        reset(text);
        var found = new ArrayList<String>();
        Step step = cursor.next();
        while (step == Step.FOUND) {
            assertThat(cursor.hasValue()).isEqualTo(!cursor.value().isEmpty());
            found.add(cursor.keyword() + "|" + cursor.value());
            step = cursor.next();
        }
        assertThat(step).isEqualTo(Step.NONE);
        return found;
    }

    private void reset(String text) {
        byte[] o = text.getBytes(UTF_8);
        cursor.reset(o, 0, o.length);
    }
}
