// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.parameter.DeliverBy;
import dev.boxcar.smtp.path.ReversePath;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One message to be sent (RFC 5321 §3.3). Immutable; any thread.
 *
 * @param reversePath the address for failure notifications
 * @param parameters RET and ENVID (RFC 3461 §4.3, §4.4), MT-PRIORITY (RFC 6710) and BY (RFC 2852), separated by spaces,
 *     or empty; each is omitted if the server does not offer its extension. With BY in mode R, the message is not sent
 *     to a server that does not offer DELIVERBY, except by LMTP, which is final delivery
 * @param recipients at least one
 * @param content the message
 * @param requiresTls whether the sender requires TLS all the way (RFC 8689); said to a server that offers REQUIRETLS
 */
public record MailTransaction(
        ReversePath reversePath,
        String parameters,
        List<Recipient> recipients,
        MessageContent content,
        boolean requiresTls) {
    private static final Pattern PARAMETERS = Pattern.compile("[!-~]+(?: [!-~]+)*");

    public MailTransaction {
        requireParameters(parameters);
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("a message needs at least one recipient");
        }
    }

    /** A message whose sender does not require TLS. */
    public MailTransaction(
            ReversePath reversePath, String parameters, List<Recipient> recipients, MessageContent content) {
        this(reversePath, parameters, recipients, content, false);
    }

    /** A message without parameters. */
    public static MailTransaction of(ReversePath reversePath, List<Recipient> recipients, MessageContent content) {
        return new MailTransaction(reversePath, "", recipients, content);
    }

    /** The same message, for which the sender requires TLS all the way. */
    public MailTransaction requiringTls() {
        return new MailTransaction(reversePath, parameters, recipients, content, true);
    }

    /** Whether BY says that the message is to be returned when it is late (RFC 2852 §4). */
    boolean isReturnedWhenLate() {
        for (String parameter : parameters.split(" ", -1)) {
            if (parameter.regionMatches(true, 0, "BY=", 0, 3)) {
                return DeliverBy.parse(parameter.substring(3)).mode() == DeliverBy.Mode.RETURN;
            }
        }
        return false;
    }

    /** Whether the server must offer SMTPUTF8 (RFC 6531 §3.4). */
    boolean needsUtf8() {
        return content.hasUtf8Header()
                || !isAscii(reversePath.toString())
                || recipients.stream()
                        .anyMatch(recipient -> !isAscii(recipient.path().toString()));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }

    static void requireParameters(String text) {
        if (!text.isEmpty() && !PARAMETERS.matcher(text).matches()) {
            throw new IllegalArgumentException("parameters must be printable ASCII, separated by single spaces");
        }
    }
}
