// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import static dev.boxcar.lab.script.Match.rcpt;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import dev.boxcar.clients.SocketClient;
import dev.boxcar.lab.script.Script;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Test classes that {@link SmtpLabExtensionTest} runs. Their names keep them out of the build's own test run. */
final class LabSamples {
    private LabSamples() {}

    private static void takes(SmtpLabServer server, String subject) throws IOException {
        TestMail.send(server, subject);
        assertThat(server.takeMessage(ofSeconds(20)).source()).contains(subject);
        server.assertNoMessage();
    }

    // ---- that succeed

    static class InstanceField {
        @SmtpLab
        SmtpLabServer smtp;

        @SmtpLab
        private SmtpLabServer other;

        @RepeatedTest(2)
        void eachTestHasItsOwn() throws IOException {
            assertThat(smtp.sessions()).isEmpty();
            takes(smtp, "one");
            takes(other, "two");
            TestMail.send(smtp, "left over");
        }
    }

    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class StaticField {
        @SmtpLab
        static SmtpLabServer smtp;

        private static int portOfClass;
        private static int portOfFirst;

        @BeforeAll
        static void start(SmtpLabServer parameter) {
            portOfClass = smtp.port();
            assertThat(parameter.port()).isEqualTo(portOfClass);
        }

        @Test
        @Order(1)
        void first(SmtpLabServer parameter) throws IOException {
            portOfFirst = smtp.port();
            assertThat(portOfFirst).isNotEqualTo(portOfClass).isEqualTo(parameter.port());
            takes(smtp, "first");
            TestMail.send(parameter, "left over");
            smtp.enqueue(Script.session().on(rcpt()).reply(550, "5.1.1", "left over"));
        }

        @Test
        @Order(2)
        void seesNothingOfTheFirst() throws IOException {
            assertThat(smtp.port()).isNotEqualTo(portOfFirst);
            assertThat(smtp.sessions()).isEmpty();
            takes(smtp, "second");
        }

        @Test
        @Order(3)
        void seesMailToThePortOfTheClass() throws IOException {
            try (SocketClient client = SocketClient.greeted(new java.net.InetSocketAddress(smtp.host(), portOfClass))) {
                TestMail.deliver(client, "Subject: to the class\r\n\r\n");
            }
            assertThat(smtp.takeMessage(ofSeconds(20)).subject()).isEqualTo("to the class");
            assertThat(smtp.takeSession(ofSeconds(20)).commands()).contains("DATA");
        }

        @Test
        @Order(4)
        void isThereOnOtherThreads() throws Exception {
            int port = smtp.port();
            assertThat(CompletableFuture.supplyAsync(() -> smtp.port()).get(20, TimeUnit.SECONDS))
                    .isEqualTo(port);
        }

        @Nested
        class Inner {
            @Test
            void sharesTheServerOfTheOuterClass(SmtpLabServer parameter) throws IOException {
                assertThat(parameter.port()).isEqualTo(smtp.port()).isNotEqualTo(portOfClass);
                takes(smtp, "inner");
            }
        }

        @AfterAll
        static void end() {
            assertThat(smtp.port()).isEqualTo(portOfClass);
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    static class Parallel {
        private static final int TESTS = 4;
        private static final CyclicBarrier ALL_RUN = new CyclicBarrier(TESTS);
        private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();

        @SmtpLab
        static SmtpLabServer smtp;

        @RepeatedTest(TESTS)
        void seesOnlyItsOwnMail(SmtpLabServer parameter) throws Exception {
            ALL_RUN.await(20, TimeUnit.SECONDS);
            assertThat(PORTS.add(smtp.port())).isTrue();
            TestMail.send(smtp, "mail to " + smtp.port());
            assertThat(smtp.takeMessage(ofSeconds(20)).subject()).isEqualTo("mail to " + smtp.port());
            ALL_RUN.await(20, TimeUnit.SECONDS);
            smtp.assertNoMessage();
            int seen = CompletableFuture.supplyAsync(parameter::port).get(20, TimeUnit.SECONDS);
            assertThat(seen).isEqualTo(smtp.port());
            var elsewhere = CompletableFuture.supplyAsync(() -> smtp.port());
            assertThat(elsewhere)
                    .failsWithin(20, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withMessageContaining("4 tests share this SMTP server")
                    .withMessageContaining("give the test method a parameter of type SmtpLabServer");
            ALL_RUN.await(20, TimeUnit.SECONDS);
        }
    }

    @TestInstance(PER_CLASS)
    static class OneInstance {
        @SmtpLab
        SmtpLabServer smtp;

        private int portOfClass;

        @BeforeAll
        void start() {
            portOfClass = smtp.port();
        }

        @RepeatedTest(2)
        void eachTestHasANamespace() throws IOException {
            assertThat(smtp.port()).isNotEqualTo(portOfClass);
            takes(smtp, "one");
            TestMail.send(smtp, "left over");
        }
    }

    static class ParameterOnly {
        private int port;

        @BeforeEach
        void before(@SmtpLab SmtpLabServer smtp) {
            port = smtp.port();
        }

        @RepeatedTest(2)
        void isTheSameForAllMethodsOfATest(@SmtpLab SmtpLabServer smtp) throws IOException {
            assertThat(smtp.port()).isEqualTo(port);
            takes(smtp, "parameter");
        }

        @AfterEach
        void after(@SmtpLab SmtpLabServer smtp) {
            assertThat(smtp.port()).isEqualTo(port);
        }
    }

    @ExtendWith(SmtpLabExtension.class)
    static class RegisteredByHand {
        @Test
        void needsNoAnnotation(SmtpLabServer smtp) throws IOException {
            takes(smtp, "by hand");
        }
    }

    abstract static class Base {
        @SmtpLab
        static SmtpLabServer smtp;
    }

    static class Inheriting extends Base {
        @RepeatedTest(2)
        void usesTheInheritedField() throws IOException {
            takes(smtp, "inherited");
        }
    }

    static class Aborted {
        @SmtpLab
        SmtpLabServer smtp;

        @Test
        void isNotAFailure() {
            assumeTrue(false);
        }
    }

    // ---- that fail

    static class TimingOut {
        @SmtpLab
        SmtpLabServer smtp;

        @Test
        void waitsInVain() throws IOException {
            try (SocketClient client = TestMail.connect(smtp)) {
                client.ask("MAIL FROM:<author@example.org>");
                client.ask("RCPT TO:<<script>&>");
            }
            smtp.takeSession(ofSeconds(20));
            smtp.takeMessage(ofMillis(1));
        }
    }

    static class FailingAfterMail {
        @SmtpLab
        static SmtpLabServer smtp;

        @RepeatedTest(2)
        void fails() throws IOException {
            smtp.enqueue(Script.session().name("the third").on(rcpt().nth(3)).reply(550, "5.1.1", "no such user"));
            TestMail.send(smtp, "<b>unread</b>");
            fail("on purpose");
        }
    }

    static class Strict {
        @SmtpLab(strict = true)
        SmtpLabServer smtp;

        @Test
        void usesNoRule() throws IOException {
            smtp.enqueue(Script.session().on(rcpt().nth(3)).reply(550, "5.1.1", "no such user"));
            takes(smtp, "one recipient");
        }

        @Test
        void usesNoScript() {
            smtp.enqueue(Script.session().name("greeted").on(rcpt()).reply(550, "5.1.1", "no such user"));
        }

        @Test
        void failsFirst() {
            smtp.enqueue(Script.session().on(rcpt()).reply(550, "5.1.1", "no such user"));
            fail("on purpose");
        }
    }

    static class WrongField {
        @SmtpLab
        String smtp;

        @Test
        void neverRuns() {}
    }

    static class FinalField {
        @SmtpLab
        static final @Nullable SmtpLabServer SMTP = null;

        @Test
        void neverRuns() {}
    }

    static class WrongParameter {
        @Test
        void neverRuns(@SmtpLab String smtp) {}
    }

    static class TwoServers {
        @SmtpLab
        SmtpLabServer one;

        @SmtpLab
        static SmtpLabServer two;

        @Test
        void neverRuns(SmtpLabServer which) {}
    }

    static class ForAllTests {
        @BeforeAll
        static void before(@SmtpLab SmtpLabServer smtp) {}

        @Test
        void neverRuns() {}
    }
}
