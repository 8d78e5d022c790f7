// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A rule under a name. A rule that names a preset takes from it what it does not say itself: the counts of its match
 * and the parts of its action.
 */
public enum Preset {
    /** Refuses each combination of client address, sender and recipient once (RFC 6647). */
    GREYLIST(Match.rcpt()),
    /** Ends the session with 421 from the eleventh message on. */
    RATE_LIMIT(Match.mail().message(NumberRange.from(11))),
    /** Takes 100 recipients per message and refuses more with 452 (RFC 5321 §4.5.3.1.10). */
    QUOTA(Match.rcpt().nth(NumberRange.from(101))),
    /** Takes five seconds for each reply. */
    TARPIT(Match.line()),
    /** Answers ten commands and none after them. */
    DEAD(Match.line().nth(NumberRange.from(11))),
    /** Does not offer 8BITMIME, nor SMTPUTF8, which needs it (RFC 6531 §3.1). */
    NO_8BITMIME(Match.ehlo()),
    /** Knows HELO but not EHLO. */
    OLD_SERVER(Match.ehlo()),
    /** Replies as the address says: see {@link MagicAddress}. */
    MAGIC_ADDRESSES(Match.line());

    private static final Duration TARPIT_DELAY = Duration.ofSeconds(5);

    @SuppressWarnings("ImmutableEnumChecker") // Match is immutable; Error Prone does not know it
    private final Match match;

    Preset(Match match) {
        this.match = match;
    }

    /** The events that the preset is for. */
    public Match match() {
        return match;
    }

    /** Parses the name in a script. */
    public static Preset parse(String text) {
        for (Preset preset : values()) {
            if (preset.toString().equals(text)) {
                return preset;
            }
        }
        String known = Arrays.stream(values()).map(Preset::toString).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("unknown preset '" + text + "' (known: " + known + ")");
    }

    /** What the preset does. A session still has to ask whether greylisting or a magic address applies. */
    Action action() {
        return switch (this) {
            case GREYLIST -> Action.NONE.withReply(ScriptedReply.of(451, "4.7.1", "greylisted, try again later"));
            case RATE_LIMIT ->
                Action.NONE
                        .withReply(ScriptedReply.of(421, "4.7.0", "too many messages, try again later"))
                        .withDrop(new Drop(Drop.Point.AFTER_REPLY, Drop.How.FIN));
            case QUOTA -> Action.NONE.withReply(ScriptedReply.of(452, "4.5.3", "too many recipients"));
            case TARPIT -> Action.NONE.withDelay(TARPIT_DELAY);
            case DEAD -> Action.NONE.withHold(Action.Hold.FOREVER);
            case NO_8BITMIME -> Action.NONE.withEhlo(EhloChange.NONE.hiding("8BITMIME", "BINARYMIME", "SMTPUTF8"));
            case OLD_SERVER -> Action.NONE.withReply(ScriptedReply.of(502, "", "command not implemented"));
            case MAGIC_ADDRESSES -> Action.NONE;
        };
    }

    /** The name in a script. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
