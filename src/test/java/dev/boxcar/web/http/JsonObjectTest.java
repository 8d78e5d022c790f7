// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {
    @ParameterizedTest
    @ValueSource(strings = {"IDs", "ids", "Ids", "IDS"})
    void findsANameInAnyCase(String key) throws HttpProblem {
        assertThat(parse("{\"" + key + "\":[\"a\",\"b\"]}").strings("IDs")).containsExactly("a", "b");
    }

    @Test
    void prefersTheExactName() throws HttpProblem {
        assertThat(parse("{\"NAME\":\"no\",\"Name\":\"yes\",\"name\":\"no\"}").string("Name"))
                .isEqualTo("yes");
    }

    @Test
    void aMissingValueIsTheSameAsNull() throws HttpProblem {
        JsonObject object = parse("{\"Text\":null}");
        assertThat(object.string("Text")).isEmpty();
        assertThat(object.flag("Read")).isFalse();
        assertThat(object.strings("To")).isEmpty();
        assertThat(object.objects("To")).isEmpty();
        assertThat(object.number("N", 7)).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "3", "{", "{\"a\":}", "{\"a\" 1}", "nonsense"})
    void anythingButAnObjectIsA400(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOfSatisfying(
                        HttpProblem.class,
                        problem -> assertThat(problem.status()).isEqualTo(400));
    }

    @Test
    void aValueOfTheWrongTypeIsA400() {
        assertThatThrownBy(() -> parse("{\"IDs\":\"all\"}").strings("IDs")).isInstanceOf(HttpProblem.class);
        assertThatThrownBy(() -> parse("{\"IDs\":[1]}").strings("IDs")).isInstanceOf(HttpProblem.class);
        assertThatThrownBy(() -> parse("{\"Read\":1}").flag("Read")).isInstanceOf(HttpProblem.class);
        assertThatThrownBy(() -> parse("{\"N\":1.5}").number("N", 0)).isInstanceOf(HttpProblem.class);
    }

    @Test
    void limitsTheNestingDepth() {
        assertThatThrownBy(() -> parse("{\"a\":" + "[".repeat(100_000) + "}")).isInstanceOf(HttpProblem.class);
    }

    private static JsonObject parse(String text) throws HttpProblem {
        return JsonObject.parse(text.getBytes(UTF_8));
    }
}
