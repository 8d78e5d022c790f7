// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code boxcar version}: the version that the build wrote into the jar. */
@Command(name = "version", header = "prints the version")
final class VersionCommand implements Runnable, IVersionProvider {
    private static final String RESOURCE = "version.properties";

    @Spec
    CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    @Override
    public void run() {
        spec.commandLine().getOut().println(getVersion()[0]);
        spec.commandLine().getOut().flush();
    }

    @Override
    public String[] getVersion() {
        return new String[] {"boxcar " + number()};
    }

    /** The version alone. */
    static String number() {
        var properties = new Properties();
        try (InputStream in = VersionCommand.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException(RESOURCE + " cannot be read", e);
        }
        return properties.getProperty("version", "");
    }
}
