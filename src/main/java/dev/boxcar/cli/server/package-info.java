// SPDX-License-Identifier: Apache-2.0
/**
 * Parts of a server process that do not depend on the command that starts it.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.server.TlsStartup}.
 *
 * <p><b>Threads:</b> TLS is loaded on a thread of its own; a policy is called on the loops of sessions.
 *
 * <p><b>Must not know:</b> options and commands.
 */
@NullMarked
package dev.boxcar.cli.server;

import org.jspecify.annotations.NullMarked;
