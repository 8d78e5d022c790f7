// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.lab;

import dev.boxcar.lab.fault.ScriptFaults;

/**
 * What turns a sink into a lab.
 *
 * @param scripts carries out the scripts in force
 * @param color whether sessions are printed in colour
 */
public record LabSetup(ScriptFaults scripts, TerminalColor color) {}
