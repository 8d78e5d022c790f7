// SPDX-License-Identifier: Apache-2.0
/**
 * The limits of a server, of a session and of a client address, and the counters for them.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.server.limit.Limits} and {@link dev.boxcar.smtp.server.limit.Access}.
 *
 * <p><b>Threads:</b> the values are immutable. Classes that sessions share are safe for any thread; classes that belong
 * to one session are confined to its loop. Each class says so.
 *
 * <p><b>Must not know:</b> replies, sessions, connections.
 */
@NullMarked
package dev.boxcar.smtp.server.limit;

import org.jspecify.annotations.NullMarked;
