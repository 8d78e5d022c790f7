// SPDX-License-Identifier: Apache-2.0
/**
 * The two programs of the founding paper, written on the event loop alone: an HTTP client that asks many hosts at once,
 * and a proxy that shows a session as it passes.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.demo.Fetch} with {@code HttpChat}, {@link dev.boxcar.demo.Proxy} with
 * {@code ProxyEnd}.
 *
 * <p><b>Threads:</b> one loop each; a {@code Console} writes on a thread of its own what the loop has to say.
 *
 * <p><b>Knows nothing of:</b> SMTP, files, the rest of the house.
 */
@NullMarked
package dev.boxcar.demo;

import org.jspecify.annotations.NullMarked;
