// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import java.net.UnknownHostException;

/** Describes failures for users. */
final class FailureText {
    private FailureText() {}

    /** The reason of a failure, to be printed after the name of what failed. */
    static String reasonOf(Throwable failure) {
        if (failure instanceof UnknownHostException) {
            return "no such host";
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
