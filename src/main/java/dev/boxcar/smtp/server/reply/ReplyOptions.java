// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import java.time.Duration;

/**
 * How all sessions of a server treat replies. Immutable.
 *
 * @param maxErrors maximum errors per session; the next one ends it with 421
 * @param errorDelay how long the reply to a mistake is held back
 */
public record ReplyOptions(int maxErrors, Duration errorDelay) {}
