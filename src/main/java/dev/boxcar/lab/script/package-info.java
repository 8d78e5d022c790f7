// SPDX-License-Identifier: Apache-2.0
/**
 * Scripts: what the lab's server does instead of what a normal server does. A script has rules; a rule has a match, an
 * action and a number of times.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.lab.script.Script}, then {@link dev.boxcar.lab.script.Match} and
 * {@link dev.boxcar.lab.script.Action}. {@link dev.boxcar.lab.script.ScriptStore} holds the scripts in force.
 *
 * <p><b>Threads:</b> scripts are immutable. The store and what it hands out may be used on any thread; no call blocks.
 *
 * <p><b>Must not know:</b> how a session carries out an action, JSON, HOCON, files, HTTP.
 */
@NullMarked
@PublicApi
package dev.boxcar.lab.script;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
