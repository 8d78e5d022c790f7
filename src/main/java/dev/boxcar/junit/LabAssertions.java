// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

/**
 * Assertions about sessions and messages, for static import. They go together with AssertJ's {@code assertThat} and do
 * not need it.
 */
public final class LabAssertions {
    private LabAssertions() {}

    /** Begins an assertion about a session. */
    public static SessionAssert assertThat(Session actual) {
        return new SessionAssert(actual);
    }

    /** Begins an assertion about a message. */
    public static MessageAssert assertThat(Message actual) {
        return new MessageAssert(actual);
    }
}
