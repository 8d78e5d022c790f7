// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.limit.Access;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Credentials;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A dialogue as a text file. Lines that begin with {@code #} explain. Of the others:
 *
 * <pre>
 * SET limit value            a limit of the server: message (bytes), recipients, errors, command (bytes), messages, domains,
 *                            session-recipients, messages-per-minute, recipients-per-minute
 * DOOR setting …             the client comes from 192.0.2.1 by a listener with these settings: networks=, proxy=, xclient= (with a network
 *                            each), tls=, auth-required
 * OFFER keyword …            the server offers these extensions and no others; NOTHING is none
 * INSIDE TLS                 the dialogue is inside TLS from the first byte on
 * AUTH any|user:password …   AUTH is offered to everybody, or to this user; with "clear" also without TLS; with "required" it must be
 * SINK ADMITS outcome …      how the sink answers MAIL and DATA, one outcome each; STORED (yes) to all later ones
 * SINK REPORTS outcome …     what became of the messages, one outcome each; STORED is that of all later ones
 * SINK HOLDS                 the sink answers for a message only when told to
 * C: text                    the client sends the text and CRLF
 * C\ text                    the client sends these bytes alone; \r \n \t \0 \\ \xHH are escapes
 * C\* 100 text               these bytes so many times, in one piece
 * C# text                    the client sends a chunk of these bytes: BDAT with their number, then they; escapes as above
 * C## text                   the same as the LAST chunk
 * C* 100 text                the client sends so many lines; %d in them is the number, from 1
 * TLS OFFERED                the server offers STARTTLS; TLS REQUIRED: and wants it; TLS LATE: its key is not there yet;
 *                            TLS MISSING: it never will be
 * TLS READY                  the key of TLS LATE is there now
 * TLS                        the client makes its handshake here; all that follows is within TLS
 * C END                      the client finishes sending (half-close)
 * SINK ANSWERS               the sink that holds answers for the message that has waited longest
 * S: pattern                 the server answers the line just sent with a line; * stands for anything
 * S+ code                    the server answers with one whole reply of this code, of however many lines
 * S* 100 pattern             one such line for each of the last so many lines sent
 * S END                      the server closes
 * MESSAGE                    a message is in the spool (in this order; no other ones are), of which
 * M: Key: value              the envelope has this line, and no other ones with this key
 * M! Key                     the envelope has no line with this key
 * M\ text                    the bytes are these, all such lines joined
 * M\* 100 text               these bytes so many times
 * NO MESSAGE                 nothing is in the spool
 * </pre>
 *
 * Each {@code S:} stands behind the bytes that call for it, whatever the delivery: several lines of a client may leave
 * in one segment, the answers are owed in the same order.
 */
final class Transcript {
    /** Bytes of the client, and what the server owes once they have come. */
    static final class Step {
        final byte[] bytes;
        final List<Owed> owed = new ArrayList<>();
        boolean clientEnds;
        boolean serverEnds;
        boolean sinkAnswers;
        boolean handshake;
        boolean tlsReady;

        Step(byte[] bytes) {
            this.bytes = bytes;
        }

        /** Whether something happens here that is no bytes: it cuts them in every delivery. */
        boolean isEvent() {
            return clientEnds || sinkAnswers || handshake || tlsReady;
        }
    }

    /** What the server owes: a line, or a whole reply, of which each line fits the pattern. */
    record Owed(String pattern, boolean wholeReply) {}

    /** What must be in the spool. */
    static final class Expected {
        final List<String> envelope = new ArrayList<>();
        final List<String> absentKeys = new ArrayList<>();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean bytesMatter;
    }

    final List<Step> steps = new ArrayList<>();
    final List<Expected> messages = new ArrayList<>();
    boolean spoolMatters;
    final RecordingSink sink = new RecordingSink();
    Limits limits = Limits.DEFAULTS;
    Access access = Access.DEFAULTS;
    /** The listener that the client comes by; null: nothing was said of it. */
    @Nullable
    ListenerOptions door;

    private @Nullable AuthenticationOptions authentication;
    /** What the server offers of TLS; null: nothing. */
    @Nullable
    TlsOffer tls;

    /** The key of the server's TLS. */
    static void makeReady(TlsOffer offer) {
        offer.ready(TlsSettings.server(TlsClient.CONTEXT));
    }

    Set<Extension> offered = EnumSet.allOf(Extension.class);
    boolean insideTls;

    static Transcript read(Path file) throws IOException {
        var transcript = new Transcript();
        transcript.steps.add(new Step(new byte[0])); // the banner is owed for nothing
        int number = 0;
        for (String line : Files.readAllLines(file, UTF_8)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                transcript.add(line);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(file + ":" + number + ": " + line, e);
            }
        }
        return transcript;
    }

    private void add(String line) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "C" -> addEvent(words).clientEnds = true;
            case "S" -> last().serverEnds = true;
            case "AUTH" -> auth(List.of(words));
            case "SINK" -> sink(words);
            case "TLS" -> tls(words);
            case "OFFER" -> offered = extensions(words);
            case "DOOR" -> door = door(words);
            case "INSIDE" -> insideTls = true;
            case "SET" -> set(words[1], Integer.parseInt(words[2]));
            case "MESSAGE" -> {
                spoolMatters = true;
                messages.add(new Expected());
            }
            case "NO" -> spoolMatters = true;
            case "C*", "S*", "C\\*", "M\\*" ->
                addRepeated(words[0], Integer.parseInt(words[1]), behind(words[0] + " " + words[1], line));
            default -> addText(words[0], behind(words[0], line));
        }
    }

    private static String behind(String beginning, String line) {
        return line.substring(Math.min(line.length(), beginning.length() + 1));
    }

    private void addText(String kind, String text) {
        switch (kind) {
            case "C:" -> steps.add(new Step((text + "\r\n").getBytes(UTF_8)));
            case "C\\" -> steps.add(new Step(unescape(text)));
            case "C#" -> addChunk("", unescape(text));
            case "C##" -> addChunk(" LAST", unescape(text));
            case "S:" -> last().owed.add(new Owed(text, false));
            case "S+" -> last().owed.add(new Owed(text + "*", true));
            case "M:" -> lastMessage().envelope.add(text);
            case "M!" -> lastMessage().absentKeys.add(text);
            case "M\\" -> addToMessage(unescape(text));
            default -> throw new IllegalArgumentException("what is " + kind + "?");
        }
    }

    private void addChunk(String last, byte[] bytes) {
        addText("C:", "BDAT " + bytes.length + last);
        steps.add(new Step(bytes));
    }

    private static Set<Extension> extensions(String[] words) {
        var extensions = EnumSet.noneOf(Extension.class);
        for (Extension extension : Extension.values()) {
            if (Arrays.asList(words).contains(extension.keyword())) {
                extensions.add(extension);
            }
        }
        boolean none = words.length == 2 && words[1].equals("NOTHING");
        assertThat(extensions).as("extensions").hasSize(none ? 0 : words.length - 1);
        return extensions;
    }

    private void addRepeated(String kind, int times, String text) {
        switch (kind) {
            case "C*" -> {
                for (int i = 1; i <= times; i++) {
                    addText("C:", text.replace("%d", String.valueOf(i)));
                }
            }
            case "S*" -> // the answers belong one each to the last steps
                steps.subList(steps.size() - times, steps.size()).forEach(step -> step.owed.add(new Owed(text, false)));
            case "C\\*" -> addText("C\\", text.repeat(times));
            default -> addToMessage(unescape(text.repeat(times)));
        }
    }

    private void addToMessage(byte[] bytes) {
        lastMessage().bytesMatter = true;
        lastMessage().bytes.writeBytes(bytes);
    }

    /** What the server is connected to. */
    Ports ports() {
        Ports ports = Ports.of(sink);
        return authentication == null ? ports : ports.withAuthentication(authentication);
    }

    private void auth(List<String> words) {
        String who = words.get(1);
        AuthenticationOptions offered =
                AuthenticationOptions.by(who.equals("any") ? Credentials.acceptAny() : OneUser.of(who));
        offered = words.contains("clear") ? offered.allowedInClear() : offered;
        authentication = words.contains("required") ? offered.required() : offered;
    }

    private void sink(String[] words) {
        switch (words[1]) {
            case "ADMITS" -> sink.admittingInTurn(admissions(words));
            case "REPORTS" -> sink.answeringInTurn(outcomes(words));
            case "HOLDS" -> sink.holdAnswers();
            case "ANSWERS" -> addEvent(words).sinkAnswers = true;
            default -> throw new IllegalArgumentException("no sink " + words[1]);
        }
    }

    private void tls(String[] words) {
        if (words.length == 1) {
            steps.add(new Step(new byte[0]));
            last().handshake = true;
            return;
        }
        switch (words[1]) {
            case "OFFERED", "LATE", "MISSING" -> tls = new TlsOffer(TlsOffer.Need.OPTIONAL);
            case "REQUIRED" -> tls = new TlsOffer(TlsOffer.Need.REQUIRED);
            case "READY" -> addEvent(words).tlsReady = true;
            default -> throw new IllegalArgumentException("no TLS " + words[1]);
        }
        if (tls != null && (words[1].equals("OFFERED") || words[1].equals("REQUIRED"))) {
            makeReady(tls);
        } else if (tls != null && words[1].equals("MISSING")) {
            tls.unavailable();
        }
    }

    /** In a transcript the sink's yes is written STORED, as that to a commit is. */
    private static List<Admission> admissions(String[] words) {
        return Arrays.stream(words)
                .skip(2)
                .map(word -> word.equals("STORED") ? Admission.ADMITTED : Admission.valueOf(word))
                .toList();
    }

    private static List<CommitOutcome> outcomes(String[] words) {
        return Arrays.stream(words).skip(2).map(CommitOutcome::valueOf).toList();
    }

    private void set(String name, int value) {
        access = switch (name) {
            case "session-recipients" -> access.withSessionRecipients(value);
            case "messages-per-minute" -> access.withMessagesPerMinute(value);
            case "recipients-per-minute" -> access.withRecipientsPerMinute(value);
            default -> access;
        };
        limits = switch (name) {
            case "session-recipients", "messages-per-minute", "recipients-per-minute" -> limits;
            case "message" -> limits.withMessageBytes(value);
            case "recipients" -> limits.withRecipients(value);
            case "errors" -> limits.withErrors(value);
            case "messages" -> limits.withSessionMessages(value);
            case "domains" -> limits.withRecipientDomains(value);
            case "command" -> limits.withCommandBytes(value);
            default -> throw new IllegalArgumentException("no limit " + name);
        };
    }

    private static ListenerOptions door(String[] words) {
        ListenerOptions door = ListenerOptions.at("", 0).withName("door");
        for (String setting : List.of(words).subList(1, words.length)) {
            String value = setting.substring(setting.indexOf('=') + 1);
            door = switch (setting.replace("=" + value, "")) {
                case "networks" -> door.withNetworks(Networks.of(List.of(value)));
                case "proxy" -> door.withProxy(Networks.of(List.of(value)));
                case "xclient" -> door.withXclient(Networks.of(List.of(value)));
                case "tls" -> door.withTls(ListenerOptions.Tls.valueOf(value));
                case "auth-required" -> door.withAuthRequired(true);
                default -> throw new IllegalArgumentException("no setting " + setting);
            };
        }
        return door;
    }

    private Step addEvent(String[] words) {
        if (words.length != 2) {
            throw new IllegalArgumentException(String.join(" ", words));
        }
        var event = new Step(new byte[0]);
        steps.add(event);
        return event;
    }

    private Step last() {
        return steps.get(steps.size() - 1);
    }

    private Expected lastMessage() {
        return messages.get(messages.size() - 1);
    }

    private static final Pattern ESCAPE = Pattern.compile("\\\\(x\\p{XDigit}{2}|.)");

    /** The text's bytes in UTF-8; what is escaped is one byte each. */
    static byte[] unescape(String text) {
        var bytes = new ByteArrayOutputStream();
        Matcher escape = ESCAPE.matcher(text);
        int plainFrom = 0;
        while (escape.find()) {
            bytes.writeBytes(text.substring(plainFrom, escape.start()).getBytes(UTF_8));
            bytes.write(meaning(escape.group(1)));
            plainFrom = escape.end();
        }
        bytes.writeBytes(text.substring(plainFrom).getBytes(UTF_8));
        return bytes.toByteArray();
    }

    private static int meaning(String escape) {
        return switch (escape.charAt(0)) {
            case 'r' -> '\r';
            case 'n' -> '\n';
            case 't' -> '\t';
            case '0' -> 0;
            case '\\' -> '\\';
            case 'x' -> Integer.parseInt(escape.substring(1), 16);
            default -> throw new IllegalArgumentException("unknown escape \\" + escape);
        };
    }
}
