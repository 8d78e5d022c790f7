// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Collector;
import dev.boxcar.async.Tls;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Extension;
import dev.boxcar.smtp.PathSyntax;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.ReversePath;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.Questions.Gate;
import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command lines of one session and what each is answered (RFC 5321 §4.1). What the protocol accepts, the {@link Policy} is asked
 * about. Confined to the loop thread.
 */
final class CommandInput implements Input {
    private static final Logger LOG = LoggerFactory.getLogger(CommandInput.class);

    private static final String SMTPUTF8 = "SMTPUTF8";

    private final SmtpSession session;
    private final Service service;
    private final Client client;
    private final Answers answers;
    private final Questions questions;
    private final Transaction transaction;
    private final @Nullable Policy policy;
    private final Collector line = new Collector();
    private final Command command = new Command();
    private final AuthWatch watch = new AuthWatch();
    /** A command waits in {@link #line} until the recipients before it are decided. */
    private boolean held;

    private boolean refusedAtConnect;
    /** The last command asked for UTF-8 in its answer. */
    private boolean utf8;

    CommandInput(SmtpSession session, Service service, Client client, Answers answers, Questions questions) {
        this.session = session;
        this.service = service;
        this.client = client;
        this.answers = answers;
        this.questions = questions;
        this.transaction = session.transaction();
        this.policy = service.policy();
    }

    // ---- lines
    // ---------------------------------------------------------------------------------------------------------------

    @Override
    public void collect(byte[] octets, int from, int to) {
        watch.collect(octets, from, to);
        int most = mayBeLong() ? AuthInput.MOST_OCTETS : service.limits().commandOctets();
        line.collect(octets, from, to, most - 2); // without the CRLF
    }

    /** RFC 4954 §4: AUTH may be longer than other lines; where it is not offered, it is one of them. */
    private boolean mayBeLong() {
        Authentication authentication = service.authentication();
        return watch.isAuth()
                && authentication != null
                && !authentication.offered(client).isEmpty();
    }

    @Override
    public void released() {
        line.keep();
    }

    @Override
    public boolean isMessage() {
        return false;
    }

    @Override
    public void found() throws IOException {
        boolean readable = read();
        if (questions.recipients() > 0 && !(readable && command.verb() == Verb.RCPT)) {
            held = true;
        } else {
            carryOut(readable);
        }
    }

    /** Reads the line as a command; false where it cannot be one. */
    private boolean read() {
        if (line.overflowed() || hasBadOctets()) {
            return false;
        }
        command.read(line.octets(), line.from(), line.to());
        return true;
    }

    /** Nothing more is heard while a command waits. */
    boolean isHolding() {
        return held;
    }

    /** The recipients before the command that waits may be decided now; behind the last reply nothing is carried out. */
    void goOn() throws IOException {
        if (held && questions.recipients() == 0 && !session.isLeaving()) {
            held = false;
            carryOut(read()); // again: the line may stand elsewhere by now
        }
    }

    private void carryOut(boolean readable) throws IOException {
        if (!readable) {
            Reply malformed = malformed();
            tellMalformed();
            watch.answered(watch.isSecret(), null, malformed);
            clearLine();
            answers.give(null, malformed);
            return;
        }
        utf8 = false;
        Verb verb = command.verb();
        boolean secret = watch.isSecret(command);
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} C: {}", session, secret ? "***" : command);
        }
        tell(secret);
        Reply reply = verb == null ? unknown() : answer(verb);
        watch.answered(secret, verb, reply);
        clearLine();
        if (reply != null) {
            answers.give(verb, reply);
        }
    }

    private void tellMalformed() {
        if (watch.isSecret()) {
            session.heardResponse();
        } else {
            session.heardLine();
        }
    }

    /** An exchange of AUTH has failed: the client may have begun to say the rest of it. */
    void exchangeFailed() {
        watch.exchangeFailed();
    }

    private void tell(boolean secret) {
        if (secret) {
            session.heardLine();
            session.heardSecret(line.to() - line.from() + 2);
            return;
        }
        session.heard(command);
        int told = command.verb() == Verb.AUTH ? command.endOfFirstWord() : line.to();
        if (told < line.to()) {
            session.heardSecret(line.to() - told + 2);
        }
    }

    /** Whether the last command asked for UTF-8 in its answer (RFC 6531 §3.7.4.2). */
    boolean mayUseUtf8() {
        return utf8;
    }

    private void clearLine() {
        line.clear();
        watch.lineEnds();
    }

    void clear() {
        clearLine();
        held = false;
    }

    private Reply malformed() {
        if (watch.isBdat()) {
            return Replies.CHUNK_WITHOUT_SIZE; // what it would have said, nobody can tell
        } else if (line.overflowed()) {
            return mayBeLong() ? Replies.AUTH_TOO_LONG : Replies.TOO_LONG;
        }
        boolean isNul = line.to() - line.from() == 1 && line.octets()[line.from()] == 0;
        if (client.hello() == null && isNul) {
            return Replies.UNWANTED_PROXY_HEADER; // the third line of the signature of its version 2
        }
        return Replies.BAD_OCTETS;
    }

    private boolean hasBadOctets() {
        byte[] octets = line.octets();
        for (int i = line.from(); i < line.to(); i++) {
            byte octet = octets[i];
            if (octet == 0 || octet == '\r' || octet == '\n') {
                return true;
            }
        }
        return false;
    }

    // ---- commands
    // ------------------------------------------------------------------------------------------------------------

    /** The reply, or null where it comes later. */
    private @Nullable Reply answer(Verb verb) throws IOException {
        Reply refusal = refusal(verb);
        if (verb == Verb.BDAT) {
            session.chunks().hear(command, refusal, extensions());
            return null;
        } else if (refusal != null) {
            return refusal;
        }
        Reply instead = insteadOf(verb);
        if (instead != null) {
            return instead;
        }
        return switch (verb) {
            case HELO -> hello(verb);
            case EHLO -> hello(verb);
            case MAIL -> mail();
            case RCPT -> rcpt();
            case DATA -> command.hasArgument() ? Replies.NO_ARGUMENT : data();
            case BDAT -> throw new IllegalStateException("BDAT is answered with its octets");
            case RSET -> command.hasArgument() ? Replies.NO_ARGUMENT : reset();
            case STARTTLS -> command.hasArgument() ? Replies.NO_ARGUMENT : startTls();
            case NOOP -> Replies.NOOP;
            case VRFY, EXPN -> command.hasArgument() ? verify(verb) : Replies.ARGUMENT_MISSING;
            case HELP -> Replies.HELP;
            case AUTH -> client.isExtended() ? session.authenticate(command) : Replies.HELLO_FIRST;
            case QUIT -> command.hasArgument() ? Replies.NO_ARGUMENT : service.closing();
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
        if (!session.needsTls() || client.insideTls()) {
            return false;
        }
        return switch (verb) {
            case EHLO, STARTTLS, NOOP, QUIT -> false;
            case HELO, AUTH, MAIL, RCPT, DATA, BDAT, RSET, VRFY, EXPN, HELP -> true;
        };
    }

    /** RFC 4954 §6: 530 to any command but those that a client needs on its way to AUTH, or away. */
    private boolean needsUser(Verb verb) {
        Authentication authentication = service.authentication();
        boolean required = session.entrance().needsUser() || (authentication != null && authentication.isRequired());
        if (!required || client.user() != null) {
            return false;
        }
        return switch (verb) {
            case AUTH, EHLO, HELO, STARTTLS, NOOP, RSET, QUIT, HELP -> false;
            case MAIL, RCPT, DATA, BDAT, VRFY, EXPN -> true;
        };
    }

    /** STARTTLS (RFC 3207 §4); where TLS is offered and not there yet, its answer waits, and the session with it. */
    private @Nullable Reply startTls() {
        TlsOffer tls = session.tlsOffer();
        if (client.insideTls()) {
            return Replies.TLS_ALREADY;
        } else if (tls == null) {
            return Replies.NO_TLS_HERE;
        }
        LateReply place = answers.later(Verb.STARTTLS);
        Question.Then then = words -> {
            Tls ready = tls.current();
            if (ready == null || session.isLeaving()) {
                return Replies.TLS_UNAVAILABLE;
            }
            session.secure(ready);
            return Replies.START_TLS;
        };
        questions.ask(
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

    private @Nullable Reply insteadOf(Verb verb) {
        return service.faults() == null ? null : service.faults().instead(client, verb);
    }

    /** What the client may use: nothing behind HELO (RFC 5321 §2.2.1). */
    private Set<Extension> extensions() {
        return client.isExtended() ? service.offer().extensions(client) : Set.of();
    }

    private Phase phase() {
        if (refusedAtConnect) {
            return Phase.REFUSED;
        } else if (client.hello() == null) {
            return Phase.CONNECTED;
        } else if (!transaction.isOpen()) {
            return Phase.READY;
        }
        if (transaction.hasBody()) {
            return Phase.CHUNKS;
        }
        return transaction.recipients() == 0 ? Phase.SENDER : Phase.RECIPIENTS;
    }

    /** Whoever speaks now was not refused yet. */
    void admit() {
        refusedAtConnect = false;
    }

    /** The connection itself was refused: the client may only go (RFC 5321 §3.1). */
    void refuseAll() {
        refusedAtConnect = true;
    }

    /** A web page may make a browser post SMTP to us; what looks like HTTP ends the session before its body is read (P7). */
    private @Nullable Reply unknown() throws IOException {
        if (watch.isBdat()) {
            return Replies.CHUNK_WITHOUT_SIZE;
        } else if (command.isWord(Xclient.WORD)) {
            return xclient();
        } else if (client.hello() == null && command.isWord("PROXY")) {
            return Replies.UNWANTED_PROXY_HEADER;
        }
        return command.argument().contains("HTTP/") ? Replies.NOT_HTTP : Replies.UNKNOWN;
    }

    /** Whoever may speak for others starts anew as one of them; the banner is the answer. */
    private @Nullable Reply xclient() throws IOException {
        if (!session.entrance().mayTell()) {
            return Replies.XCLIENT_NOT_FROM_THERE;
        } else if (transaction.isOpen()) {
            return Replies.XCLIENT_WITHIN_MAIL;
        }
        Xclient told;
        try {
            told = Xclient.parse(command.argument());
        } catch (IllegalArgumentException e) {
            return Reply.of(501, "5.5.4", String.valueOf(e.getMessage()));
        }
        session.entrance().told(told);
        return null;
    }

    private @Nullable Reply hello(Verb verb) {
        if (!isName()) {
            return Replies.BAD_HELLO;
        }
        String before = client.hello();
        boolean extended = client.isExtended();
        client.said(command.argument(), verb == Verb.EHLO);
        transaction.end();
        if (policy == null) {
            return greeting(verb);
        }
        return ask(verb, Gate.SHUT, d -> policy.hello(client, d), new Question.Then() {
            @Override
            public Reply accepted(@Nullable Reply words) {
                return greeting(verb);
            }

            @Override
            public void refused() {
                client.unsaid(before, extended);
            }
        });
    }

    private Reply greeting(Verb verb) {
        if (verb == Verb.HELO) {
            return service.hello();
        }
        Faults faults = service.faults();
        Reply greeting = service.offer().hello(client);
        greeting = session.entrance().mayTell() ? Xclient.announced(greeting) : greeting;
        return faults == null ? greeting : faults.greeting(client, greeting);
    }

    /** Whatever a client calls itself is taken (RFC 5321 §4.1.4 forbids to refuse for that), if it can be read. */
    private boolean isName() {
        byte[] octets = command.octets();
        for (int i = command.argumentFrom(); i < command.argumentTo(); i++) {
            if ((octets[i] >= 0 && octets[i] < ' ') || octets[i] == 0x7F) {
                return false;
            }
        }
        return command.hasArgument() && PathSyntax.isUtf8(octets, command.argumentFrom(), command.argumentTo());
    }

    private @Nullable Reply mail() {
        Reply reply = transaction.mail(command, client.preamble(), extensions());
        Reply tooFast =
                reply.isError() ? null : session.guest().message(session.loop().turnNanos());
        if (tooFast != null) {
            transaction.end();
            return tooFast;
        }
        if (policy == null || reply.isError()) {
            return reply;
        }
        ReversePath path = transaction.sender(command);
        return ask(Verb.MAIL, Gate.SHUT, d -> policy.sender(client, path, d), new Question.Then() {
            @Override
            public Reply accepted(@Nullable Reply words) {
                return words == null ? reply : words;
            }

            @Override
            public void refused() {
                transaction.end();
            }
        });
    }

    private @Nullable Reply rcpt() {
        Reply reply = transaction.checkRecipient(command, questions.recipients(), extensions());
        if (reply.isError()) {
            return reply;
        }
        Reply tooMany = session.guest().recipient(session.loop().turnNanos());
        if (tooMany != null) {
            return tooMany;
        }
        if (policy == null) {
            return transaction.add(command.octets(), transaction.pathFrom(), command.argumentTo());
        }
        byte[] path = transaction.recipientLine(command);
        return ask(Verb.RCPT, Gate.RECIPIENT, d -> policy.recipient(client, Transaction.recipient(path), d), words -> {
            Reply added = transaction.isOpen() ? transaction.add(path, 0, path.length) : reply;
            return words == null || added.isError() ? added : words;
        });
    }

    private @Nullable Reply data() {
        if (transaction.isBinary()) {
            return Replies.BINARY_NEEDS_BDAT; // RFC 3030 §3
        }
        Reply refusal = transaction.refusal();
        if (refusal != null || policy == null) {
            return refusal != null ? refusal : session.startMessage();
        }
        int recipients = transaction.recipients();
        return ask(Verb.DATA, Gate.SHUT, d -> policy.data(client, recipients, d), words -> session.startMessage());
    }

    private Reply reset() {
        transaction.end();
        return Replies.RSET;
    }

    private @Nullable Reply verify(Verb verb) {
        int to = extensions().contains(Extension.SMTPUTF8) ? command.argumentTo(SMTPUTF8) : command.argumentTo();
        utf8 = to < command.argumentTo();
        if (!utf8 && !PathSyntax.isAscii(command.octets(), command.argumentFrom(), to)) {
            return Replies.VRFY_NEEDS_SMTPUTF8;
        } else if (!PathSyntax.isUtf8(command.octets(), command.argumentFrom(), to)) {
            return Replies.MALFORMED_UTF8;
        } else if (policy == null) {
            return Replies.CANNOT_VERIFY;
        }
        String what = command.argument(to);
        return ask(
                verb,
                Gate.SHUT,
                d -> policy.verify(client, what, d),
                words -> words == null ? Replies.CANNOT_VERIFY : words);
    }

    private @Nullable Reply ask(Verb verb, Gate gate, Consumer<Decision> asking, Question.Then then) {
        return questions.ask(verb, gate, then, asking);
    }
}
