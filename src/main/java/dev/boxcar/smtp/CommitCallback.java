// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

/** Told of the outcome of a commit, on the loop that {@code MessageSink.begin} named. */
@FunctionalInterface
public interface CommitCallback {
    void complete(CommitOutcome outcome);
}
