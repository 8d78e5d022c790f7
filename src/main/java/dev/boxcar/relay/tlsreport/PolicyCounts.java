// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.tlsreport;

import dev.boxcar.relay.policy.outcome.TlsSessionResult.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many sessions met one policy of a domain on one day, and why others did not. Guarded by its owner. */
final class PolicyCounts {
    /** More kinds of failures are counted without their details. */
    private static final int MAX_KINDS = 50;

    private long successes;
    private final Map<Failure, Long> failures = new LinkedHashMap<>();

    /** Adds sessions with this failure, or that succeeded if it is null. */
    void add(@Nullable Failure failure, long sessions) {
        if (failure == null) {
            successes += sessions;
        } else if (failures.size() < MAX_KINDS || failures.containsKey(failure)) {
            failures.merge(failure, sessions, Long::sum);
        } else {
            failures.merge(new Failure(failure.type(), "", "", "", ""), sessions, Long::sum);
        }
    }

    long successes() {
        return successes;
    }

    long failureCount() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    Map<Failure, Long> failures() {
        return failures;
    }

    PolicyCounts copy() {
        var copy = new PolicyCounts();
        copy.successes = successes;
        copy.failures.putAll(failures);
        return copy;
    }
}
