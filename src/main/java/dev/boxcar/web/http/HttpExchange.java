// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its one answer.
 *
 * <p>Belongs to one thread at a time: to the one that calls the {@link RouteHandler}, then, where the answer comes
 * later, to the task given to {@link #resume}. An answer that cannot be written, because the client has gone, is
 * dropped.
 */
public final class HttpExchange {
    private static final Logger LOG = LoggerFactory.getLogger(HttpExchange.class);
    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final int BUFFER = 32 * 1024;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Map<String, String> parameters;
    private final @Nullable String user;
    private @Nullable Fields query;

    HttpExchange(
            Request request,
            Response response,
            Callback callback,
            Map<String, String> parameters,
            @Nullable String user) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.parameters = parameters;
        this.user = user;
    }

    /** The part of the path that stands at this name in the route. */
    public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        return value;
    }

    /** A value of the query, or null where it is not given. */
    public @Nullable String query(String name) {
        if (query == null) {
            query = Request.extractQueryParameters(request);
        }
        return query.getValue(name);
    }

    /** A whole number of the query, at least 0; {@code otherwise} where it is not given or none. */
    public int number(String name, int otherwise) {
        String value = query(name);
        return value != null && value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : otherwise;
    }

    /** A field of the request's head, or null. */
    public @Nullable String header(String name) {
        return request.getHeaders().get(name);
    }

    /** Who asks, where there are accounts. */
    public @Nullable String user() {
        return user;
    }

    /** The client's address. */
    public InetSocketAddress client() {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress address
                ? address
                : InetSocketAddress.createUnresolved("local", 0);
    }

    /** Whether the client speaks from this machine. */
    boolean isLocal() {
        InetSocketAddress client = client();
        return client.getAddress() != null && client.getAddress().isLoopbackAddress();
    }

    /** The body; a 413 where it has more bytes than {@code most}. */
    public byte[] body(int most) throws HttpProblem, IOException {
        try (InputStream in = new MinimumDataRate(System::nanoTime).of(Content.Source.asInputStream(request))) {
            byte[] bytes = in.readNBytes(most);
            if (bytes.length == most && in.read() >= 0) {
                throw new HttpProblem(413, "the request has more than " + most + " octets");
            }
            return bytes;
        }
    }

    /** The body as an object. */
    public JsonObject json(int most) throws HttpProblem, IOException {
        return JsonObject.parse(body(most));
    }

    /** Sets a field of the answer's head. */
    public HttpExchange set(String name, String value) {
        response.getHeaders().put(name, value);
        return this;
    }

    /** Answers with a status alone. */
    public void status(int status) {
        response.setStatus(status);
        response.write(true, ByteBuffer.allocate(0), callback);
    }

    /** Answers with a line or more of text. */
    public void text(int status, String text) {
        bytes(status, PLAIN, text.getBytes(UTF_8));
    }

    /** Answers 200 with bytes of this type. */
    public void bytes(String type, byte[] bytes) {
        bytes(200, type, bytes);
    }

    /** Answers with bytes of this type. */
    public void bytes(int status, String type, byte[] bytes) {
        response.setStatus(status);
        set("Content-Type", type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }

    /** Answers 200 with all that {@code source} gives, and closes it. */
    public void copy(String type, long length, InputStream source) throws IOException {
        set("Content-Type", type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
        try (source;
                OutputStream out = new BufferedOutputStream(paced(Content.Sink.asOutputStream(response)), BUFFER)) {
            source.transferTo(out);
        }
        callback.succeeded();
    }

    /** Answers 200 with all that {@code source} gives, however much that is. */
    public void copy(String type, InputStream source) throws IOException {
        set("Content-Type", type);
        try (OutputStream out = paced(Response.asBufferedOutputStream(request, response))) {
            source.transferTo(out);
        }
        callback.succeeded();
    }

    /** Answers 200 with a JSON value, written as it is made. */
    public void json(JsonWriter shape) throws IOException {
        json(200, shape);
    }

    /** Answers with a JSON value. */
    public void json(int status, JsonWriter shape) throws IOException {
        response.setStatus(status);
        set("Content-Type", "application/json");
        OutputStream out = paced(Response.asBufferedOutputStream(request, response));
        JsonText.write(shape, takesGzip() ? Gzip.to(out) : out);
        callback.succeeded();
    }

    private static OutputStream paced(OutputStream out) {
        return new MinimumDataRate(System::nanoTime).of(out);
    }

    /** Whether the answer is to be coded with gzip; its head then says so. */
    boolean takesGzip() {
        response.getHeaders().add("Vary", "Accept-Encoding");
        boolean taken = Gzip.isTaken(header("Accept-Encoding"));
        if (taken) {
            set("Content-Encoding", Gzip.NAME);
        }
        return taken;
    }

    /** Sends the client elsewhere. */
    public void redirect(String location) {
        set("Location", location).status(302);
    }

    /** Opens a stream of server-sent events; the answer has then begun. */
    public EventStream events() {
        set("Content-Type", "text/event-stream").set("Cache-Control", "no-store");
        response.setStatus(200);
        return new EventStream(response, callback);
    }

    /** Lets the answer take its time: a connection on which nothing moves is not closed for that. */
    public void bePatient() {
        request.addIdleTimeoutListener(idle -> false);
    }

    /** Says what is to be done if the client goes before it has an answer. */
    public void onGone(Runnable task) {
        request.addFailureListener(failure -> task.run());
    }

    /**
     * Goes on with the answer on a thread that may block, and answers what the task throws. For whoever had to wait.
     */
    public void resume(RouteHandler rest) {
        try {
            request.getComponents().getExecutor().execute(() -> run(rest));
        } catch (RuntimeException e) {
            callback.failed(e); // the server is ending
        }
    }

    /** Runs the action and answers what it throws. */
    void run(RouteHandler action) {
        try {
            action.handle(this);
        } catch (HttpProblem problem) {
            fail(problem);
        } catch (IOException e) {
            LOG.debug("an answer could not be written: {}", e.toString());
            callback.failed(e);
        } catch (RuntimeException e) {
            fail(unexpected(e));
        }
    }

    private HttpProblem unexpected(RuntimeException e) {
        if (e instanceof HttpException wrong) {
            return new HttpProblem(
                    wrong.getCode(), wrong.getCode() + " " + wrong.getReason()); // such as a malformed query
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
        text(problem.status(), problem.line());
    }

    /** The request as Jetty has it, for an upgrade. */
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
