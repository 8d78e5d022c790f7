// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import static dev.boxcar.lab.script.Match.mail;
import static dev.boxcar.lab.script.Match.rcpt;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ScriptStoreTest {
    private static final Script REFUSES = Script.everySession().on(rcpt()).reply(550, "5.1.1", "no such user");

    private final ScriptStore store = new ScriptStore(LineSettings.NONE, 7);

    @Test
    void numbersScriptsAndListsThemInOrder() {
        assertThat(store.add(REFUSES).id()).isEqualTo("s1");
        assertThat(store.add(REFUSES.name("second")).id()).isEqualTo("s2");
        assertThat(store.delete("s1")).isTrue();
        assertThat(store.delete("s1")).isFalse();
        assertThat(store.add(REFUSES).id()).isEqualTo("s3");
        assertThat(store.list()).extracting(ActiveScript::id).containsExactly("s2", "s3");
        assertThat(store.find("s2")).isNotNull();
        assertThat(store.find("s1")).isNull();
    }

    @Test
    void aScriptForOneSessionIsForTheNextOneAlone() {
        store.add(REFUSES.name("every"));
        ActiveScript once = store.add(Script.session().on(mail()).reply(451, "", "later"));

        assertThat(ids(store.open())).containsExactly("s2", "s1");
        assertThat(ids(store.open())).containsExactly("s1");
        assertThat(once.used()).isEqualTo(1);
    }

    @Test
    void scriptsForOneSessionWaitInAQueue() {
        store.add(Script.session().on(mail()).reply(451, "", "first"));
        store.add(Script.session().on(mail()).reply(451, "", "second"));

        assertThat(ids(store.open())).containsExactly("s1");
        assertThat(ids(store.open())).containsExactly("s2");
        assertThat(ids(store.open())).isEmpty();
    }

    @Test
    void aSessionDoesNotSeeScriptsThatAreAddedLater() {
        SessionScripts open = store.open();
        store.add(REFUSES);
        store.add(REFUSES.namespace("team"));
        open.select("team");
        assertThat(open.current()).isEmpty();
    }

    @Test
    void aScriptForANamespaceAppliesOnceTheNamespaceIsKnown() {
        ActiveScript team = store.add(REFUSES.namespace("team"));
        SessionScripts session = store.open();
        assertThat(session.current()).isEmpty();
        assertThat(team.used()).isZero();

        session.select("other");
        session.select("team");
        session.select("team");

        assertThat(ids(session)).containsExactly("s1");
        assertThat(team.used()).isEqualTo(1);
    }

    @Test
    void countsTheSessionsOfAScriptAndGivesEachItsSeed() {
        store.add(REFUSES.seed(100));
        store.open();
        ScriptedSession second = store.open().current().get(0);
        assertThat(second.number()).isEqualTo(2);
        assertThat(second.seed()).isEqualTo(102);
        store.deleteAll();
        store.add(REFUSES);
        assertThat(store.open().seed()).isEqualTo(8);
    }

    @Test
    void aRuleIsUsedUpAfterItsTimesOverAllSessions() {
        ActiveScript script = store.add(REFUSES.times(2));
        assertThat(script.unmatchedRules()).containsExactly(0);
        assertThat(script.use(0)).isTrue();
        assertThat(script.use(0)).isTrue();
        assertThat(script.use(0)).isFalse();
        assertThat(script.matched(0)).isEqualTo(2);
        assertThat(script.unmatchedRules()).isEmpty();
    }

    @Test
    void aDeletedScriptDoesNothingMoreAlsoInOpenSessions() {
        ActiveScript script = store.add(REFUSES);
        SessionScripts session = store.open();
        store.deleteAll();
        assertThat(session.current().get(0).script().use(0)).isFalse();
        assertThat(script.matched(0)).isZero();
        assertThat(script.hold().isReleased()).isTrue();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void releasesTheRepliesThatWaitAndHoldsThoseThatComeLater() {
        ActiveScript script = store.add(REFUSES);
        var before = script.hold();
        script.release();
        assertThat(before.isReleased()).isTrue();
        assertThat(script.hold().isReleased()).isFalse();
    }

    @Test
    void greylistsEachCombinationOnce() {
        ActiveScript script = store.add(REFUSES);
        assertThat(script.greylists("127.0.0.1", "a@x", "b@x")).isTrue();
        assertThat(script.greylists("127.0.0.1", "a@x", "c@x")).isTrue();
        assertThat(script.greylists("127.0.0.1", "a@x", "b@x")).isFalse();
    }

    @Test
    void takesEachSettingOfTheLineFromTheFirstThatHasIt() {
        var lab = new ScriptStore(LineSettings.NONE.withRtt(ofMillis(70)).withHold(ofMillis(30)), 1);
        assertThat(lab.open().line().rtt()).isEqualTo(ofMillis(70));
        lab.add(REFUSES.rtt(ofMillis(10)));
        lab.add(Script.session().jitter(ofMillis(5)));
        LineSettings line = lab.open().line();
        assertThat(line).isEqualTo(new LineSettings(ofMillis(10), ofMillis(5), 0, ofMillis(30)));
    }

    @Test
    void refusesARuleWithoutActionAndTooManyScripts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.add(REFUSES.on(mail())))
                .withMessage("rules[1].do: needs at least one action");
        for (int i = 0; i < ScriptStore.MAX_SCRIPTS; i++) {
            store.add(Script.session().rtt(Duration.ZERO));
        }
        assertThatIllegalStateException().isThrownBy(() -> store.add(REFUSES));
    }

    @Test
    void aScriptThatIsUsedUpMakesRoom() {
        for (int i = 0; i < ScriptStore.MAX_SCRIPTS; i++) {
            store.add(Script.session().on(mail()).reply(451, "", "later"));
        }
        SessionScripts open = store.open();

        ActiveScript added = store.add(REFUSES);

        assertThat(store.list()).hasSize(ScriptStore.MAX_SCRIPTS).contains(added);
        assertThat(store.find("s1")).isNull();
        assertThat(open.current().get(0).script().use(0)).isTrue();
    }

    @Test
    void givesEachOfManySessionsAtOnceItsOwnNumber() throws Exception {
        ActiveScript script = store.add(Script.sessions(50).on(mail()).reply(451, "", ""));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            var tasks = new ArrayList<Callable<List<ScriptedSession>>>();
            for (int i = 0; i < 200; i++) {
                tasks.add(() -> store.open().current());
            }
            var numbers = new ArrayList<Integer>();
            for (Future<List<ScriptedSession>> future : threads.invokeAll(tasks)) {
                future.get().forEach(session -> numbers.add(session.number()));
            }
            assertThat(numbers).hasSize(50).doesNotHaveDuplicates();
            assertThat(script.used()).isEqualTo(50);
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<String> ids(SessionScripts session) {
        return session.current().stream()
                .map(scripted -> scripted.script().id())
                .toList();
    }
}
