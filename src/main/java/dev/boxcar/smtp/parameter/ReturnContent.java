// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

/** How much of a message its sender wants back when it cannot be delivered: RET (RFC 3461 §4.3). */
public enum ReturnContent {
    /** All of it. */
    FULL,
    /** The header alone. */
    HDRS
}
