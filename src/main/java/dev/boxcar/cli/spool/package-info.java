// SPDX-License-Identifier: Apache-2.0
/**
 * {@code boxcar spool ls|cat|export|verify|dump}: commands that read a spool, even while a sink uses it. They never
 * change it.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.spool.SpoolReadCommand}, the base of the subcommands.
 *
 * <p><b>Threads:</b> the main thread.
 *
 * <p><b>Must not know:</b> the server and its options.
 */
@NullMarked
package dev.boxcar.cli.spool;

import org.jspecify.annotations.NullMarked;
