// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.sink.Inbox;

/**
 * A change was made in the {@link Inbox}, and the spool has not written it down: the next start may not know of it. The
 * message is one line.
 */
public final class NotStoredException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotStoredException(String message) {
        super(message);
    }
}
