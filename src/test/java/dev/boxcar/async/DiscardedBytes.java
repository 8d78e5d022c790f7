// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

/** Tells tests outside this package how many bytes a chat has discarded at STARTTLS. */
public final class DiscardedBytes {
    private DiscardedBytes() {}

    public static long of(AsyncChat chat) {
        return chat.bytesDiscarded();
    }
}
