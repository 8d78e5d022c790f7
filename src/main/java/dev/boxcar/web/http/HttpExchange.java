// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.web.http.stream.Gzip;
import dev.boxcar.web.http.stream.MinimumDataRate;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response.
 *
 * <p>Confined to one thread at a time: first the thread that calls the {@link Route.Handler} and then, for a response
 * that is sent later, the task given to {@link #resume}. A response is dropped if the client has disconnected.
 */
public final class HttpExchange {
    private static final Logger LOG = LoggerFactory.getLogger(HttpExchange.class);
    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final int BUFFER = 32 * 1024;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final UrlSigner signer;
    private final ProblemFormat problemFormat;
    private final RequestBody body;
    private Map<String, String> parameters = Map.of();
    private @Nullable String user;
    private @Nullable Fields query;
    /** Guarded by {@code this}, like the next field, because a response may be resumed while the handler still runs. */
    private @Nullable DisconnectWatch watch;

    private boolean resumed;

    /** How problems are reported. */
    enum ProblemFormat {
        TEXT,
        /** RFC 9457. */
        JSON
    }

    HttpExchange(Request request, Response response, Callback callback, UrlSigner signer, ProblemFormat problemFormat) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.signer = signer;
        this.problemFormat = problemFormat;
        this.body = new RequestBody(request);
    }

    /** The request has a route: the values of the route's names, and the account that the client logged in to. */
    void routed(Map<String, String> values, @Nullable String account) {
        parameters = values;
        user = account;
    }

    /** The value of a named part of the route's path. */
    public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        return value;
    }

    /** A query parameter, or null if it is missing. */
    public @Nullable String query(String name) {
        if (query == null) {
            query = Request.extractQueryParameters(request);
        }
        return query.getValue(name);
    }

    /** A query parameter that is a whole number; {@code defaultValue} if it is missing or invalid. */
    public int number(String name, int defaultValue) {
        String value = query(name);
        return value != null && value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : defaultValue;
    }

    /**
     * The URL of a path of this server, for use in a page that the browser treats as a page of another site. The caller
     * may append query parameters with {@code &}.
     */
    public String signedUrl(String path) {
        return path + "?" + UrlSigner.PARAMETER + "=" + signer.sign(path);
    }

    /** A header field of the request, or null. */
    public @Nullable String header(String name) {
        return request.getHeaders().get(name);
    }

    /** The account that the client logged in to, or null if there are no accounts. */
    public @Nullable String user() {
        return user;
    }

    /** The client's address. */
    public InetSocketAddress client() {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress address
                ? address
                : InetSocketAddress.createUnresolved("local", 0);
    }

    /** Whether the client is on this machine. */
    boolean isLocal() {
        InetSocketAddress client = client();
        return client.getAddress() != null && client.getAddress().isLoopbackAddress();
    }

    /** The request body. Throws a 413 if it is longer than {@code maxBytes}. */
    public byte[] body(int maxBytes) throws HttpProblem, IOException {
        return body.read(maxBytes);
    }

    /** The request body as a JSON object. */
    public JsonObject json(int maxBytes) throws HttpProblem, IOException {
        return JsonObject.parse(body(maxBytes));
    }

    /** Sets a header field of the response. */
    public HttpExchange set(String name, String value) {
        response.getHeaders().put(name, value);
        return this;
    }

    /** Responds with a status and no body. */
    public void status(int status) {
        response.setStatus(status);
        response.write(true, ByteBuffer.allocate(0), callback);
    }

    /** Responds with text. */
    public void text(int status, String text) {
        bytes(status, PLAIN, text.getBytes(UTF_8));
    }

    /** Responds 200 with bytes of this type. */
    public void bytes(String type, byte[] bytes) {
        bytes(200, type, bytes);
    }

    /** Responds with bytes of this type. */
    public void bytes(int status, String type, byte[] bytes) {
        response.setStatus(status);
        set("Content-Type", type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }

    /** Responds 200 with the {@code length} bytes of {@code source}, and closes it. */
    public void copy(String type, long length, InputStream source) throws IOException {
        set("Content-Type", type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
        try (source;
                OutputStream out = new BufferedOutputStream(limited(Content.Sink.asOutputStream(response)), BUFFER)) {
            source.transferTo(out);
        }
        callback.succeeded();
    }

    /** Responds 200 with all bytes of {@code source}. */
    public void copy(String type, InputStream source) throws IOException {
        set("Content-Type", type);
        try (OutputStream out = limited(Response.asBufferedOutputStream(request, response))) {
            source.transferTo(out);
        }
        callback.succeeded();
    }

    /** Responds 200 with a JSON value, which is streamed. */
    public void json(JsonText.Value value) throws IOException {
        json(200, value);
    }

    /** Responds with a JSON value, which is streamed. */
    public void json(int status, JsonText.Value value) throws IOException {
        response.setStatus(status);
        set("Content-Type", "application/json");
        OutputStream out = limited(Response.asBufferedOutputStream(request, response));
        JsonText.write(value, startGzip() ? Gzip.compressTo(out) : out);
        callback.succeeded();
    }

    private static OutputStream limited(OutputStream out) {
        return new MinimumDataRate(System::nanoTime).of(out);
    }

    /** Whether the client accepts gzip. If so, the response header declares it, and the body must be compressed. */
    boolean startGzip() {
        response.getHeaders().add("Vary", "Accept-Encoding");
        boolean accepted = Gzip.isAccepted(header("Accept-Encoding"));
        if (accepted) {
            set("Content-Encoding", Gzip.NAME);
        }
        return accepted;
    }

    /** Redirects the client. */
    public void redirect(String location) {
        set("Location", location).status(302);
    }

    /** Starts a response that is a stream of server-sent events. */
    public EventStream events() {
        set("Content-Type", "text/event-stream").set("Cache-Control", "no-store");
        response.setStatus(200);
        return new EventStream(response, callback);
    }

    /** Keeps the connection open while it is idle, for a response that is sent later. */
    public void disableIdleTimeout() {
        request.addIdleTimeoutListener(idle -> false);
    }

    /** Runs {@code task} if the request fails before it has its response, as when the client disconnects. */
    public void onDisconnect(Runnable task) {
        request.addFailureListener(failure -> task.run());
        synchronized (this) {
            if (!resumed) {
                watch = DisconnectWatch.start(request, () -> {
                    task.run();
                    callback.failed(new EofException("the client has disconnected"));
                });
            }
        }
    }

    /** Continues a request that had to wait, on a thread that may block. */
    public void resume(Route.Handler rest) {
        synchronized (this) {
            resumed = true;
            if (watch != null) {
                watch.stop();
            }
        }
        try {
            request.getComponents().getExecutor().execute(() -> run(rest));
        } catch (RuntimeException e) {
            callback.failed(e); // the server is stopping
        }
    }

    /** Runs the handler. What it throws becomes the response. */
    void run(Route.Handler handler) {
        try {
            handler.handle(this);
        } catch (HttpProblem problem) {
            fail(problem);
        } catch (IOException e) {
            LOG.debug("writing a response failed: {}", e.toString());
            callback.failed(e);
        } catch (RuntimeException e) {
            fail(unexpected(e));
        }
    }

    private HttpProblem unexpected(RuntimeException e) {
        if (e instanceof HttpException invalid) {
            return new HttpProblem(
                    invalid.getCode(), invalid.getCode() + " " + invalid.getReason()); // such as a malformed query
        }
        LOG.error(
                "request={} {} failed",
                request.getMethod(),
                request.getHttpURI().getPath(),
                e);
        return new HttpProblem(500, "500 internal error");
    }

    private void fail(HttpProblem problem) {
        if (response.isCommitted()) {
            callback.failed(problem);
            return;
        }
        List.of("Content-Length", "Content-Encoding", "ETag", "Content-Disposition")
                .forEach(response.getHeaders()::remove);
        if (!problem.allowed().isEmpty()) {
            set("Allow", problem.allowed());
        }
        if (problem.status() == 401) {
            set("WWW-Authenticate", "Basic realm=\"Boxcar\", charset=\"UTF-8\"");
        }
        boolean json = problemFormat == ProblemFormat.JSON;
        refuse(problem.status(), json ? "application/problem+json" : PLAIN, json ? problem.json() : problem.reason());
    }

    /** Responds at once, and then reads what the client still sends of its request. */
    private void refuse(int status, String type, String text) {
        response.setStatus(status);
        set("Content-Type", type);
        byte[] bytes = text.getBytes(UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        try {
            Content.Sink.write(response, true, ByteBuffer.wrap(bytes));
            body.discard();
            callback.succeeded();
        } catch (IOException e) {
            LOG.debug("refusing a request failed: {}", e.toString());
            callback.failed(e);
        }
    }

    /** Jetty's request, for a WebSocket upgrade. */
    Request request() {
        return request;
    }

    Response response() {
        return response;
    }

    Callback callback() {
        return callback;
    }
}
