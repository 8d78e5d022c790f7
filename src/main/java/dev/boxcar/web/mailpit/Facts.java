// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * What the sink is and was told, as far as the API says it. Immutable; any thread.
 *
 * @param version Boxcar's
 * @param label a word to tell several sinks apart; may be empty
 * @param database where messages are kept
 * @param startedMillis when the process began, in milliseconds since 1970
 * @param smtp where mail is taken: {@code 127.0.0.1:1025}
 * @param rejected how many replies refused something
 */
public record Facts(
        String version, String label, String database, long startedMillis, List<String> smtp, LongSupplier rejected) {}
