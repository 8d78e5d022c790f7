// SPDX-License-Identifier: Apache-2.0
/**
 * The web room: what is in the sink, in a browser and over an API.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.WebInterface}. {@code http} is the chassis, {@code mailpit} the API that
 * clients of mail sinks already speak, {@code api} our own, {@code out} what leaves the machine when that was asked
 * for.
 *
 * <p><b>Threads:</b> requests run on threads of the web's own; none of them is an event loop.
 *
 * <p><b>Must not know:</b> options and how the process ends.
 */
@NullMarked
package dev.boxcar.web;

import org.jspecify.annotations.NullMarked;
