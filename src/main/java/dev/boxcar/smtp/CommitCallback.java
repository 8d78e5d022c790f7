// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

/** Receives the outcome of a commit, once, on the executor that was named when the message began. */
@FunctionalInterface
public interface CommitCallback {
    void complete(CommitOutcome outcome);
}
