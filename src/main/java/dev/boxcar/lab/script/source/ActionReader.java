// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script.source;

import dev.boxcar.lab.script.Action;
import dev.boxcar.lab.script.Drop;
import dev.boxcar.lab.script.EhloChange;
import dev.boxcar.lab.script.Framing;
import dev.boxcar.lab.script.Preset;
import dev.boxcar.lab.script.ScriptedReply;
import dev.boxcar.lab.script.TlsFault;
import dev.boxcar.smtp.EnhancedStatus;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the "do" of a rule. */
final class ActionReader {
    static final Set<String> KEYS = Set.of(
            "reply",
            "delay",
            "hold",
            "never",
            "stopReading",
            "framing",
            "drop",
            "how",
            "noBanner",
            "refuse",
            "hide",
            "add",
            "lie",
            "certificate",
            "handshake",
            "preset");
    private static final Set<String> REPLY_KEYS = Set.of("code", "status", "text", "lines", "carriedOut");
    private static final Set<String> FRAMING_KEYS = Set.of("split");
    private static final String STATUS = "[245]\\.(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})";

    private ActionReader() {}

    static Action read(ScriptObject action) throws InvalidScriptException {
        Action read = Action.NONE
                .withDelay(action.duration("delay", Action.MAX_DELAY))
                .withStopReading(action.duration("stopReading", Action.MAX_DELAY))
                .withHold(hold(action))
                .withOpening(opening(action))
                .withEhlo(ehlo(action));
        ScriptedReply reply = reply(action);
        read = reply == null ? read : read.withReply(reply);
        Framing framing = framing(action);
        read = framing == null ? read : read.withFraming(framing);
        Drop drop = drop(action);
        read = drop == null ? read : read.withDrop(drop);
        TlsFault tls = tls(action);
        read = tls == null ? read : read.withTls(tls);
        Preset preset = action.parsed("preset", Preset::parse);
        return preset == null ? read : read.withPreset(preset);
    }

    private static @Nullable ScriptedReply reply(ScriptObject action) throws InvalidScriptException {
        ScriptObject reply = action.object("reply", REPLY_KEYS);
        if (reply == null) {
            return null;
        }
        Long code = reply.number("code", 200, 599);
        if (code == null) {
            throw reply.wrong("code", "is missing");
        }
        String status = reply.text("status", "");
        if (!status.isEmpty()) {
            checkStatus(reply, status, (int) (code / 100));
        }
        Long lines = reply.number("lines", 1, ScriptedReply.MAX_LINES);
        boolean carriedOut = reply.flag("carriedOut");
        try {
            ScriptedReply read = ScriptedReply.of(code.intValue(), status, reply.text("text", ""))
                    .withLines(lines == null ? 1 : lines.intValue());
            return carriedOut ? read.carriedOut() : read;
        } catch (IllegalArgumentException e) {
            throw reply.wrong("text", "invalid: " + e.getMessage()); // the rest is already checked
        }
    }

    private static void checkStatus(ScriptObject reply, String status, int codeClass) throws InvalidScriptException {
        if (!status.matches(STATUS)) {
            throw reply.wrong("status", "invalid enhanced status '" + status + "' (example: 5.1.1)");
        }
        if (EnhancedStatus.parse(status).classOf() != codeClass) {
            throw reply.wrong("status", status + " does not match a code of " + codeClass + "yz");
        }
    }

    private static Action.Hold hold(ScriptObject action) throws InvalidScriptException {
        if (action.flag("never")) {
            return Action.Hold.FOREVER;
        }
        return action.flag("hold") ? Action.Hold.UNTIL_RELEASED : Action.Hold.NO;
    }

    private static Action.Opening opening(ScriptObject action) throws InvalidScriptException {
        if (action.flag("refuse")) {
            return Action.Opening.REFUSED;
        }
        return action.flag("noBanner") ? Action.Opening.NO_BANNER : Action.Opening.NORMAL;
    }

    private static EhloChange ehlo(ScriptObject action) throws InvalidScriptException {
        EhloChange change = EhloChange.NONE;
        for (String key : List.of("hide", "add", "lie")) {
            String[] entries = action.texts(key).toArray(String[]::new);
            EhloChange before = change;
            try {
                change = switch (key) {
                    case "hide" -> before.hiding(entries);
                    case "add" -> before.adding(entries);
                    default -> before.lying(entries);
                };
            } catch (IllegalArgumentException e) {
                throw action.wrong(key, String.valueOf(e.getMessage()));
            }
        }
        return change;
    }

    private static @Nullable Framing framing(ScriptObject action) throws InvalidScriptException {
        if (!action.isObject("framing")) {
            return action.parsed("framing", Framing::parse);
        }
        ScriptObject framing = action.object("framing", FRAMING_KEYS);
        Long split = framing == null ? null : framing.number("split", 1, Framing.MAX_SPLIT);
        if (split == null) {
            throw action.wrong("framing", "expected {\"split\": BYTES}");
        }
        return Framing.split(split.intValue());
    }

    private static @Nullable Drop drop(ScriptObject action) throws InvalidScriptException {
        Drop.Point point = action.parsed("drop", Drop.Point::parse);
        Drop.How how = action.parsed("how", Drop.How::parse);
        if (point == null && how != null) {
            throw action.wrong("how", "needs drop");
        }
        return point == null ? null : new Drop(point, how == null ? Drop.How.FIN : how);
    }

    private static @Nullable TlsFault tls(ScriptObject action) throws InvalidScriptException {
        TlsFault certificate = action.parsed("certificate", TlsFault::certificate);
        TlsFault handshake = action.parsed("handshake", TlsFault::handshake);
        return handshake == null ? certificate : handshake;
    }
}
