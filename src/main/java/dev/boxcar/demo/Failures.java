// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import java.net.UnknownHostException;

/** Failures in words. */
final class Failures {
    private Failures() {}

    /** Why something failed, for a line that names what. */
    static String reasonOf(Throwable failure) {
        if (failure instanceof UnknownHostException) {
            return "no such host";
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
