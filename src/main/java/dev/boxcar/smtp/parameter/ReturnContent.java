// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

/** How much of a message is returned to its sender if it cannot be delivered: RET (RFC 3461 §4.3). */
public enum ReturnContent {
    /** The whole message. */
    FULL,
    /** Only the header. */
    HDRS
}
