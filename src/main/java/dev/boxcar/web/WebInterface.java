// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.sink.notify.InboxEvent;
import dev.boxcar.sink.notify.Subscription;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.spool.Spool;
import dev.boxcar.web.api.BoxcarApi;
import dev.boxcar.web.http.HttpServer;
import dev.boxcar.web.http.JsonText;
import dev.boxcar.web.http.Route;
import dev.boxcar.web.http.Router;
import dev.boxcar.web.http.StaticFiles;
import dev.boxcar.web.mailpit.MailpitApi;
import dev.boxcar.web.mailpit.MailpitJson;
import dev.boxcar.web.outbound.AutoRelease;
import dev.boxcar.web.outbound.Webhook;
import dev.boxcar.web.request.ServerInfo;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/**
 * Serves the page, the APIs and the metrics of a sink. Its methods may be called on any thread. Requests run on the web
 * server's own threads.
 */
public final class WebInterface implements AutoCloseable {
    static final String NOT_PASSED_ON = "not passed on";

    private static final long PING_INTERVAL_MILLIS = 20_000;

    private final HttpServer server;
    private final Timer pingTimer;
    private final Runnable closeEventStreams;

    private WebInterface(HttpServer server, Timer pingTimer, Runnable closeEventStreams) {
        this.server = server;
        this.pingTimer = pingTimer;
        this.closeEventStreams = closeEventStreams;
    }

    /**
     * Starts to serve the messages of {@code inbox}.
     *
     * @throws IOException if the server cannot start; the message is one line that says why
     */
    public static WebInterface start(
            HttpServer.Bound bound,
            Inbox inbox,
            Spool spool,
            ServerInfo info,
            RefusalCounter refusals,
            OptionalFeatures features)
            throws IOException {
        Clock clock = Clock.systemUTC();
        HttpServer.Options options = bound.options();
        var mailpit = new MailpitApi(
                inbox, spool, info, options.webRoot(), features.checks(), features.chaos(), features.release(), clock);
        var boxcar = new BoxcarApi(
                inbox,
                spool,
                info,
                options.webRoot(),
                features.webhook(),
                features.recorder(),
                features.faultLog(),
                features.scripts(),
                features.release(),
                clock);
        var metrics = new Metrics(inbox, spool, info, features.webhook(), clock);
        HttpServer server = HttpServer.start(bound, router(mailpit, boxcar, metrics, options));
        refusals.addListener(mailpit.events()::sendRefusal);
        var pingTimer = new Timer("boxcar-web-ping", true);
        var ping = new TimerTask() {
            @Override
            public void run() {
                mailpit.events().ping();
                boxcar.events().ping();
            }
        };
        pingTimer.schedule(ping, PING_INTERVAL_MILLIS, PING_INTERVAL_MILLIS);
        return new WebInterface(server, pingTimer, () -> {
            mailpit.events().closeAll();
            boxcar.close();
        });
    }

    /** All routes, in the order in which they are tried. */
    static Router router(MailpitApi mailpit, BoxcarApi boxcar, Metrics metrics, HttpServer.Options options) {
        var files = new StaticFiles(options.webRoot());
        var router = new Router();
        mailpit.addTo(router);
        boxcar.addTo(router);
        return router.add(new Route("GET", "/livez", Route.Access.PUBLIC, exchange -> exchange.status(200)))
                .add(new Route("GET", "/readyz", Route.Access.PUBLIC, exchange -> exchange.status(200)))
                .add("GET", "/metrics", metrics::scrape)
                .add("GET", "/", exchange -> files.serve(exchange, "index.html"))
                .add("GET", "/view/{id}", exchange -> files.serve(exchange, "index.html"))
                .add("GET", "/search", exchange -> files.serve(exchange, "index.html"))
                .add("GET", "/sessions", exchange -> files.serve(exchange, "index.html"))
                .add("GET", "/sessions/{id}", exchange -> files.serve(exchange, "index.html"))
                .add("GET", "/scripts", exchange -> files.serve(exchange, "index.html"))
                .add("GET", "/{name...}", exchange -> files.serve(exchange, exchange.parameter("name")));
    }

    /** Posts every message that arrives from now on to {@code webhook}, in the form of the API's message list. */
    public static void postArrivals(Inbox inbox, Webhook webhook) {
        forEachArrival(inbox, message -> webhook.post(JsonText.text(json -> MailpitJson.summary(json, message))));
    }

    /**
     * Releases every message that arrives from now on to the recipients that {@code rule} chooses from its own. A
     * message that could not be released gets the tag {@value #NOT_PASSED_ON}.
     */
    public static void releaseArrivals(Inbox inbox, AutoRelease release, UnaryOperator<List<Mailbox>> rule) {
        Namespace all = inbox.namespace("");
        release.onFailure(id -> all.changeTags(List.of(id), List.of(NOT_PASSED_ON), List.of()));
        forEachArrival(
                inbox,
                message -> release.release(
                        message.id(),
                        rule.apply(message.recipients().stream()
                                .filter(recipient -> recipient.indexOf('@') > 0)
                                .map(recipient -> Mailbox.parse(recipient, PathSyntax.LENIENT))
                                .toList())));
    }

    private static void forEachArrival(Inbox inbox, Consumer<MessageSummary> action) {
        Subscription subscription = inbox.namespace("").subscribe(Runnable::run, new Subscription.Listener() {
            @Override
            public void event(InboxEvent event) {
                if (event instanceof InboxEvent.Arrived arrived) {
                    action.accept(arrived.message());
                }
            }

            @Override
            public void dropped() {
                throw new IllegalStateException("the event queue overflowed although events are taken from it at once");
            }
        });
        if (subscription == null) {
            throw new IllegalStateException("a new inbox refused its first listener");
        }
    }

    /** Uses {@code tls} for all new HTTPS connections. */
    public void replaceTls(SSLContext tls) {
        server.replaceTls(tls);
    }

    /** The addresses to open in a browser. */
    public List<String> urls() {
        return server.urls();
    }

    /** Stops the server. Requests in progress get a moment to finish; event streams are closed. */
    @Override
    public void close() throws IOException {
        pingTimer.cancel();
        closeEventStreams.run();
        server.close();
    }
}
