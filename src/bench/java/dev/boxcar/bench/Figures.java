// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.util.List;
import java.util.Locale;

/** Statistics of several rounds, as text. */
final class Figures {
    private Figures() {}

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    /** The difference between maximum and minimum, relative to the median. */
    static double spread(List<Double> values) {
        double least = values.stream().mapToDouble(v -> v).min().orElse(0);
        double most = values.stream().mapToDouble(v -> v).max().orElse(0);
        double median = median(values);
        return median == 0 ? 0 : (most - least) / median;
    }

    /** The number with its significant digits. */
    static String text(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%,.2f" : value < 100 ? "%,.1f" : "%,.0f", value);
    }

    static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }
}
