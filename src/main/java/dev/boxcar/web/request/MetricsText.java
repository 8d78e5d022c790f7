// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.web.http.HttpExchange;
import java.util.Map;

/** Metrics in Prometheus' text format 0.0.4. For one scrape. */
public final class MetricsText {
    private static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();

    /** Adds a value that may rise and fall. */
    public void gauge(String name, String help, Number value) {
        head(name, help, "gauge");
        sample(name, "", value.doubleValue());
    }

    /** Adds a value that may rise and fall, for each value of a label. */
    public void gauges(String name, String help, String label, Map<String, ? extends Number> values) {
        head(name, help, "gauge");
        samples(name, label, values);
    }

    /** Adds a value that only rises. */
    public void counter(String name, String help, Number value) {
        head(name, help, "counter");
        sample(name, "", value.doubleValue());
    }

    /** Adds a value that only rises, for each value of a label. */
    public void counters(String name, String help, String label, Map<String, ? extends Number> values) {
        head(name, help, "counter");
        samples(name, label, values);
    }

    /**
     * Adds a histogram.
     *
     * @param counts how many observations were at most as large as each bound, in ascending order; the last is infinite
     */
    public void histogram(String name, String help, Map<Double, Long> counts, double sum) {
        head(name, help, "histogram");
        double all = 0;
        for (Map.Entry<Double, Long> count : counts.entrySet()) {
            double bound = count.getKey();
            all = count.getValue().doubleValue();
            String le = Double.isInfinite(bound) ? "+Inf" : number(bound);
            sample(name + "_bucket", "{le=\"" + le + "\"}", all);
        }
        sample(name + "_sum", "", sum);
        sample(name + "_count", "", all);
    }

    private void samples(String name, String label, Map<String, ? extends Number> values) {
        values.forEach((word, value) -> sample(name, "{" + label + "=\"" + escaped(word) + "\"}", value.doubleValue()));
    }

    private static String escaped(String word) {
        return word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private void sample(String name, String labels, double value) {
        text.append(name).append(labels).append(' ').append(number(value)).append('\n');
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private void head(String name, String help, String type) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    /** Responds with all metrics added so far. */
    public void send(HttpExchange exchange) {
        exchange.bytes(FORMAT, text.toString().getBytes(UTF_8));
    }
}
