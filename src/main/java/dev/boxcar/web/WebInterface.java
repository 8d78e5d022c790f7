// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import dev.boxcar.record.Recorder;
import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.InboxEvent;
import dev.boxcar.sink.Subscription;
import dev.boxcar.spool.Spool;
import dev.boxcar.web.api.BoxcarApi;
import dev.boxcar.web.http.Assets;
import dev.boxcar.web.http.HttpServer;
import dev.boxcar.web.http.JsonText;
import dev.boxcar.web.http.Route;
import dev.boxcar.web.http.Router;
import dev.boxcar.web.mailpit.Chaos;
import dev.boxcar.web.mailpit.MailpitApi;
import dev.boxcar.web.mailpit.Shapes;
import dev.boxcar.web.outbound.LinkCheck;
import dev.boxcar.web.outbound.MessageRelease;
import dev.boxcar.web.outbound.Webhook;
import dev.boxcar.web.request.ServerInfo;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The page and the APIs of a sink, being served. Any thread; requests run on threads of the web's own. */
public final class WebInterface implements AutoCloseable {
    private static final long PING_MILLIS = 20_000;

    /**
     * What may be done beyond showing mail; each is null where it was not asked for.
     *
     * @param links visits the links of messages
     * @param chaos refuses at random
     * @param release passes messages on
     * @param webhook is told of each message
     * @param recorder has recorded the sessions
     */
    public record Extras(
            @Nullable LinkCheck links,
            @Nullable Chaos chaos,
            @Nullable MessageRelease release,
            @Nullable Webhook webhook,
            @Nullable Recorder recorder) {
        /** Nothing. */
        public static final Extras NONE = new Extras(null, null, null, null, null);
    }

    private final HttpServer server;
    private final Timer pulse;

    private final Runnable endOfStreams;

    private WebInterface(HttpServer server, Timer pulse, Runnable endOfStreams) {
        this.server = server;
        this.pulse = pulse;
        this.endOfStreams = endOfStreams;
    }

    /**
     * Serves what is in the inbox.
     *
     * @throws IOException whose message is one line that says what is in the way
     */
    public static WebInterface start(
            HttpServer.Options options,
            Inbox inbox,
            Spool spool,
            ServerInfo facts,
            RefusalCounter refusals,
            Extras extras)
            throws IOException {
        Clock clock = Clock.systemUTC();
        var mailpit = new MailpitApi(
                inbox, spool, facts, options.webRoot(), extras.links(), extras.chaos(), extras.release(), clock);
        var ours = new BoxcarApi(inbox, spool, facts, extras.webhook(), extras.recorder(), clock);
        HttpServer server = HttpServer.start(
                options, router(mailpit, ours, new Metrics(inbox, spool, facts, extras.webhook(), clock), options));
        refusals.tell(mailpit.events()::error);
        var pulse = new Timer("boxcar-web-pulse", true);
        var beat = new TimerTask() {
            @Override
            public void run() {
                mailpit.events().ping();
                ours.stream().ping();
            }
        };
        pulse.schedule(beat, PING_MILLIS, PING_MILLIS);
        return new WebInterface(server, pulse, () -> {
            mailpit.events().closeAll();
            ours.stream().closeAll();
        });
    }

    /** The routes, in the order in which they are tried. */
    static Router router(MailpitApi mailpit, BoxcarApi ours, Metrics metrics, HttpServer.Options options) {
        var assets = new Assets(options.webRoot());
        var router = new Router();
        mailpit.addTo(router);
        ours.addTo(router);
        return router.add(new Route("GET", "/livez", Route.Access.ANYBODY, exchange -> exchange.status(200)))
                .add(new Route("GET", "/readyz", Route.Access.ANYBODY, exchange -> exchange.status(200)))
                .add("GET", "/metrics", metrics::scrape)
                .add("GET", "/", exchange -> assets.serve(exchange, "index.html"))
                .add("GET", "/view/{id}", exchange -> assets.serve(exchange, "index.html"))
                .add("GET", "/search", exchange -> assets.serve(exchange, "index.html"))
                .add("GET", "/{name...}", exchange -> assets.serve(exchange, exchange.parameter("name")));
    }

    /** Has every message that comes from now on announced: as the API's list shows it. */
    public static void announce(Inbox inbox, Webhook webhook) {
        Subscription subscription = inbox.box("").listen(Runnable::run, new Subscription.Listener() {
            @Override
            public void event(InboxEvent event) {
                if (event instanceof InboxEvent.Arrived arrived) {
                    webhook.post(JsonText.text(json -> Shapes.summary(json, arrived.message())));
                }
            }

            @Override
            public void dropped() {
                throw new IllegalStateException("a queue that is always taken from at once was full");
            }
        });
        if (subscription == null) {
            throw new IllegalStateException("a new inbox has listeners enough");
        }
    }

    /** From now on HTTPS is spoken with this, by those who come. */
    public void renew(SSLContext tls) {
        server.renew(tls);
    }

    /** Where a browser finds it. */
    public List<String> urls() {
        return server.urls();
    }

    /** Ends: no more requests. */
    @Override
    public void close() throws IOException {
        pulse.cancel();
        endOfStreams.run();
        server.close();
    }
}
