// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.server;

/** The exit statuses of the program, except 0 and the statuses that stand for a signal. */
public final class ExitStatus {
    /** The command failed: a port in use, a spool that cannot be opened, a message that was not accepted. */
    public static final int FAILED = 1;
    /** An argument, a value or a configuration key is invalid. */
    public static final int USAGE = 2;
    /** A bug in the program. */
    public static final int INTERNAL_ERROR = 70;
    /** The spool failed while the server was running. */
    public static final int SPOOL_FAILED = 74;

    private ExitStatus() {}
}
