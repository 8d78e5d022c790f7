// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import static dev.boxcar.lab.script.Match.connect;
import static dev.boxcar.lab.script.Match.ehlo;
import static dev.boxcar.lab.script.Match.end;
import static dev.boxcar.lab.script.Match.line;
import static dev.boxcar.lab.script.Match.mail;
import static dev.boxcar.lab.script.Match.rcpt;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class ScriptTest {

    @Test
    void readsAsASentence() {
        Script script = Script.session()
                .on(rcpt().nth(3))
                .reply(550, "5.1.1", "no such user")
                .rtt(ofMillis(70));

        assertThat(script.sessions()).isEqualTo(1);
        assertThat(script.line().rtt()).isEqualTo(ofMillis(70));
        assertThat(script.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.on().verb()).isEqualTo(ScriptVerb.RCPT);
            assertThat(rule.on().counts().nth()).isEqualTo(NumberRange.exactly(3));
            assertThat(rule.action().reply()).isEqualTo(ScriptedReply.of(550, "5.1.1", "no such user"));
            assertThat(rule.times()).isZero();
        });
    }

    @Test
    void addsActionsAndTimesToTheLastRule() {
        Script script = Script.everySession()
                .on(mail())
                .delay(ofSeconds(1))
                .on(end().message(1))
                .drop(Drop.Point.BEFORE_REPLY, Drop.How.RST)
                .framing(Framing.split(5))
                .times(2);

        assertThat(script.rules()).hasSize(2);
        assertThat(script.rules().get(0)).isEqualTo(new Rule(mail(), Action.NONE.withDelay(ofSeconds(1)), 0));
        Rule last = script.rules().get(1);
        assertThat(last.times()).isEqualTo(2);
        assertThat(last.action().drop()).isEqualTo(new Drop(Drop.Point.BEFORE_REPLY, Drop.How.RST));
        assertThat(last.action().framing()).isEqualTo(Framing.split(5));
    }

    @Test
    void collectsChangesOfTheEhloReply() {
        Script script = Script.session()
                .on(ehlo())
                .hide("PIPELINING", "SIZE")
                .add("XTEST 1")
                .lie("STARTTLS");

        EhloChange change = script.rules().get(0).action().ehlo();
        assertThat(change.hides("SIZE 1000")).isTrue();
        assertThat(change.hides("pipelining")).isTrue();
        assertThat(change.hides("8BITMIME")).isFalse();
        assertThat(change.refuses("starttls")).isTrue();
        assertThat(change.add()).containsExactly("XTEST 1");
        assertThat(change).hasToString("hide PIPELINING, SIZE; add XTEST 1; lie STARTTLS");
    }

    @Test
    void hasNoActionBeforeItsFirstRule() {
        assertThatIllegalStateException().isThrownBy(() -> Script.session().reply(550, "", ""));
    }

    @Test
    void refusesAConditionThatNoEventOfTheVerbMeets() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.session().on(mail().header("Subject")).delay(ofSeconds(1)))
                .withMessage("on.header: needs the verb END");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.session().on(rcpt().size(2000)).delay(ofSeconds(1)))
                .withMessage("on.size: needs the verb END or MAIL");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Script.session().on(end().address("*@slow.example")).delay(ofSeconds(1)))
                .withMessage("on.address: needs the verb MAIL or RCPT");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.session().on(end().parameter("BODY=*")).delay(ofSeconds(1)))
                .withMessage("on.parameter: needs the verb MAIL or RCPT");
        assertThat(Script.session()
                        .on(line().address("*@slow.example").size(2000))
                        .delay(ofSeconds(1))
                        .rules())
                .hasSize(1);
    }

    @Test
    void refusesAnActionThatDoesNotFitTheVerb() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.session().on(rcpt()).hide("SIZE"))
                .withMessage("do.hide: needs the verb EHLO");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.session().on(rcpt()).refuse())
                .withMessage("do.refuse: needs the verb CONNECT");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.session().on(rcpt()).drop(Drop.Point.IN_BODY, Drop.How.FIN))
                .withMessage("do.drop: needs the verb END if it is in-body");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.session().on(rcpt()).tls(TlsFault.EXPIRED))
                .withMessage("do.certificate: needs the verb STARTTLS or CONNECT");
        assertThat(Script.session().on(connect()).noBanner().tls(TlsFault.CUT).rules())
                .hasSize(1);
    }

    @Test
    void aPresetAddsWhatTheRuleDoesNotSay() {
        Rule quota = only(Script.session().on(rcpt()).preset(Preset.QUOTA));
        assertThat(quota.on().counts().nth()).isEqualTo(NumberRange.from(101));
        assertThat(quota.action().reply()).isEqualTo(ScriptedReply.of(452, "4.5.3", "too many recipients"));

        Rule own = only(Script.session().on(rcpt().nth(NumberRange.from(3))).preset(Preset.QUOTA));
        assertThat(own.on().counts().nth()).isEqualTo(NumberRange.from(3));

        Rule second = only(Script.session().on(rcpt().connection(2)).preset(Preset.QUOTA));
        assertThat(second.on().counts().nth()).isEqualTo(NumberRange.from(101));
        assertThat(second.on().counts().connection()).isEqualTo(NumberRange.exactly(2));

        Rule slow = only(Script.session().on(line()).preset(Preset.TARPIT).delay(ofMillis(5)));
        assertThat(slow.action().delay()).isEqualTo(ofMillis(5));
    }

    @Test
    void aDropInTheBodyKnowsNeitherSizeNorHeader() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.session().on(end().size(2000)).drop(Drop.Point.IN_BODY, Drop.How.FIN))
                .withMessage("do.drop: needs the verb END without size or header if it is in-body");
    }

    @Test
    void everyPresetFitsItsOwnEvents() {
        for (Preset preset : Preset.values()) {
            Rule rule = only(Script.session().on(preset.match()).preset(preset));
            assertThat(rule.action().preset()).isEqualTo(preset);
            assertThat(Preset.parse(preset.toString())).isEqualTo(preset);
        }
    }

    private static Rule only(Script script) {
        return script.rules().get(0).expanded();
    }

    @Test
    void aMagicAddressSaysItsReply() {
        assertThat(MagicAddress.reply(ScriptVerb.RCPT, "rcpt550_5.1.1@fault.test"))
                .isEqualTo(ScriptedReply.of(550, "5.1.1", "as the address asks"));
        assertThat(MagicAddress.reply(ScriptVerb.MAIL, "MAIL451@Fault.Test"))
                .isEqualTo(ScriptedReply.of(451, "", "as the address asks"));
        assertThat(MagicAddress.reply(ScriptVerb.MAIL, "rcpt550@fault.test")).isNull();
        assertThat(MagicAddress.reply(ScriptVerb.RCPT, "rcpt550_4.1.1@fault.test"))
                .isNull();
        assertThat(MagicAddress.reply(ScriptVerb.RCPT, "rcpt550@fault.test.example"))
                .isNull();
    }
}
