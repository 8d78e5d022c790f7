// SPDX-License-Identifier: Apache-2.0
/**
 * What both APIs have in common: the meaning of a request's parameters, facts about the server, and the answer when the
 * spool cannot store a change.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.request.RequestParameters}.
 *
 * <p><b>Threads:</b> none of its own. Everything here may be used on any thread.
 *
 * <p><b>Must not know:</b> {@code dev.boxcar.web.api} and {@code dev.boxcar.web.mailpit}, which use it and do not know
 * each other.
 */
@NullMarked
package dev.boxcar.web.request;

import org.jspecify.annotations.NullMarked;
