// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import picocli.CommandLine.Option;

/** {@code -h} and {@code -V}: a mixin for the program itself and for what looks into a spool. */
final class HelpAndVersion {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "print the version")
    boolean version;
}
