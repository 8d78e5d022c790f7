// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

/**
 * A script as one session uses it.
 *
 * @param script the script
 * @param number the number of the session in the script, from 1 on
 */
public record ScriptedSession(ActiveScript script, int number) {
    /** The seed of everything random that the script does in this session. */
    public long seed() {
        return script.seed() + number;
    }
}
