// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.lab;

import dev.boxcar.lab.script.ScriptStore;

/**
 * What turns a sink into a lab.
 *
 * @param scripts the scripts in force
 * @param color whether sessions are printed in colour
 */
public record LabSetup(ScriptStore scripts, TerminalColor color) {}
