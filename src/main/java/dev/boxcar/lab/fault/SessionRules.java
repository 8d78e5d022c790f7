// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.Drop;
import dev.boxcar.lab.script.MagicAddress;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.Preset;
import dev.boxcar.lab.script.Rule;
import dev.boxcar.lab.script.ScriptedReply;
import dev.boxcar.lab.script.ScriptedSession;
import dev.boxcar.lab.script.SessionScripts;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Finds the rule for each event of one session, and uses it. Confined to the session's loop. */
final class SessionRules {
    /** Any large odd number: the seeds of neighbouring sessions and commands must not meet. */
    private static final long COMMAND_STEP = 0x5851F42D4C957F2DL;

    private final SessionScripts scripts;
    /** The sender of the message that began last. */
    private String sender = "";

    SessionRules(SessionScripts scripts) {
        this.scripts = scripts;
    }

    /** A message has begun. */
    void setSender(String address) {
        sender = address;
    }

    /** Whether a rule looks at the header of messages. */
    boolean needHeader() {
        return scripts.current().stream()
                .flatMap(session -> session.script().rules().stream())
                .anyMatch(rule -> rule.on().header() != null);
    }

    /** The first rule that matches and is not used up, or null. */
    @Nullable
    AppliedRule apply(SessionEvent event) {
        return apply(event, false);
    }

    /** The same, of the rules that end the connection while a message comes in. They apply only there. */
    @Nullable
    AppliedRule applyInBody(SessionEvent event) {
        return apply(event, true);
    }

    private @Nullable AppliedRule apply(SessionEvent event, boolean inBody) {
        for (ScriptedSession session : scripts.current()) {
            List<Rule> rules = session.script().rules();
            for (int i = 0; i < rules.size(); i++) {
                Rule rule = rules.get(i);
                boolean matches = isInBody(rule) == inBody && event.matches(rule.on(), session.number());
                if (matches && happens(rule.on().counts().probability(), session.seed() + i, event)) {
                    AppliedRule applied = use(session.script(), i, event);
                    if (applied != null) {
                        return applied;
                    }
                }
            }
        }
        return null;
    }

    /** Depends on nothing but the seed and the number of the command, and so not on how the input was divided. */
    private static boolean happens(int probability, long seed, SessionEvent event) {
        return probability == Match.Counts.ALWAYS
                || new SplittableRandom(seed + event.counts().line() * COMMAND_STEP).nextInt(Match.Counts.ALWAYS)
                        < probability;
    }

    private static boolean isInBody(Rule rule) {
        Drop drop = rule.action().drop();
        return drop != null && drop.point() == Drop.Point.IN_BODY;
    }

    /** Uses the rule; null if its preset does not apply or it is used up. */
    private @Nullable AppliedRule use(ActiveScript script, int index, SessionEvent event) {
        Rule rule = script.rules().get(index);
        Preset preset = rule.action().preset();
        ScriptedReply reply = rule.action().reply();
        if (preset == Preset.MAGIC_ADDRESSES && reply == null) {
            reply = event.verb() == null
                    ? null
                    : MagicAddress.reply(event.verb(), event.path().address());
            if (reply == null) {
                return null;
            }
        } else if (preset == Preset.GREYLIST
                && !script.greylists(event.client().peer(), sender, event.path().address())) {
            return null;
        }
        return script.use(index) ? new AppliedRule(script, index, rule, reply) : null;
    }
}
