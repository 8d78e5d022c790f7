// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.smtp.server.Questions.Gate;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.Policy;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What each command of one session is answered (RFC 5321 §4.1). What the protocol accepts, the {@link Policy} is asked
 * about. Confined to the loop thread.
 */
final class Commands extends SessionPart {
    private static final String SMTPUTF8 = "SMTPUTF8";

    private boolean refusedAtConnect;
    /** The last command asked for UTF-8 in its answer. */
    private boolean utf8;

    Commands(SmtpSession session) {
        super(session);
    }

    /** Carries out a command; the reply, or null where it comes later. */
    @Nullable
    Reply answer(Command command) throws IOException {
        utf8 = false;
        Verb verb = command.verb();
        return verb == null ? unknown(command) : answer(command, verb);
    }

    private @Nullable Reply answer(Command command, Verb verb) throws IOException {
        Reply refusal = refusal(verb);
        if (verb == Verb.BDAT) {
            session.chunks().hear(command, refusal, extensions());
            return null;
        } else if (refusal != null) {
            return refusal;
        }
        Reply instead = answers().instead(verb);
        if (instead != null) {
            return instead;
        }
        return switch (verb) {
            case HELO -> hello(command, verb);
            case EHLO -> hello(command, verb);
            case MAIL -> mail(command);
            case RCPT -> rcpt(command);
            case DATA -> command.hasArgument() ? Replies.NO_ARGUMENT : data();
            case BDAT -> throw new IllegalStateException("BDAT is answered with its octets");
            case RSET -> command.hasArgument() ? Replies.NO_ARGUMENT : reset();
            case STARTTLS -> command.hasArgument() ? Replies.NO_ARGUMENT : startTls();
            case NOOP -> Replies.NOOP;
            case VRFY, EXPN -> command.hasArgument() ? verify(command, verb) : Replies.ARGUMENT_MISSING;
            case HELP -> Replies.HELP;
            case AUTH -> client().isExtended() ? session.authenticate(command) : Replies.HELLO_FIRST;
            case QUIT -> command.hasArgument() ? Replies.NO_ARGUMENT : service().closing();
        };
    }

    private @Nullable Reply refusal(Verb verb) {
        Reply outOfPlace = phase().refusal(verb);
        boolean comesTooEarly = outOfPlace != null && phase() == Phase.CONNECTED;
        if (comesTooEarly) {
            return outOfPlace;
        } else if (needsTls(verb)) {
            return Replies.TLS_FIRST;
        }
        return needsUser(verb) ? Replies.AUTH_REQUIRED : outOfPlace;
    }

    /** RFC 3207 §4: what may be said in clear where TLS is required. */
    private boolean needsTls(Verb verb) {
        if (!session.entrance.needsTls() || client().insideTls()) {
            return false;
        }
        return switch (verb) {
            case EHLO, STARTTLS, NOOP, QUIT -> false;
            case HELO, AUTH, MAIL, RCPT, DATA, BDAT, RSET, VRFY, EXPN, HELP -> true;
        };
    }

    /** RFC 4954 §6: 530 to any command but those that a client needs on its way to AUTH, or away. */
    private boolean needsUser(Verb verb) {
        AuthenticationOptions authentication = service().authentication();
        boolean required = session.entrance.needsUser() || (authentication != null && authentication.isRequired());
        if (!required || client().user() != null) {
            return false;
        }
        return switch (verb) {
            case AUTH, EHLO, HELO, STARTTLS, NOOP, RSET, QUIT, HELP -> false;
            case MAIL, RCPT, DATA, BDAT, VRFY, EXPN -> true;
        };
    }

    /** STARTTLS (RFC 3207 §4); where TLS is offered and not there yet, its answer waits, and the session with it. */
    private @Nullable Reply startTls() {
        TlsOffer tls = session.entrance.tlsOffer();
        if (client().insideTls()) {
            return Replies.TLS_ALREADY;
        } else if (tls == null) {
            return Replies.NO_TLS_HERE;
        }
        LateReply place = answers().later(Verb.STARTTLS);
        Question.Then then = words -> {
            TlsSettings ready = tls.current();
            if (ready == null || session.isLeaving()) {
                return Replies.TLS_UNAVAILABLE;
            }
            session.secure(ready);
            return Replies.START_TLS;
        };
        questions()
                .ask(
                        place,
                        Verb.STARTTLS,
                        Gate.SHUT,
                        then,
                        decision -> tls.whenSettled(isThere -> {
                            if (isThere) {
                                decision.accept();
                            } else {
                                decision.answer(Replies.TLS_UNAVAILABLE);
                            }
                        }));
        return null;
    }

    /** What the client may use: nothing behind HELO (RFC 5321 §2.2.1). */
    private Set<Extension> extensions() {
        return client().isExtended() ? service().offer().extensions(client()) : Set.of();
    }

    private Phase phase() {
        if (refusedAtConnect) {
            return Phase.REFUSED;
        } else if (!client().saidHello()) {
            return Phase.CONNECTED;
        } else if (!transaction().isOpen()) {
            return Phase.READY;
        }
        if (transaction().hasBody()) {
            return Phase.CHUNKS;
        }
        return transaction().recipients() == 0 ? Phase.SENDER : Phase.RECIPIENTS;
    }

    /** Whether the last command asked for UTF-8 in its answer (RFC 6531 §3.7.4.2). */
    boolean mayUseUtf8() {
        return utf8;
    }

    /** Whoever speaks now was not refused yet. */
    void admit() {
        refusedAtConnect = false;
    }

    /** The connection itself was refused: the client may only go (RFC 5321 §3.1). */
    void refuseAll() {
        refusedAtConnect = true;
    }

    /**
     * A web page may make a browser post SMTP to us; what looks like HTTP ends the session before its body is read
     * (P7).
     */
    private @Nullable Reply unknown(Command command) throws IOException {
        if (command.isWord(Xclient.WORD)) {
            return xclient(command);
        } else if (!client().saidHello() && command.isWord("PROXY")) {
            return Replies.UNWANTED_PROXY_HEADER;
        }
        return command.argument().contains("HTTP/") ? Replies.NOT_HTTP : Replies.UNKNOWN;
    }

    /** Whoever may speak for others starts anew as one of them; the banner is the answer. */
    private @Nullable Reply xclient(Command command) throws IOException {
        if (!session.entrance.mayTell()) {
            return Replies.XCLIENT_NOT_FROM_THERE;
        } else if (transaction().isOpen()) {
            return Replies.XCLIENT_WITHIN_MAIL;
        }
        Xclient told;
        try {
            told = Xclient.parse(command.argument());
        } catch (IllegalArgumentException e) {
            return Reply.of(501, "5.5.4", String.valueOf(e.getMessage()));
        }
        session.entrance.told(told);
        return null;
    }

    private @Nullable Reply hello(Command command, Verb verb) {
        if (!isName(command)) {
            return Replies.BAD_HELLO;
        }
        byte[] before = client().helloBytes();
        boolean extended = client().isExtended();
        client().said(command.argument(), verb == Verb.EHLO);
        transaction().end();
        Policy policy = service().policy();
        if (policy == null) {
            return greeting(verb);
        }
        return ask(verb, Gate.SHUT, d -> policy.hello(client(), d), new Question.Then() {
            @Override
            public Reply accepted(@Nullable Reply words) {
                return greeting(verb);
            }

            @Override
            public void refused() {
                client().unsaid(before, extended);
            }
        });
    }

    private Reply greeting(Verb verb) {
        if (verb == Verb.HELO) {
            return service().hello();
        }
        Faults faults = service().faults();
        Reply greeting = service().offer().hello(client());
        greeting = session.entrance.mayTell() ? Xclient.announced(greeting) : greeting;
        return faults == null ? greeting : faults.greeting(client(), greeting);
    }

    /** Whatever a client calls itself is taken (RFC 5321 §4.1.4 forbids to refuse for that), if it can be read. */
    private static boolean isName(Command command) {
        byte[] bytes = command.bytes();
        for (int i = command.argumentFrom(); i < command.argumentTo(); i++) {
            if ((bytes[i] >= 0 && bytes[i] < ' ') || bytes[i] == 0x7F) {
                return false;
            }
        }
        return command.hasArgument() && PathSyntax.isUtf8(bytes, command.argumentFrom(), command.argumentTo());
    }

    private @Nullable Reply mail(Command command) {
        Reply reply = transaction().mail(command, client().preamble(), extensions());
        Reply tooFast =
                reply.isError() ? null : session.guest.message(session.loop().turnNanos());
        if (tooFast != null) {
            transaction().end();
            return tooFast;
        }
        Policy policy = service().policy();
        if (policy == null || reply.isError()) {
            return reply;
        }
        ReversePath path = transaction().sender(command);
        return ask(Verb.MAIL, Gate.SHUT, d -> policy.sender(client(), path, d), new Question.Then() {
            @Override
            public Reply accepted(@Nullable Reply words) {
                return words == null ? reply : words;
            }

            @Override
            public void refused() {
                transaction().end();
            }
        });
    }

    private @Nullable Reply rcpt(Command command) {
        Reply reply = transaction().checkRecipient(command, session.recipientsAsked(), extensions());
        if (reply.isError()) {
            return reply;
        }
        Reply tooMany = session.guest.recipient(session.loop().turnNanos());
        if (tooMany != null) {
            return tooMany;
        }
        Policy policy = service().policy();
        if (policy == null) {
            return transaction().add(command.bytes(), transaction().pathFrom(), command.argumentTo());
        }
        byte[] path = transaction().recipientLine(command);
        return ask(
                Verb.RCPT, Gate.RECIPIENT, d -> policy.recipient(client(), Transaction.recipient(path), d), words -> {
                    Reply added = transaction().isOpen() ? transaction().add(path, 0, path.length) : reply;
                    return words == null || added.isError() ? added : words;
                });
    }

    private @Nullable Reply data() {
        if (transaction().isBinary()) {
            return Replies.BINARY_NEEDS_BDAT; // RFC 3030 §3
        }
        Policy policy = service().policy();
        Reply refusal = transaction().refusal();
        if (refusal != null || policy == null) {
            return refusal != null ? refusal : session.startMessage();
        }
        int recipients = transaction().recipients();
        return ask(Verb.DATA, Gate.SHUT, d -> policy.data(client(), recipients, d), words -> session.startMessage());
    }

    private Reply reset() {
        transaction().end();
        return Replies.RSET;
    }

    private @Nullable Reply verify(Command command, Verb verb) {
        Policy policy = service().policy();
        int to = extensions().contains(Extension.SMTPUTF8) ? command.argumentTo(SMTPUTF8) : command.argumentTo();
        utf8 = to < command.argumentTo();
        if (!utf8 && !PathSyntax.isAscii(command.bytes(), command.argumentFrom(), to)) {
            return Replies.VRFY_NEEDS_SMTPUTF8;
        } else if (!PathSyntax.isUtf8(command.bytes(), command.argumentFrom(), to)) {
            return Replies.MALFORMED_UTF8;
        } else if (policy == null) {
            return Replies.CANNOT_VERIFY;
        }
        String what = command.argument(to);
        return ask(
                verb,
                Gate.SHUT,
                d -> policy.verify(client(), what, d),
                words -> words == null ? Replies.CANNOT_VERIFY : words);
    }

    private @Nullable Reply ask(Verb verb, Gate gate, Consumer<Decision> asking, Question.Then then) {
        return questions().ask(verb, gate, then, asking);
    }
}
