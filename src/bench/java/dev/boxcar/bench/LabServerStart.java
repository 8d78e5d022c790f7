// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import dev.boxcar.junit.ServerFeature;
import dev.boxcar.junit.SmtpLabServer;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how long the server of the JUnit extension takes from the call that starts it to its banner, in a JVM that
 * has started one before. Prints the first start, too.
 */
final class LabServerStart {
    private static final int STARTS = 200;
    private static final double NANOS_PER_MILLI = 1e6;

    private LabServerStart() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println(
                "| server | first start, ms | second | median of the next " + STARTS + " | slowest of them |");
        System.out.println("| --- | --- | --- | --- | --- |");
        measure("plain");
        measure("with STARTTLS and AUTH", ServerFeature.STARTTLS, ServerFeature.AUTH);
    }

    private static void measure(String name, ServerFeature... features) throws Exception {
        double first = millis(features);
        double second = millis(features);
        var next = new ArrayList<Double>();
        for (int i = 0; i < STARTS; i++) {
            next.add(millis(features));
        }
        System.out.println(Figures.row(List.of(
                name,
                Figures.text(first),
                Figures.text(second),
                Figures.text(Figures.median(next)),
                Figures.text(next.stream().max(Double::compare).orElse(0.0)))));
    }

    private static double millis(ServerFeature... features) throws Exception {
        long begun = System.nanoTime();
        try (SmtpLabServer server = SmtpLabServer.start(features);
                Socket client = new Socket(server.host(), server.port())) {
            Idle.answer(client.getInputStream());
            return (System.nanoTime() - begun) / NANOS_PER_MILLI;
        }
    }
}
