// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.smtp.server.port.Faults;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How all sessions of a server treat replies. Immutable.
 *
 * @param maxErrors maximum errors per session; the next one ends it with 421
 * @param errorDelay how long the reply to a mistake is held back
 * @param faults the faults to inject into replies; null for none
 */
public record ReplyOptions(
        int maxErrors, Duration errorDelay, @Nullable Faults faults) {}
