// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.verdict.RawClient.Delivery;
import dev.boxcar.lab.verdict.Verdict.Level;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A client that breaks a rule is found, however its bytes arrive; one that behaves is never accused. */
@Execution(ExecutionMode.CONCURRENT) // waits for a peer most of the time
class VerdictsTest {
    static Stream<Arguments> bad() {
        return inAllDeliveries(BadClients.all());
    }

    static Stream<Arguments> good() {
        return inAllDeliveries(GoodClients.all());
    }

    private static Stream<Arguments> inAllDeliveries(List<Conduct> conducts) {
        return conducts.stream()
                .flatMap(conduct -> conduct.deliveries().stream().map(delivery -> Arguments.of(conduct, delivery)));
    }

    /** V09 and V11 are judged by the suite alone, which has its own bad clients. */
    @Test
    void everyRuleForOneSessionHasABadClient() {
        Set<VerdictRule> rules = EnumSet.range(VerdictRule.V01, VerdictRule.V16);
        rules.removeAll(Set.of(VerdictRule.V09, VerdictRule.V11));
        assertThat(BadClients.all()).extracting(Conduct::broken).containsAll(rules);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void findsAClientThatBreaksARule(Conduct conduct, Delivery delivery) throws Exception {
        assertThat(conduct.judge(delivery)).anySatisfy(verdict -> {
            assertThat(verdict.rule()).isEqualTo(conduct.broken());
            assertThat(verdict.level()).as(verdict.toString()).isEqualTo(Level.VIOLATION);
        });
    }

    @ParameterizedTest
    @MethodSource("good")
    void neverAccusesAClientThatBehaves(Conduct conduct, Delivery delivery) throws Exception {
        assertThat(conduct.judge(delivery)).noneMatch(verdict -> verdict.level() == Level.VIOLATION);
    }

    @ParameterizedTest
    @MethodSource("good")
    void neverAccusesAClientThatBehavesWhenRepliesAreNotHeldBack(Conduct conduct, Delivery delivery) throws Exception {
        assertThat(conduct.withHold(Duration.ZERO).judge(delivery))
                .noneMatch(verdict -> verdict.level() == Level.VIOLATION);
    }
}
