// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import dev.boxcar.cli.output.TerminalText;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/**
 * Formats an event as one line: {@code 2026-11-22T09:40:23.425Z INFO SmtpSession: s42 connected from=[::1]:40312}.
 * Control characters are escaped, because an event may quote text from a client. Only a stack trace takes more lines.
 */
final class TextLineLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    @Override
    public String doLayout(ILoggingEvent event) {
        var line = new StringBuilder(160);
        MILLIS.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
        line.append(' ').append(event.getLevel()).append(' ').append(simpleName(event.getLoggerName()));
        line.append(": ").append(TerminalText.of(event.getFormattedMessage())).append('\n');
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.append(ThrowableProxyUtil.asString(thrown));
        }
        return line.toString();
    }

    private static String simpleName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
