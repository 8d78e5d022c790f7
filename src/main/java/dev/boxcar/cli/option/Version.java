// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The program's version, which the build writes into {@code version.properties}. */
public final class Version implements IVersionProvider {
    private static final String RESOURCE = "/dev/boxcar/cli/version.properties";

    /** The version alone, such as {@code 1.2.3}. */
    public static String number() {
        var properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + RESOURCE, e);
        }
        return properties.getProperty("version", "");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"boxcar " + number()};
    }
}
