// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import dev.boxcar.sink.Inbox;
import dev.boxcar.spool.Spool;
import dev.boxcar.web.compose.Submission;
import dev.boxcar.web.http.HttpExchange;
import dev.boxcar.web.http.Router;
import dev.boxcar.web.outbound.MessageChecks;
import dev.boxcar.web.outbound.MessageRelease;
import dev.boxcar.web.request.RequestParameters;
import dev.boxcar.web.request.ServerInfo;
import dev.boxcar.web.request.WriteOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The routes of Mailpit's API, version 1. */
public final class MailpitApi {
    private final MessagesResource messages;
    private final MessageResource message;
    private final CheckResource check;
    private final ReleaseResource releases;
    private final TagsResource tags;
    private final SendResource send;
    private final InfoResource info;
    private final ViewResource view;
    private final EventSocketResource events;
    private final String webRoot;

    /**
     * An API for this inbox.
     *
     * @param checks checks messages with the help of other machines
     * @param chaos refuses commands at random; null if that is off
     * @param release passes messages on; null if that is off
     */
    public MailpitApi(
            Inbox inbox,
            Spool spool,
            ServerInfo server,
            String webRoot,
            MessageChecks checks,
            @Nullable Chaos chaos,
            @Nullable MessageRelease release,
            Clock clock) {
        var parameters = new RequestParameters(inbox, clock);
        this.messages = new MessagesResource(parameters);
        this.message = new MessageResource(parameters);
        this.check = new CheckResource(parameters, checks);
        this.releases = new ReleaseResource(parameters, release);
        this.tags = new TagsResource(parameters);
        this.send = new SendResource(new Submission(spool, server.smtp().maxBytes(), clock));
        this.info = new InfoResource(parameters, inbox, server, chaos, release, checks, clock);
        this.view = new ViewResource(parameters, webRoot);
        this.webRoot = webRoot;
        this.events = new EventSocketResource(parameters, server.version());
    }

    /** Adds the routes. */
    public void addTo(Router router) {
        router.add("GET", "/api/v1/messages", messages::list)
                .add("PUT", "/api/v1/messages", WriteOutcome.reporting(messages::mark))
                .add("DELETE", "/api/v1/messages", WriteOutcome.reporting(messages::delete))
                .add("GET", "/api/v1/search", messages::search)
                .add("DELETE", "/api/v1/search", WriteOutcome.reporting(messages::deleteMatches))
                .add("POST", "/api/v1/send", send::send)
                .add("GET", "/api/v1/tags", tags::list)
                .add("PUT", "/api/v1/tags", WriteOutcome.reporting(tags::set))
                .add("PUT", "/api/v1/tags/{tag}", WriteOutcome.reporting(tags::rename))
                .add("DELETE", "/api/v1/tags/{tag}", WriteOutcome.reporting(tags::delete))
                .add("GET", "/api/v1/info", info::info)
                .add("GET", "/api/v1/webui", info::settings)
                .add("GET", "/api/v1/chaos", info::chaos)
                .add("PUT", "/api/v1/chaos", info::setChaos)
                .add("GET", "/api/v1/swagger.json", MailpitApi::document)
                .add("GET", "/api/v1", exchange -> exchange.redirect(webRoot + "/api/v1/swagger.json"))
                .add("GET", "/api/events", events::open)
                .add("GET", "/view/{id}.html", view::html)
                .add("GET", "/view/{id}.txt", view::text)
                .add("GET", "/view/latest", view::latest);
        addMessageTo(router);
    }

    private void addMessageTo(Router router) {
        router.add("GET", "/api/v1/message/{id}", message::get)
                .add("GET", "/api/v1/message/{id}/headers", message::headers)
                .add("GET", "/api/v1/message/{id}/raw", message::raw)
                .add("GET", "/api/v1/message/{id}/part/{part}", message::part)
                .add("GET", "/api/v1/message/{id}/part/{part}/thumb", message::thumbnail)
                .add("GET", "/api/v1/message/{id}/html-check", check::html)
                .add("GET", "/api/v1/message/{id}/link-check", check::links)
                .add("GET", "/api/v1/message/{id}/sa-check", check::spam)
                .add("POST", "/api/v1/message/{id}/release", releases::release);
    }

    private static void document(HttpExchange exchange) throws IOException {
        try (InputStream in = MailpitApi.class.getResourceAsStream("swagger.json")) {
            if (in == null) {
                throw new IllegalStateException("swagger.json is missing from the jar");
            }
            exchange.bytes("application/json", in.readAllBytes());
        }
    }

    /** The WebSockets of all clients. */
    public EventSocketResource events() {
        return events;
    }
}
