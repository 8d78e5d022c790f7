// SPDX-License-Identifier: Apache-2.0
/**
 * The command {@code mcp}: what an agent can ask of a running sink or lab, by the Model Context Protocol.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.mcp.McpCommand}, then {@link dev.boxcar.cli.mcp.MailTools}.
 *
 * <p><b>Threads:</b> the protocol's library calls the tools on threads of its own, one call at a time per thread.
 *
 * <p><b>Must not know:</b> the inside of the sink. Everything comes from its HTTP API. The protocol's library and the
 * JDK's HTTP client are loaded when the command runs, never at the start of another command.
 */
@NullMarked
package dev.boxcar.cli.mcp;

import org.jspecify.annotations.NullMarked;
