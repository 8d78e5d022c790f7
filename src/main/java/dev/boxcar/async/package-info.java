// SPDX-License-Identifier: Apache-2.0
/**
 * The event loop: one thread, one selector, channels that converse.
 *
 * <p><b>Start here:</b> {@code EventLoop}, then {@code AsyncChat}.
 *
 * <p><b>Threads:</b> all is confined to the loop thread, save {@code EventLoop.execute}, the one door for others. What
 * would block the loop is done by its {@code WorkerPool}.
 *
 * <p><b>Knows nothing of:</b> SMTP, files, HTTP (a dot that begins a line and a chunk are codings of bytes).
 */
@NullMarked
package dev.boxcar.async;

import org.jspecify.annotations.NullMarked;
