// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.Rule;
import dev.boxcar.lab.script.ScriptedReply;
import org.jspecify.annotations.Nullable;

/**
 * A rule that applies to an event.
 *
 * @param index its index in the script
 * @param reply the reply to give: that of the rule, or the one that an address asks for; null for the usual one
 */
record AppliedRule(
        ActiveScript script, int index, Rule rule, @Nullable ScriptedReply reply) {}
