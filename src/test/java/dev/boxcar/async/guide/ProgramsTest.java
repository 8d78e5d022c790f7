// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs each program of the guide. */
@Timeout(60)
class ProgramsTest {
    private final EventLoop loop = EventLoop.open("guide");
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, US_ASCII);

    ProgramsTest() throws IOException {}

    @AfterEach
    void end() {
        loop.close();
    }

    private InetSocketAddress listen(Function<EventLoop, Dispatcher> protocol) throws IOException {
        var listener = new Listener(loop, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), protocol);
        return (InetSocketAddress) listener.localAddress();
    }

    /** The answer of a server to some bytes and the end of input. */
    private String answers(Function<EventLoop, Dispatcher> protocol, String said) throws IOException {
        InetSocketAddress address = listen(protocol);
        new Thread(loop::serve).start();
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(said.getBytes(US_ASCII));
            return readToEnd(socket);
        }
    }

    private static String readToEnd(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }

    @Test
    void countdownPrintsEachNumberAndEnds() {
        new Countdown(loop, 3, Duration.ofMillis(1), out);
        loop.serve();
        assertThat(printed.toString(US_ASCII).lines()).containsExactly("3", "2", "1");
    }

    @Test
    void fetchReadsAPageFromEachOfTwoServers() throws IOException {
        HttpServer one = pages("one");
        HttpServer two = pages("two");
        try {
            new Fetch(loop, one.getAddress(), "/", out);
            new Fetch(loop, two.getAddress(), "/", out);
            loop.run();
        } finally {
            one.stop(0);
            two.stop(0);
        }
        assertThat(printed.toString(US_ASCII)).contains("200 OK", "page one", "page two");
    }

    private static HttpServer pages(String name) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] page = ("page " + name).getBytes(US_ASCII);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void daytimeSendsTheTime() throws IOException {
        Clock clock = Clock.fixed(Instant.parse("1999-06-01T12:00:00Z"), ZoneOffset.UTC);
        assertThat(answers(here -> new Daytime(here, clock), "")).isEqualTo("1999-06-01T12:00:00Z\r\n");
    }

    @Test
    void echoReturnsMoreThanItsBufferHolds() throws Exception {
        String said = "0123456789".repeat(20_000);
        InetSocketAddress address = listen(Echo::new);
        new Thread(loop::serve).start();
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(20_000);
            var speaker = new Thread(() -> say(socket, said));
            speaker.start();
            assertThat(readToEnd(socket)).isEqualTo(said);
            speaker.join();
        }
    }

    private static void say(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void mottoSendsItsLinesAndCloses() throws IOException {
        List<String> lines = List.of("Festina", "lente");
        assertThat(answers(here -> new Motto(here, lines), "")).isEqualTo("Festina\r\nlente\r\n");
    }

    @Test
    void netstringsAreEchoedAndInvalidOnesCloseTheChannel() throws IOException {
        assertThat(answers(Netstrings::new, "5:hello,0:,3:a:b,x:")).isEqualTo("5:hello,0:,3:a:b,error\r\n");
    }

    @Test
    void questionsSentTogetherAreAnsweredInOrder() throws IOException {
        InetSocketAddress address = listen(Shout::new);
        var questions = new Questions(loop, address, List.of("one", "", "three"), out);
        while (!questions.isClosed()) {
            loop.poll(Duration.ofSeconds(1));
        }
        assertThat(printed.toString(US_ASCII).lines()).containsExactly("one -> ONE", " -> ", "three -> THREE");
    }

    @Test
    void shoutReportsALineThatIsTooLong() throws IOException {
        InetSocketAddress address = listen(Shout::new);
        var questions = new Questions(loop, address, List.of("x".repeat(1001), "y"), out);
        while (!questions.isClosed()) {
            loop.poll(Duration.ofSeconds(1));
        }
        assertThat(printed.toString(US_ASCII)).contains("x -> too long").contains("y -> Y");
    }

    @Test
    void numbersAreProducedAsTheyAreSent() throws IOException {
        String told = answers(here -> new Counting(here, 100_000), "");
        assertThat(told)
                .startsWith("1\r\n2\r\n")
                .endsWith("\r\n99999\r\n100000\r\n")
                .hasLineCount(100_000);
    }

    @Test
    void aReadyAnswerWaitsForTheOneBeforeIt() throws IOException {
        ExecutorService helpers = Executors.newFixedThreadPool(2);
        var secondIsKnown = new CountDownLatch(1);
        InetSocketAddress address = listen(here -> new Finger(here, name -> directory(name, secondIsKnown), helpers));
        var questions = new Questions(loop, address, List.of("first", "second"), out);
        while (!questions.isClosed()) {
            loop.poll(Duration.ofSeconds(1));
        }
        helpers.shutdown();
        assertThat(printed.toString(US_ASCII).lines())
                .containsExactly("first -> first is here", "second -> second is here");
    }

    /** A directory that finds the first name only after the second. */
    private static String directory(String name, CountDownLatch secondIsKnown) {
        if (name.equals("second")) {
            secondIsKnown.countDown();
        } else {
            awaitBriefly(secondIsKnown);
        }
        return name + " is here";
    }

    private static void awaitBriefly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
