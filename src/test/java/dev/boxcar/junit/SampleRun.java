// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of the tests in a sample class, and how each ended. */
final class SampleRun {
    private final Map<String, TestExecutionResult> results = new ConcurrentHashMap<>();

    private SampleRun() {}

    /** Runs a class; failure records go below {@code records}. */
    static SampleRun of(Class<?> sample, Path records) {
        return of(sample, records, Map.of());
    }

    /** Runs a class with more configuration parameters. */
    static SampleRun of(Class<?> sample, Path records, Map<String, String> parameters) {
        var run = new SampleRun();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(sample))
                .configurationParameter(SmtpLabExtension.RECORDS, records.toString())
                .configurationParameters(parameters)
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest() || result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                    run.results.put(test.getDisplayName(), result);
                }
            }
        });
        return run;
    }

    /** How each test ended, by its display name; also a class that failed as a whole. */
    Map<String, TestExecutionResult> results() {
        return results;
    }

    /** The status of each. */
    Iterable<TestExecutionResult.Status> statuses() {
        return results.values().stream().map(TestExecutionResult::getStatus).toList();
    }

    /** The message of the failure of this test or class. */
    String failure(String displayName) {
        TestExecutionResult result = results.get(displayName);
        if (result == null) {
            throw new AssertionError(displayName + " did not run, only " + results.keySet());
        }
        return result.getThrowable()
                .map(failure -> Objects.toString(failure.getMessage()))
                .orElseThrow(() -> new AssertionError(displayName + " did not fail"));
    }
}
