// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.lab.script.Action;
import dev.boxcar.lab.script.Drop;
import dev.boxcar.lab.script.EhloChange;
import dev.boxcar.lab.script.Framing;
import dev.boxcar.lab.script.ScriptVerb;
import dev.boxcar.lab.script.ScriptedReply;
import dev.boxcar.lab.script.TlsFault;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.port.ConnectionDrop;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.port.ReplyFraming;
import dev.boxcar.smtp.server.port.ReplyHold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the action of a rule into a fault, and into the words that say what was done. */
final class ActionFaults {
    private ActionFaults() {}

    /**
     * The fault that carries out an action.
     *
     * @param verb what the rule has matched
     * @param reply the reply to give; null for the usual one
     * @param hold what the reply waits for; null for nothing
     */
    static Fault fault(
            @Nullable ScriptVerb verb, Action action, @Nullable ScriptedReply reply, @Nullable ReplyHold hold) {
        Fault fault = Fault.NONE.withDelay(action.delay()).withStopReading(action.stopReading());
        if (reply != null) {
            Reply said = reply.reply();
            fault = switch (reply.effect()) {
                case AS_CODE_SAYS -> fault.withReply(said);
                case CARRIED_OUT -> fault.withEdit(usual -> usual.isError() ? usual : said);
            };
        }
        EhloChange ehlo = action.ehlo();
        if (!ehlo.equals(EhloChange.NONE)) {
            fault = fault.withEdit(usual -> FaultedEhlo.changed(usual, ehlo));
        }
        if (hold != null) {
            fault = fault.withHold(hold);
        }
        Framing framing = action.framing();
        if (framing != null) {
            fault = fault.withFraming(framing(framing));
        }
        Drop drop = action.drop();
        if (drop != null && drop.point() != Drop.Point.IN_BODY) {
            fault = fault.withDrop(point(drop.point()), how(drop.how()));
        }
        if (action.tls() == TlsFault.CUT) { // the client has begun the handshake, or begins it now
            boolean isConnect = verb == ScriptVerb.CONNECT;
            ConnectionDrop.Point point =
                    isConnect ? ConnectionDrop.Point.BEFORE_REPLY : ConnectionDrop.Point.AFTER_REPLY;
            fault = fault.withDrop(point, ConnectionDrop.How.FIN);
        }
        return switch (action.opening()) {
            case NORMAL -> fault;
            case NO_BANNER -> fault.withoutReply();
            case REFUSED -> fault.withDrop(ConnectionDrop.Point.BEFORE_REPLY, ConnectionDrop.How.RST);
        };
    }

    private static ReplyFraming framing(Framing framing) {
        return switch (framing.kind()) {
            case SEPARATE -> ReplyFraming.SEPARATE;
            case GLUED -> ReplyFraming.GLUED;
            case BYTE_BY_BYTE -> ReplyFraming.BYTE_BY_BYTE;
            case CR_LF -> ReplyFraming.BETWEEN_CR_AND_LF;
            case SPLIT -> ReplyFraming.split(framing.bytes());
        };
    }

    private static ConnectionDrop.Point point(Drop.Point point) {
        return switch (point) {
            case BEFORE_REPLY -> ConnectionDrop.Point.BEFORE_REPLY;
            case IN_REPLY -> ConnectionDrop.Point.IN_REPLY;
            case AFTER_REPLY -> ConnectionDrop.Point.AFTER_REPLY;
            case IN_BODY -> throw new IllegalArgumentException("a drop in the body is not at a reply");
        };
    }

    static ConnectionDrop.How how(Drop.How how) {
        return switch (how) {
            case FIN -> ConnectionDrop.How.FIN;
            case RST -> ConnectionDrop.How.RST;
            case HALF_CLOSE -> ConnectionDrop.How.HALF_CLOSE;
        };
    }

    /** What an action does, such as {@code reply 550, delay 200ms}. */
    static String describe(Action action, @Nullable ScriptedReply reply) {
        List<String> parts = new ArrayList<>();
        if (reply != null) {
            parts.add("reply " + reply);
        }
        if (!action.delay().isZero()) {
            parts.add("delay " + text(action.delay()));
        }
        switch (action.hold()) {
            case NO -> {}
            case UNTIL_RELEASED -> parts.add("hold");
            case FOREVER -> parts.add("never reply");
        }
        if (!action.stopReading().isZero()) {
            parts.add("stop reading " + text(action.stopReading()));
        }
        if (action.framing() != null) {
            parts.add("framing " + action.framing());
        }
        if (action.drop() != null) {
            parts.add("drop " + action.drop());
        }
        switch (action.opening()) {
            case NORMAL -> {}
            case NO_BANNER -> parts.add("no banner");
            case REFUSED -> parts.add("refuse");
        }
        if (action.tls() != null) {
            parts.add((action.tls() == TlsFault.CUT ? "handshake " : "certificate ") + action.tls());
        }
        if (!action.ehlo().equals(EhloChange.NONE)) {
            parts.add(action.ehlo().toString());
        }
        return String.join(", ", parts);
    }

    private static String text(Duration time) {
        return time.toMillisPart() == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }
}
