// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

/** The exit statuses of the program, except 0 and the statuses that stand for a signal. */
final class ExitStatus {
    /** The command failed: a port in use, a spool that cannot be opened, a message that was not accepted. */
    static final int FAILED = 1;
    /** An argument, a value or a configuration key is invalid. */
    static final int USAGE = 2;
    /** A bug in the program. */
    static final int INTERNAL_ERROR = 70;
    /** The spool failed while the server was running. */
    static final int SPOOL_FAILED = 74;

    private ExitStatus() {}
}
