// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.record.transcript.TranscriptBytes;
import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.server.Transcript.ExpectedMessage;
import dev.boxcar.smtp.server.Transcript.ExpectedReply;
import dev.boxcar.smtp.server.Transcript.Step;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Credentials;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Reads a transcript line by line; {@code src/test/resources/transcripts/README.md} explains the directives. */
final class TranscriptReader {
    private static final String NOT_IN_TLS = "# NOT IN TLS";

    private final Transcript transcript = new Transcript();
    private boolean segmentBegins;

    private TranscriptReader() {
        transcript.steps.add(new Step(new byte[0])); // the server sends its banner before the client sends anything
    }

    static Transcript read(Path file) throws IOException {
        var reader = new TranscriptReader();
        int number = 0;
        for (String line : Files.readAllLines(file, UTF_8)) {
            number++;
            try {
                reader.add(line);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(file + ":" + number + ": " + line, e);
            }
        }
        return reader.transcript;
    }

    private void add(String line) {
        if (line.startsWith(NOT_IN_TLS)) {
            transcript.reasonNotInTls = reason(line.substring(NOT_IN_TLS.length()));
        } else if (!line.isBlank() && !line.startsWith("#")) {
            addDirective(line);
        }
    }

    private static String reason(String rest) {
        String reason = rest.startsWith(":") ? rest.substring(1).strip() : "";
        if (reason.isEmpty()) {
            throw new IllegalArgumentException("missing reason after " + NOT_IN_TLS + ":");
        }
        return reason;
    }

    private void addDirective(String line) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "C" -> addEvent(words).clientEnds = true;
            case "S" -> lastStep().serverEnds = true;
            case "AUTH" -> auth(List.of(words));
            case "SINK" -> sink(words);
            case "TLS" -> tls(words);
            case "SEGMENT" -> segmentBegins = true; // what owed= and after= say is for a replay
            case "OFFER" -> transcript.extensions = extensions(words);
            case "LISTENER" -> transcript.listener = listener(words);
            case "LENIENT" -> transcript.limits = transcript.limits.withPaths(PathSyntax.LENIENT);
            case "INSIDE" -> transcript.insideTls = true;
            case "SET" -> set(words[1], Integer.parseInt(words[2]));
            case "MESSAGE" -> {
                transcript.checksMessages = true;
                transcript.messages.add(new ExpectedMessage());
            }
            case "NO" -> transcript.checksMessages = true;
            case "C*", "S*", "C\\*", "M\\*" ->
                addRepeated(words[0], Integer.parseInt(words[1]), textAfter(words[0] + " " + words[1], line));
            default -> addText(words[0], textAfter(words[0], line));
        }
    }

    private static String textAfter(String beginning, String line) {
        return line.substring(Math.min(line.length(), beginning.length() + 1));
    }

    private void addText(String directive, String text) {
        switch (directive) {
            case "C:" -> addBytes((text + "\r\n").getBytes(UTF_8));
            case "C\\" -> addBytes(TranscriptBytes.unescape(text));
            case "C#" -> addChunk("", TranscriptBytes.unescape(text));
            case "C##" -> addChunk(" LAST", TranscriptBytes.unescape(text));
            case "S:" -> lastStep().replies.add(new ExpectedReply(text, false));
            case "S+" -> lastStep().replies.add(new ExpectedReply(text + "*", true));
            case "M:" -> lastMessage().envelope.add(text);
            case "M!" -> lastMessage().absentKeys.add(text);
            case "M\\" -> addToMessage(TranscriptBytes.unescape(text));
            default -> throw new IllegalArgumentException("unknown directive " + directive);
        }
    }

    private void addRepeated(String directive, int times, String text) {
        switch (directive) {
            case "C*" -> {
                for (int i = 1; i <= times; i++) {
                    addText("C:", text.replace("%d", String.valueOf(i)));
                }
            }
            case "S*" -> { // one reply for each of the last steps
                List<Step> steps = transcript.steps;
                steps.subList(steps.size() - times, steps.size())
                        .forEach(step -> step.replies.add(new ExpectedReply(text, false)));
            }
            case "C\\*" -> addText("C\\", text.repeat(times));
            default -> addToMessage(TranscriptBytes.unescape(text.repeat(times)));
        }
    }

    private void addChunk(String last, byte[] bytes) {
        addText("C:", "BDAT " + bytes.length + last);
        addBytes(bytes);
    }

    private void addBytes(byte[] bytes) {
        var step = new Step(bytes);
        step.beginsSegment = segmentBegins;
        segmentBegins = false;
        transcript.steps.add(step);
    }

    private Step addEvent(String[] words) {
        if (words.length != 2) {
            throw new IllegalArgumentException("unknown event " + String.join(" ", words));
        }
        var event = new Step(new byte[0]);
        transcript.steps.add(event);
        return event;
    }

    private void addToMessage(byte[] bytes) {
        lastMessage().checksBytes = true;
        lastMessage().bytes.writeBytes(bytes);
    }

    private static Set<Extension> extensions(String[] words) {
        var extensions = EnumSet.noneOf(Extension.class);
        for (Extension extension : Extension.values()) {
            if (Arrays.asList(words).contains(extension.keyword())) {
                extensions.add(extension);
            }
        }
        boolean none = words.length == 2 && words[1].equals("NOTHING");
        if (extensions.size() != (none ? 0 : words.length - 1)) {
            throw new IllegalArgumentException("unknown or repeated extension");
        }
        return extensions;
    }

    private void auth(List<String> words) {
        String user = words.get(1);
        AuthenticationOptions options =
                AuthenticationOptions.by(user.equals("any") ? Credentials.acceptAny() : SingleUser.of(user));
        options = words.contains("clear") ? options.allowedInClear() : options;
        transcript.authentication = words.contains("required") ? options.required() : options;
    }

    private void sink(String[] words) {
        switch (words[1]) {
            case "ADMITS" -> transcript.sink.admittingInTurn(values(words, Admission::valueOf));
            case "REPORTS" -> transcript.sink.answeringInTurn(values(words, CommitOutcome::valueOf));
            case "HOLDS" -> transcript.sink.holdAnswers();
            case "ANSWERS" -> addEvent(words).sinkAnswers = true;
            default -> throw new IllegalArgumentException("unknown directive SINK " + words[1]);
        }
    }

    private static <T> List<T> values(String[] words, Function<String, T> valueOf) {
        return Arrays.stream(words).skip(2).map(valueOf).toList();
    }

    private void tls(String[] words) {
        switch (words.length == 1 ? "" : words[1]) {
            case "" -> {
                addBytes(new byte[0]);
                lastStep().handshake = true;
            }
            case "OFFERED" -> {
                offerTls(TlsOffer.Need.OPTIONAL);
                transcript.loadKey();
            }
            case "REQUIRED" -> {
                offerTls(TlsOffer.Need.REQUIRED);
                transcript.loadKey();
            }
            case "LATE" -> offerTls(TlsOffer.Need.OPTIONAL);
            case "MISSING" -> offerTls(TlsOffer.Need.OPTIONAL).unavailable();
            case "READY" -> addEvent(words).tlsReady = true;
            default -> throw new IllegalArgumentException("unknown directive TLS " + words[1]);
        }
    }

    private TlsOffer offerTls(TlsOffer.Need need) {
        var offer = new TlsOffer(need);
        transcript.tls = offer;
        return offer;
    }

    private void set(String limit, int value) {
        Limits limits = transcript.limits;
        Access access = transcript.access;
        switch (limit) {
            case "message" -> transcript.limits = limits.withMessageBytes(value);
            case "recipients" -> transcript.limits = limits.withRecipients(value);
            case "errors" -> transcript.limits = limits.withErrors(value);
            case "command" -> transcript.limits = limits.withCommandBytes(value);
            case "messages" -> transcript.limits = limits.withSessionMessages(value);
            case "domains" -> transcript.limits = limits.withRecipientDomains(value);
            case "session-recipients" -> transcript.access = access.withSessionRecipients(value);
            case "messages-per-minute" -> transcript.access = access.withMessagesPerMinute(value);
            case "recipients-per-minute" -> transcript.access = access.withRecipientsPerMinute(value);
            default -> throw new IllegalArgumentException("unknown limit " + limit);
        }
    }

    private static ListenerOptions listener(String[] words) {
        ListenerOptions listener = ListenerOptions.at("", 0).withName("inbound");
        for (String setting : List.of(words).subList(1, words.length)) {
            String value = setting.substring(setting.indexOf('=') + 1);
            listener = switch (setting.replace("=" + value, "")) {
                case "networks" -> listener.withNetworks(Networks.of(List.of(value)));
                case "proxy" -> listener.withProxy(Networks.of(List.of(value)));
                case "xclient" -> listener.withXclient(Networks.of(List.of(value)));
                case "tls" -> listener.withTls(ListenerOptions.Tls.valueOf(value));
                case "auth-required" -> listener.withAuthRequired(true);
                default -> throw new IllegalArgumentException("unknown setting " + setting);
            };
        }
        return listener;
    }

    private Step lastStep() {
        return transcript.steps.get(transcript.steps.size() - 1);
    }

    private ExpectedMessage lastMessage() {
        return transcript.messages.get(transcript.messages.size() - 1);
    }
}
