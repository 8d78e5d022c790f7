// SPDX-License-Identifier: Apache-2.0
/**
 * Connects the POP3 server to the sink: its listeners by option, its maildrops from the inbox.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.pop3.Pop3Startup}.
 *
 * <p><b>Threads:</b> the start runs on the main thread; maildrops are read on the server's worker threads.
 *
 * <p><b>Must not know:</b> the commands.
 */
@NullMarked
package dev.boxcar.cli.pop3;

import org.jspecify.annotations.NullMarked;
