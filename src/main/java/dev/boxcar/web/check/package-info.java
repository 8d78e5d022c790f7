// SPDX-License-Identifier: Apache-2.0
/**
 * The HTML check: which mail programs do not support what the HTML of a message uses. The data is that of
 * caniemail.com, in {@code caniemail.json} with its licence beside it; {@code rules.txt} says where each feature
 * occurs.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.check.HtmlCheck}.
 *
 * <p><b>Threads:</b> none of its own; any thread that may take a second.
 *
 * <p><b>Must not know:</b> requests, and where the HTML comes from.
 */
@NullMarked
package dev.boxcar.web.check;

import org.jspecify.annotations.NullMarked;
