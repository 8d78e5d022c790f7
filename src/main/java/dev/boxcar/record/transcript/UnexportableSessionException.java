// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record.transcript;

/** A recorded session cannot become a transcript. The message says why, and is for the user. */
public final class UnexportableSessionException extends Exception {
    private static final long serialVersionUID = 1;

    UnexportableSessionException(String message) {
        super(message);
    }
}
