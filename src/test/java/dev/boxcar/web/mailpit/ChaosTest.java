// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import static dev.boxcar.lab.script.Match.auth;
import static dev.boxcar.lab.script.Match.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.lab.script.Script;
import dev.boxcar.web.mailpit.ChaosState.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChaosTest {
    @Test
    void parsesTheOption() {
        assertThat(ChaosState.parse("Sender:451:5, recipient:550:100"))
                .isEqualTo(new ChaosState(new Trigger(451, 5), new Trigger(550, 100), new Trigger(535, 0)));
    }

    @Test
    void isAScriptWithARuleForEachTriggerThatIsOn() {
        ChaosState state = ChaosState.parse("Sender:451:5,Authentication:535:100");

        assertThat(state.script().rules())
                .isEqualTo(Script.everySession()
                        .on(mail().probability(5))
                        .reply(451, "4.3.0", "Chaos sender error")
                        .on(auth())
                        .reply(535, "5.3.0", "Chaos authentication error")
                        .rules());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Sender",
                "Sender:451",
                "Sender:200:5",
                "Sender:451:101",
                "Data:451:5",
                "Sender:x:5",
                "Sender:451:5;Recipient:451:5"
            })
    void rejectsInvalidTriggers(String text) {
        assertThatThrownBy(() -> ChaosState.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
