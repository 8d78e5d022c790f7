// SPDX-License-Identifier: Apache-2.0
/**
 * What the commands that run a server have in common: its listeners, how the process ends, TLS that is loaded in the
 * background, the files of Unix-domain sockets, which recipients are allowed.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.server.Shutdown}.
 *
 * <p><b>Threads:</b> each type says it.
 *
 * <p><b>Must not know:</b> the commands and their options.
 */
@NullMarked
package dev.boxcar.cli.server;

import org.jspecify.annotations.NullMarked;
