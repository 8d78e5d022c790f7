// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.sign.PublishedKeyCheck;
import dev.boxcar.relay.sign.PublishedKeyCheck.Finding;
import dev.boxcar.relay.sign.SigningKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks the records of all keys up at the same time. Blocks for a bounded time; one thread. */
final class SigningKeyCheck {
    private final List<SigningKey> keys;
    private final NameService names;
    private final Duration timeout;

    SigningKeyCheck(List<SigningKey> keys, NameService names, Duration timeout) {
        this.keys = List.copyOf(keys);
        this.names = names;
        this.timeout = timeout;
    }

    /** What was found about each key, in order. */
    List<Finding> run() throws InterruptedException {
        List<CompletableFuture<Finding>> questions = keys.stream()
                .map(key -> PublishedKeyCheck.check(key, names).toCompletableFuture())
                .toList();
        long end = System.nanoTime() + timeout.toNanos();
        var findings = new ArrayList<Finding>();
        for (int i = 0; i < keys.size(); i++) {
            findings.add(result(keys.get(i), questions.get(i), Math.max(0, end - System.nanoTime())));
        }
        return findings;
    }

    private static Finding result(SigningKey key, CompletableFuture<Finding> question, long nanos)
            throws InterruptedException {
        try {
            return question.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return new Finding(key, false, "cannot be looked up: the name servers did not answer");
        }
    }
}
