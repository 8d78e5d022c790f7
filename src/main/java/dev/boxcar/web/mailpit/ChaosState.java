// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.Script;
import java.util.Locale;

/**
 * How often, and with which reply code, senders, recipients and log-ins are refused. Immutable.
 *
 * @param sender refusals of MAIL
 * @param recipient refusals of RCPT
 * @param authentication refusals of AUTH
 */
public record ChaosState(Trigger sender, Trigger recipient, Trigger authentication) {
    /** Nothing is refused. */
    public static final ChaosState OFF = new ChaosState(new Trigger(451, 0), new Trigger(451, 0), new Trigger(535, 0));

    /**
     * One kind of refusal.
     *
     * @param code the reply code, 400 to 599
     * @param percent the probability, 0 to 100
     */
    public record Trigger(int code, int percent) {
        /** Checks the ranges. */
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
     * Parses a list such as {@code Sender:451:5,Recipient:451:10,Authentication:535:1}: the trigger, the reply code and
     * the percentage. Triggers that are not in the list are off.
     */
    public static ChaosState parse(String text) {
        ChaosState state = OFF;
        for (String part : text.split(",", -1)) {
            String[] words = part.strip().split(":", -1);
            if (words.length != 3 || !words[1].matches("[0-9]{3}") || !words[2].matches("[0-9]{1,3}")) {
                throw new IllegalArgumentException("invalid trigger '" + part.strip() + "' (example: Sender:451:5)");
            }
            state = state.with(words[0], new Trigger(Integer.parseInt(words[1]), Integer.parseInt(words[2])));
        }
        return state;
    }

    /** The script that does the same: a rule for each trigger that is on. */
    public Script script() {
        Script script = Script.everySession().name("chaos");
        script = refuse(script, Match.mail(), sender, "sender");
        script = refuse(script, Match.rcpt(), recipient, "recipient");
        return refuse(script, Match.auth(), authentication, "authentication");
    }

    private static Script refuse(Script script, Match match, Trigger trigger, String what) {
        if (trigger.percent() == 0) {
            return script;
        }
        String status = trigger.code() / 100 + ".3.0";
        return script.on(match.probability(trigger.percent()))
                .reply(trigger.code(), status, "Chaos " + what + " error");
    }

    private ChaosState with(String name, Trigger trigger) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "sender" -> new ChaosState(trigger, recipient, authentication);
            case "recipient" -> new ChaosState(sender, trigger, authentication);
            case "authentication" -> new ChaosState(sender, recipient, trigger);
            default ->
                throw new IllegalArgumentException(
                        "unknown trigger '" + name + "' (known: Sender, Recipient, Authentication)");
        };
    }
}
