// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the proxy displays bytes as lines. */
class LineViewTest {
    private final List<String> lines = new ArrayList<>();
    private final LineView view = new LineView(lines::add);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1000})
    void showsLinesWithTheirEndsHoweverTheInputIsSplit(int size) {
        byte[] bytes = "EHLO x\r\nbare\n\n\"\\\t\0\u001b[1m\u00e9\r\rno end".getBytes(ISO_8859_1);
        for (int at = 0; at < bytes.length; at += size) {
            view.take(bytes, at, Math.min(bytes.length, at + size));
        }
        assertThat(view.isUnfinished()).isTrue();
        view.show();
        assertThat(lines)
                .containsExactly(
                        "\"EHLO x\\r\\n\"", "\"bare\\n\"", "\"\\n\"", "\"\\\"\\\\\\t\\x00\\x1b[1m\\xe9\\r\\rno end\"");
        assertThat(view.isUnfinished()).isFalse();
    }

    @Test
    void shortensALongLineAndCountsTheRest() {
        byte[] bytes = ("x".repeat(1_000_000) + "\n").getBytes(ISO_8859_1);
        view.take(bytes, 0, bytes.length);
        assertThat(lines)
                .containsExactly("\"" + "x".repeat(LineView.SHOWN_BYTES) + "\"... and "
                        + (1_000_001 - LineView.SHOWN_BYTES) + " more bytes");
    }
}
