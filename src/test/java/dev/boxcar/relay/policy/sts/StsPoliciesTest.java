// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.FixedNames;
import dev.boxcar.relay.route.NameService.Status;
import dev.boxcar.relay.route.StsPolicy;
import dev.boxcar.relay.route.StsPolicy.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RFC 8461 §3 and §5.1; the clock moves only when a test says so. */
class StsPoliciesTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration NEVER = Duration.ofDays(1);
    private static final StsPolicy POLICY =
            new StsPolicy(Mode.ENFORCE, List.of("mx.there.example"), Duration.ofHours(10));

    @TempDir
    Path directory;

    private final FixedNames names = new FixedNames().text("_mta-sts.there.example", "v=STSv1; id=1;");
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile Instant now = Instant.parse("2026-11-30T12:00:00Z");
    private volatile boolean serverIsDown;
    private volatile StsPolicy served = POLICY;

    private StsPolicies open(Duration refresh) {
        return StsPolicies.open(names, this::fetch, directory.resolve("mta-sts"), () -> now, refresh);
    }

    private StsPolicy fetch(String domain) throws IOException {
        fetches.incrementAndGet();
        if (serverIsDown) {
            throw new IOException("down");
        }
        return served;
    }

    private static StsPolicy policy(StsPolicies policies) throws Exception {
        return result(policies.policyOf("There.example"));
    }

    private static StsPolicy result(CompletionStage<StsPolicy> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aPolicyIsFetchedOnceForEachIdOfTheRecord() throws Exception {
        try (var policies = open(NEVER)) {
            assertThat(policy(policies)).isEqualTo(POLICY);
            assertThat(policy(policies)).isEqualTo(POLICY);
            assertThat(fetches).hasValue(1);

            names.text("_mta-sts.there.example", "v=STSv1; id=2;");
            served = new StsPolicy(Mode.TESTING, List.of("mx.there.example"), HOUR);
            assertThat(policy(policies).mode()).isEqualTo(Mode.TESTING);
            assertThat(fetches).hasValue(2);
        }
    }

    @Test
    void mailDoesNotWaitForAFetchThatEndsWithAnError() throws Exception {
        StsPolicyFetch broken = domain -> {
            throw new StackOverflowError();
        };
        try (var policies = StsPolicies.open(names, broken, directory.resolve("mta-sts"), () -> now, NEVER)) {
            assertThat(policy(policies)).isEqualTo(StsPolicy.NONE);
        }
    }

    @Test
    void aDomainWithoutARecordHasNoPolicy() throws Exception {
        try (var policies = open(NEVER)) {
            assertThat(result(policies.policyOf("other.example"))).isEqualTo(StsPolicy.NONE);
            assertThat(fetches).hasValue(0);
        }
    }

    @Test
    void aKeptPolicyCountsWhileRecordAndServerCannotBeReached() throws Exception {
        try (var policies = open(NEVER)) {
            policy(policies);
            names.noText("_mta-sts.there.example", Status.FAILED);
            assertThat(policy(policies)).isEqualTo(POLICY);

            now = now.plus(HOUR);
            names.text("_mta-sts.there.example", "v=STSv1; id=2;");
            serverIsDown = true;
            assertThat(policy(policies)).isEqualTo(POLICY);

            now = now.plus(POLICY.maxAge());
            assertThat(policy(policies)).isEqualTo(StsPolicy.NONE);
        }
    }

    @Test
    void withoutAKeptPolicyAServerThatCannotBeReachedMeansNone() throws Exception {
        serverIsDown = true;
        try (var policies = open(NEVER)) {
            assertThat(policy(policies)).isEqualTo(StsPolicy.NONE);
            assertThat(policy(policies)).isEqualTo(StsPolicy.NONE);
            assertThat(fetches)
                    .as("the server is left in peace for five minutes")
                    .hasValue(1);

            serverIsDown = false;
            now = now.plus(Duration.ofMinutes(6));
            assertThat(policy(policies)).isEqualTo(POLICY);
        }
    }

    @Test
    void aPolicySurvivesARestart() throws Exception {
        try (var policies = open(NEVER)) {
            policy(policies);
        }
        assertThat(Files.readString(directory.resolve("mta-sts")))
                .isEqualTo("boxcar mta-sts 1\nthere.example 1 2026-11-30T12:00:00Z 36000 enforce mx.there.example\n");
        names.noText("_mta-sts.there.example", Status.FAILED);
        serverIsDown = true;
        try (var policies = open(NEVER)) {
            assertThat(policy(policies)).isEqualTo(POLICY);
        }
        now = now.plus(POLICY.maxAge());
        try (var policies = open(NEVER)) {
            assertThat(policy(policies)).isEqualTo(StsPolicy.NONE);
        }
    }

    @Test
    void aDamagedFileIsLikeNone() throws Exception {
        Files.writeString(directory.resolve("mta-sts"), "boxcar mta-sts 1\nthere.example\n");
        try (var policies = open(NEVER)) {
            assertThat(policy(policies)).isEqualTo(POLICY);
        }
    }

    @Test
    void aPolicyIsFetchedAgainBeforeItEnds() throws Exception {
        try (var policies = open(Duration.ofMillis(20))) {
            policy(policies);
            assertThat(fetches).hasValue(1);
            now = now.plus(HOUR.multipliedBy(6));
            await().atMost(Duration.ofSeconds(20)).until(() -> fetches.get() == 2);
            names.noText("_mta-sts.there.example", Status.FAILED);
            now = now.plus(HOUR.multipliedBy(6)); // longer than max_age after the first fetch
            assertThat(policy(policies)).isEqualTo(POLICY);
        }
    }

    @Test
    void twoThatAskAtTheSameTimeShareOneFetch() throws Exception {
        var go = new CountDownLatch(1);
        StsPolicyFetch slow = domain -> {
            fetches.incrementAndGet();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return POLICY;
        };
        try (var policies = StsPolicies.open(names, slow, directory.resolve("mta-sts"), () -> now, NEVER)) {
            CompletionStage<StsPolicy> first = policies.policyOf("there.example");
            CompletionStage<StsPolicy> second = policies.policyOf("there.example");
            go.countDown();
            assertThat(result(first)).isEqualTo(POLICY);
            assertThat(result(second)).isEqualTo(POLICY);
            assertThat(fetches).hasValue(1);
        }
    }
}
