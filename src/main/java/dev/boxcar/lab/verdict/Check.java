// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

/** Checks one or a few related rules in a session. Without state. */
@FunctionalInterface
interface Check {
    /** Adds what this session shows to {@code findings}. */
    void judge(Evidence evidence, Findings findings);
}
