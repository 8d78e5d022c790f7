// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A line chart as SVG, with both axes logarithmic or from zero; readable on light and dark backgrounds. */
final class Svg {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 380;
    private static final int LEFT = 76;
    private static final int RIGHT = 20;
    private static final int TOP = 44;
    private static final int BOTTOM = 84;
    private static final List<String> COLOURS = List.of("#2f81f7", "#e5534b", "#3fb950", "#d29922", "#a371f7");

    /** One measured point. */
    record Point(double x, double y) {}

    private final String title;
    private final String xTitle;
    private final boolean logarithmicX;
    private final Map<String, List<Point>> lines;
    private final double xLeast;
    private final double xMost;
    private final double yMost;
    private final StringBuilder svg = new StringBuilder();

    private Svg(String title, String xTitle, boolean logarithmicX, Map<String, List<Point>> lines) {
        this.title = title;
        this.xTitle = xTitle;
        this.logarithmicX = logarithmicX;
        this.lines = lines;
        List<Point> all = lines.values().stream().flatMap(List::stream).toList();
        this.xLeast = logarithmicX ? all.stream().mapToDouble(Point::x).min().orElse(1) : 0;
        this.xMost = all.stream().mapToDouble(Point::x).max().orElse(1);
        this.yMost = nice(all.stream().mapToDouble(Point::y).max().orElse(1));
    }

    /** The chart of these named lines. */
    static String chart(String title, String xTitle, boolean logarithmicX, Map<String, List<Point>> lines) {
        return new Svg(title, xTitle, logarithmicX, lines).draw();
    }

    private String draw() {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH, HEIGHT, title);
        add(
                "<style>text{font:13px system-ui,sans-serif;fill:#1f2328}.t{font-weight:600;font-size:15px}.g{stroke:#8c959f;stroke-opacity:.35}"
                        + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>");
        add("<text class=\"t\" x=\"%d\" y=\"24\">%s</text>", LEFT, title);
        for (int i = 0; i <= 4; i++) {
            double value = yMost * i / 4;
            add(
                    "<line class=\"g\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    LEFT, WIDTH - RIGHT, y(value), y(value));
            add("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 8, y(value) + 4, number(value));
        }
        for (double value : ticks()) {
            add(
                    "<line class=\"g\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    x(value), x(value), TOP, HEIGHT - BOTTOM);
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x(value), HEIGHT - BOTTOM + 18, number(value));
        }
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 40, xTitle);
        int index = 0;
        for (Map.Entry<String, List<Point>> line : lines.entrySet()) {
            line(line.getKey(), line.getValue(), index++);
        }
        add("</svg>");
        return svg.toString();
    }

    private void line(String name, List<Point> points, int index) {
        String colour = COLOURS.get(index % COLOURS.size());
        var path = new StringBuilder();
        for (Point point : points) {
            path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.x), y(point.y)));
        }
        add(
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>",
                colour, path.toString().strip());
        for (Point point : points) {
            add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x(point.x), y(point.y), colour);
        }
        int at = LEFT + index * 160;
        add("<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>", at, HEIGHT - 26, colour);
        add("<text x=\"%d\" y=\"%d\">%s</text>", at + 18, HEIGHT - 15, name);
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private double x(double value) {
        double part =
                logarithmicX ? Math.log(value / xLeast) / Math.max(1e-9, Math.log(xMost / xLeast)) : value / xMost;
        return LEFT + part * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - value / yMost * (HEIGHT - TOP - BOTTOM);
    }

    private List<Double> ticks() {
        var ticks = new ArrayList<Double>();
        if (logarithmicX) {
            for (double value = Math.pow(10, Math.ceil(Math.log10(xLeast) - 1e-9));
                    value <= xMost * 1.0001;
                    value *= 10) {
                ticks.add(value);
            }
        } else {
            for (int i = 0; i <= 4; i++) {
                ticks.add(xMost * i / 4);
            }
        }
        return ticks;
    }

    /** The smallest of 1, 2, 4, 5, 8 times a power of ten that is at least the value. */
    private static double nice(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(value, 1e-9))));
        for (double factor : new double[] {1, 2, 4, 5, 8}) {
            if (factor * power >= value) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private static String number(double value) {
        if (value >= 1_000_000) {
            return String.format(Locale.ROOT, "%.3gM", value / 1e6).replaceAll("\\.?0+M", "M");
        }
        return value >= 10_000
                ? String.format(Locale.ROOT, "%.0fk", value / 1e3)
                : String.format(Locale.ROOT, "%.4g", value).replaceAll("\\.0*$", "");
    }
}
