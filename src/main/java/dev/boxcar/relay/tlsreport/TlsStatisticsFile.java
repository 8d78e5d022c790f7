// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.tlsreport;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.policy.outcome.AppliedPolicy;
import dev.boxcar.relay.policy.outcome.TlsFailureType;
import dev.boxcar.relay.policy.outcome.TlsSessionResult.Failure;
import dev.boxcar.relay.policy.sts.ReplacedFile;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps counts across restarts: after a first line, one line per domain, day, policy and failure. Words are separated
 * by spaces and encoded like those of a form; lists have commas.
 *
 * <pre>
 * boxcar tls-report 1
 * 2026-11-29 there.example sts version%3A+STSv1,mode%3A+enforce mx.there.example 12
 * 2026-11-29 there.example sts version%3A+STSv1,mode%3A+enforce mx.there.example 1 certificate-expired mx.there.example 192.0.2.1 192.0.2.7 expired
 * </pre>
 *
 * <p>Confined to one thread at a time; may block.
 */
final class TlsStatisticsFile {
    private static final Logger LOG = LoggerFactory.getLogger(TlsStatisticsFile.class);
    private static final String FIRST_LINE = "boxcar tls-report 1";
    private static final int SUCCESS_WORDS = 6;
    private static final int FAILURE_WORDS = 11;
    /** Much more than the counts of two days take. */
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private final Path file;

    TlsStatisticsFile(Path file) {
        this.file = file;
    }

    /** Adds what is in the file. A line that cannot be understood is left out, with all after it. */
    void readInto(TlsStatistics statistics) {
        if (!Files.exists(file)) {
            return;
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it is too large");
            }
            List<String> lines = Files.readAllLines(file, UTF_8);
            if (lines.isEmpty() || !lines.get(0).equals(FIRST_LINE)) {
                throw new IOException("its first line is not '" + FIRST_LINE + "'");
            }
            for (String line : lines.subList(1, lines.size())) {
                read(line.split(" ", -1), statistics);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("file={} counts of TLS sessions are ignored from here on: {}", file, e.toString());
        }
    }

    private static void read(String[] words, TlsStatistics statistics) throws IOException {
        if (words.length != SUCCESS_WORDS && words.length != FAILURE_WORDS) {
            throw new IOException("a line has " + words.length + " words");
        }
        var policy = new AppliedPolicy(policyType(words[2]), list(words[3]), list(words[4]));
        Failure failure = words.length == SUCCESS_WORDS
                ? null
                : new Failure(
                        failureType(words[6]),
                        decoded(words[7]),
                        decoded(words[8]),
                        decoded(words[9]),
                        decoded(words[10]));
        var at = new DomainDay(LocalDate.parse(words[0]), decoded(words[1]));
        statistics.add(at, policy, failure, Long.parseLong(words[5]));
    }

    private static AppliedPolicy.Type policyType(String text) throws IOException {
        return Arrays.stream(AppliedPolicy.Type.values())
                .filter(type -> type.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IOException("unknown kind of policy '" + text + "'"));
    }

    private static TlsFailureType failureType(String text) throws IOException {
        return Arrays.stream(TlsFailureType.values())
                .filter(type -> type.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IOException("unknown failure '" + text + "'"));
    }

    private static List<String> list(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1))
                        .map(TlsStatisticsFile::decoded)
                        .toList();
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, UTF_8);
    }

    /** Replaces the file by these counts. */
    void write(Map<DomainDay, Map<AppliedPolicy, PolicyCounts>> all) throws IOException {
        var text = new StringBuilder(FIRST_LINE).append('\n');
        all.forEach((at, policies) -> policies.forEach((policy, counts) -> {
            String start = at.day() + " " + encoded(at.domain()) + " "
                    + policy.type().text() + " " + list(policy.lines()) + " " + list(policy.patterns()) + " ";
            if (counts.successes() > 0) {
                line(text, start, counts.successes(), null);
            }
            counts.failures().forEach((failure, sessions) -> line(text, start, sessions, failure));
        }));
        ReplacedFile.write(file, text.toString().getBytes(UTF_8));
    }

    private static void line(StringBuilder text, String start, long sessions, @Nullable Failure failure) {
        text.append(start).append(sessions);
        if (failure != null) {
            text.append(' ').append(failure.type().text());
            for (String word : List.of(failure.host(), failure.address(), failure.source(), failure.reason())) {
                text.append(' ').append(encoded(word));
            }
        }
        text.append('\n');
    }

    private static String list(List<String> words) {
        return words.stream().map(TlsStatisticsFile::encoded).collect(Collectors.joining(","));
    }

    private static String encoded(String word) {
        return URLEncoder.encode(word, UTF_8);
    }
}
