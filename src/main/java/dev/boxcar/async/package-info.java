// SPDX-License-Identifier: Apache-2.0
/**
 * The event loop: one thread, one selector, and the channels that it serves.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.async.EventLoop}, then {@link dev.boxcar.async.AsyncChat}.
 *
 * <p><b>Threads:</b> everything is confined to the loop thread, except {@link dev.boxcar.async.EventLoop#execute},
 * which any thread may call. Work that would block the loop runs in its {@link dev.boxcar.async.WorkerPool}.
 *
 * <p><b>Must not know:</b> SMTP, files, HTTP.
 *
 * <p>Programs use this package, {@code producer} and {@code tls}. The packages {@code buffer}, {@code channel} and
 * {@code loop} are internals that this package is built from.
 */
@NullMarked
@PublicApi
package dev.boxcar.async;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
