// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import picocli.CommandLine.Option;

/** The options {@code -h} and {@code -V}. */
public final class HelpOptions {
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
