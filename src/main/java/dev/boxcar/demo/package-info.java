// SPDX-License-Identifier: Apache-2.0
/**
 * The two example programs of the Medusa paper, on which the event loop is modelled: an HTTP client that fetches from
 * many hosts at the same time, and a proxy that shows the sessions passing through it. They use
 * {@code dev.boxcar.async} only.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.demo.Fetch} with {@code HttpChat}, {@link dev.boxcar.demo.Proxy} with
 * {@code ProxyEnd}.
 *
 * <p><b>Threads:</b> each program has one loop thread, and a {@code Console} writes its output on another thread.
 *
 * <p><b>Must not know:</b> SMTP, files, any other package of Boxcar.
 */
@NullMarked
package dev.boxcar.demo;

import org.jspecify.annotations.NullMarked;
