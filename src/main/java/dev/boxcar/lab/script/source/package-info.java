// SPDX-License-Identifier: Apache-2.0
/**
 * Reads scripts that people wrote: the one parser for JSON and HOCON. The caller turns its text into a tree of
 * {@link dev.boxcar.lab.script.source.ScriptNode}s; the parser turns the tree into a script.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.lab.script.source.ScriptReader}.
 *
 * <p><b>Threads:</b> any; there is no state.
 *
 * <p><b>Must not know:</b> JSON, HOCON, files, HTTP.
 */
@NullMarked
package dev.boxcar.lab.script.source;

import org.jspecify.annotations.NullMarked;
