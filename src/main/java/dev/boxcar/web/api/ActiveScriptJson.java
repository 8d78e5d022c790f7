// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.lab.script.Action;
import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.EhloChange;
import dev.boxcar.lab.script.Framing;
import dev.boxcar.lab.script.HeaderPattern;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.Match;
import dev.boxcar.lab.script.NumberRange;
import dev.boxcar.lab.script.Rule;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.ScriptedReply;
import dev.boxcar.lab.script.TlsFault;
import dev.boxcar.unit.Glob;
import dev.boxcar.web.http.JsonText;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Writes a script in force with the keys that {@link ScriptJson} reads, and what has become of it. */
final class ActiveScriptJson {
    private ActiveScriptJson() {}

    static void write(JsonGenerator json, ActiveScript active) throws IOException {
        Script script = active.script();
        LineSettings line = script.line();
        json.writeStartObject();
        json.writeStringField("id", active.id());
        json.writeStringField("name", script.name());
        json.writeStringField("namespace", script.namespace());
        json.writeNumberField("sessions", script.sessions());
        json.writeNumberField("used", active.used());
        json.writeNumberField("seed", active.seed());
        duration(json, "rtt", line.rtt());
        duration(json, "jitter", line.jitter());
        if (line.rate() > 0) {
            json.writeStringField("rate", Long.toString(line.rate()));
        }
        duration(json, "hold", line.hold());
        json.writeArrayFieldStart("rules");
        List<Rule> rules = script.rules();
        for (int i = 0; i < rules.size(); i++) {
            rule(json, rules.get(i), active.matched(i));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void rule(JsonGenerator json, Rule rule, long matched) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("on");
        match(json, rule.on());
        json.writeEndObject();
        json.writeObjectFieldStart("do");
        action(json, rule.action());
        json.writeEndObject();
        if (rule.times() > 0) {
            json.writeNumberField("times", rule.times());
        }
        json.writeNumberField("matched", matched);
        json.writeEndObject();
    }

    private static void match(JsonGenerator json, Match match) throws IOException {
        json.writeStringField("verb", match.verb().name());
        range(json, "nth", match.counts().nth());
        range(json, "message", match.counts().message());
        range(json, "connection", match.counts().connection());
        range(json, "flight", match.counts().flight());
        if (match.counts().probability() < Match.Counts.ALWAYS) {
            json.writeNumberField("probability", match.counts().probability());
        }
        glob(json, "address", match.address());
        Glob parameter = match.parameter();
        if (parameter != null) {
            json.writeStringField("parameter", parameter.pattern());
        }
        if (match.size() > 0) {
            json.writeNumberField("size", match.size());
        }
        HeaderPattern header = match.header();
        if (header != null) {
            json.writeStringField("header", header.toString());
        }
        Boolean tls = match.tls();
        if (tls != null) {
            json.writeBooleanField("tls", tls);
        }
        glob(json, "peer", match.peer());
    }

    private static void range(JsonGenerator json, String key, NumberRange range) throws IOException {
        if (range.isAny()) {
            return;
        }
        if (range.first() == range.last()) {
            json.writeNumberField(key, range.first());
        } else {
            json.writeStringField(key, range.toString());
        }
    }

    private static void glob(JsonGenerator json, String key, Glob glob) throws IOException {
        if (!glob.isAny()) {
            json.writeStringField(key, glob.pattern());
        }
    }

    private static void action(JsonGenerator json, Action action) throws IOException {
        ScriptedReply reply = action.reply();
        if (reply != null) {
            reply(json, reply);
        }
        duration(json, "delay", action.delay());
        duration(json, "stopReading", action.stopReading());
        flag(json, "hold", action.hold() == Action.Hold.UNTIL_RELEASED);
        flag(json, "never", action.hold() == Action.Hold.FOREVER);
        flag(json, "noBanner", action.opening() == Action.Opening.NO_BANNER);
        flag(json, "refuse", action.opening() == Action.Opening.REFUSED);
        framing(json, action);
        if (action.drop() != null) {
            json.writeStringField("drop", action.drop().point().toString());
            json.writeStringField("how", action.drop().how().toString());
        }
        EhloChange ehlo = action.ehlo();
        texts(json, "hide", ehlo.hide());
        texts(json, "add", ehlo.add());
        texts(json, "lie", ehlo.lie());
        TlsFault tls = action.tls();
        if (tls != null) {
            json.writeStringField(tls == TlsFault.CUT ? "handshake" : "certificate", tls.toString());
        }
        if (action.preset() != null) {
            json.writeStringField("preset", action.preset().toString());
        }
    }

    private static void reply(JsonGenerator json, ScriptedReply reply) throws IOException {
        json.writeObjectFieldStart("reply");
        json.writeNumberField("code", reply.code());
        if (!reply.status().isEmpty()) {
            json.writeStringField("status", reply.status());
        }
        json.writeStringField("text", reply.text());
        if (reply.lines() > 1) {
            json.writeNumberField("lines", reply.lines());
        }
        if (reply.effect() == ScriptedReply.Effect.CARRIED_OUT) {
            json.writeBooleanField("carriedOut", true);
        }
        json.writeEndObject();
    }

    private static void framing(JsonGenerator json, Action action) throws IOException {
        Framing framing = action.framing();
        if (framing == null) {
            return;
        }
        if (framing.kind() == Framing.Kind.SPLIT) {
            json.writeObjectFieldStart("framing");
            json.writeNumberField("split", framing.bytes());
            json.writeEndObject();
        } else {
            json.writeStringField("framing", framing.toString());
        }
    }

    private static void flag(JsonGenerator json, String key, boolean isSet) throws IOException {
        if (isSet) {
            json.writeBooleanField(key, true);
        }
    }

    private static void texts(JsonGenerator json, String key, List<String> texts) throws IOException {
        if (!texts.isEmpty()) {
            JsonText.strings(json, key, texts);
        }
    }

    /** Writes a duration in the largest unit in which it is a whole number. */
    private static void duration(JsonGenerator json, String key, Duration duration) throws IOException {
        if (duration.isZero()) {
            return;
        }
        long nanos = duration.toNanos();
        String text = nanos % 1_000_000_000 == 0
                ? nanos / 1_000_000_000 + "s"
                : nanos % 1_000_000 == 0 ? nanos / 1_000_000 + "ms" : nanos + "ns";
        json.writeStringField(key, text);
    }
}
