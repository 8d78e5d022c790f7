// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.ScriptStore;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.HttpProblem;
import dev.boxcar.web.http.JsonText;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code /lab/scripts}: the scripts in force. */
final class ScriptResource {
    private static final int MAX_BYTES = 256 * 1024;

    private final @Nullable ScriptStore store;

    /** Serves this store; null if the server is not a lab. */
    ScriptResource(@Nullable ScriptStore store) {
        this.store = store;
    }

    /** Whether this server is a lab. */
    boolean areAccepted() {
        return store != null;
    }

    /** GET scripts. */
    void list(HttpExchange exchange) throws HttpProblem, IOException {
        ScriptStore scripts = store();
        exchange.json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("scripts");
            for (ActiveScript script : scripts.list()) {
                ActiveScriptJson.write(json, script);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** POST scripts: puts one in force. */
    void add(HttpExchange exchange) throws HttpProblem, IOException {
        ScriptStore scripts = store();
        ActiveScript added;
        try {
            added = scripts.add(ScriptJson.read(exchange.body(MAX_BYTES)));
        } catch (IllegalStateException e) {
            throw new HttpProblem(409, String.valueOf(e.getMessage()));
        }
        String body = JsonText.text(json -> ActiveScriptJson.write(json, added));
        exchange.bytes(201, "application/json", body.getBytes(UTF_8));
    }

    /** GET script. */
    void get(HttpExchange exchange) throws HttpProblem, IOException {
        ActiveScript script = find(exchange);
        exchange.json(json -> ActiveScriptJson.write(json, script));
    }

    /** DELETE script. */
    void delete(HttpExchange exchange) throws HttpProblem {
        if (!store().delete(exchange.parameter("script"))) {
            throw unknown();
        }
        exchange.status(204);
    }

    /** DELETE scripts: all of them. */
    void deleteAll(HttpExchange exchange) throws HttpProblem {
        store().deleteAll();
        exchange.status(204);
    }

    /** POST release: lets the replies leave that the script holds. */
    void release(HttpExchange exchange) throws HttpProblem {
        find(exchange).release();
        exchange.status(204);
    }

    private ActiveScript find(HttpExchange exchange) throws HttpProblem {
        ActiveScript script = store().find(exchange.parameter("script"));
        if (script == null) {
            throw unknown();
        }
        return script;
    }

    private static HttpProblem unknown() {
        return new HttpProblem(404, "no script with this id");
    }

    private ScriptStore store() throws HttpProblem {
        if (store == null) {
            throw new HttpProblem(404, "this server runs no scripts: start boxcar lab");
        }
        return store;
    }
}
