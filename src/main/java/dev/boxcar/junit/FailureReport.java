// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/** Reports what the servers of a failed test saw: prints it, and writes it as an HTML file. */
final class FailureReport {
    /** An invocation of a parameterized or repeated test, in JUnit's unique id. */
    private static final Pattern INVOCATION = Pattern.compile("invocation:#(\\d+)\\]");

    private static final int MAX_NAME_CHARACTERS = 150;

    private FailureReport() {}

    /** Whether the test has not failed, because an assumption did not hold. */
    static boolean isAborted(Throwable failure) {
        return failure instanceof TestAbortedException;
    }

    /** Reports a failure. A test without servers has nothing to report. */
    static void write(ExtensionContext context, Throwable failure, List<TestServer> servers) {
        if (servers.isEmpty()) {
            return;
        }
        PrintStream out = System.out;
        String test = nameOf(context);
        out.println("The SMTP sessions of the failed test " + test + ":");
        for (TestServer server : servers) {
            String transcript = server.server().transcript();
            if (!String.valueOf(failure.getMessage()).contains(transcript)) {
                out.print(transcript);
            }
        }
        Path file = directory(context).resolve(fileName(test));
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, FailurePage.of(test, failure, servers));
            out.println("Record of the failed test: " + file.toAbsolutePath().toUri());
        } catch (IOException e) {
            out.println("The record of the failed test could not be written to " + file + ": " + e);
        }
    }

    /** The class, the method and, if there are several, the number of the invocation. */
    private static String nameOf(ExtensionContext context) {
        String type = context.getRequiredTestClass().getName();
        var name = new StringBuilder(type.substring(type.lastIndexOf('.') + 1).replace('$', '.'))
                .append('.')
                .append(context.getRequiredTestMethod().getName());
        for (Matcher invocation = INVOCATION.matcher(context.getUniqueId()); invocation.find(); ) {
            name.append('-').append(invocation.group(1));
        }
        return name.toString();
    }

    private static String fileName(String test) {
        String name = test.replaceAll("[^\\p{L}\\p{N}._-]", "_");
        return (name.length() > MAX_NAME_CHARACTERS ? name.substring(0, MAX_NAME_CHARACTERS) : name) + ".html";
    }

    private static Path directory(ExtensionContext context) {
        return context.getConfigurationParameter(SmtpLabExtension.RECORDS)
                .map(Path::of)
                .orElseGet(BuildDirectory::path);
    }
}
