// SPDX-License-Identifier: Apache-2.0
/**
 * The mark of the public API.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.api.PublicApi}, then the packages that have it.
 *
 * <p><b>Threads:</b> none; there is no code here.
 *
 * <p><b>Must not know:</b> any other package.
 */
@NullMarked
package dev.boxcar.api;

import org.jspecify.annotations.NullMarked;
