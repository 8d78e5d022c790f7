// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import java.util.Locale;

/**
 * How often, and with which code, senders, recipients and log-ins are refused at random. Immutable.
 *
 * @param sender of MAIL
 * @param recipient of RCPT
 * @param authentication of AUTH
 */
public record ChaosState(Trigger sender, Trigger recipient, Trigger authentication) {
    /** Nothing is refused. */
    public static final ChaosState OFF = new ChaosState(new Trigger(451, 0), new Trigger(451, 0), new Trigger(535, 0));

    /**
     * One kind of refusal.
     *
     * @param code the reply's code, 400 to 599
     * @param percent how probable it is
     */
    public record Trigger(int code, int percent) {
        /** Checks both. */
        public Trigger {
            if (code < 400 || code > 599) {
                throw new IllegalArgumentException("error code must be between 400 and 599: " + code);
            }
            if (percent < 0 || percent > 100) {
                throw new IllegalArgumentException("probability must be between 0 and 100: " + percent);
            }
        }
    }

    /**
     * Reads {@code Sender:451:5,Recipient:451:10,Authentication:535:1}: whose commands, which code, how many of a
     * hundred. Who is not named is left in peace.
     */
    public static ChaosState parse(String text) {
        ChaosState state = OFF;
        for (String part : text.split(",", -1)) {
            String[] words = part.strip().split(":", -1);
            if (words.length != 3 || !words[1].matches("[0-9]{3}") || !words[2].matches("[0-9]{1,3}")) {
                throw new IllegalArgumentException("'" + part.strip() + "' is not as Sender:451:5");
            }
            state = state.with(words[0], new Trigger(Integer.parseInt(words[1]), Integer.parseInt(words[2])));
        }
        return state;
    }

    private ChaosState with(String whose, Trigger trigger) {
        return switch (whose.toLowerCase(Locale.ROOT)) {
            case "sender" -> new ChaosState(trigger, recipient, authentication);
            case "recipient" -> new ChaosState(sender, trigger, authentication);
            case "authentication" -> new ChaosState(sender, recipient, trigger);
            default ->
                throw new IllegalArgumentException("'" + whose + "' is none of Sender, Recipient, Authentication");
        };
    }
}
