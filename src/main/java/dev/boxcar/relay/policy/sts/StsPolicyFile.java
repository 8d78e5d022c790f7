// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.route.StsPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that keeps policies across restarts, one per line:
 *
 * <pre>
 * boxcar mta-sts 1
 * there.example 20260101T000000 2026-11-29T18:43:00Z 604800 enforce mx.there.example,*.mail.example
 * </pre>
 *
 * <p>It is replaced as a whole, so a reader finds the old or the new one. Confined to one thread at a time; may block.
 */
final class StsPolicyFile {
    private static final Logger LOG = LoggerFactory.getLogger(StsPolicyFile.class);
    private static final String FIRST_LINE = "boxcar mta-sts 1";
    private static final String NO_PATTERN = "-";

    private final Path file;

    StsPolicyFile(Path file) {
        this.file = file;
    }

    /** The policies of the file; none without a file. Lines that cannot be understood are left out. */
    List<StsEntry> read() {
        List<StsEntry> entries = new ArrayList<>();
        if (!Files.exists(file)) {
            return entries;
        }
        try {
            List<String> lines = Files.readAllLines(file, UTF_8);
            if (lines.isEmpty() || !lines.get(0).equals(FIRST_LINE)) {
                throw new IOException("its first line is not '" + FIRST_LINE + "'");
            }
            for (String line : lines.subList(1, lines.size())) {
                entries.add(entry(line));
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("file={} kept policies are ignored from here on: {}", file, e.toString());
        }
        return entries;
    }

    private static StsEntry entry(String line) throws IOException {
        String[] words = line.split(" ", -1);
        if (words.length != 6) {
            throw new IOException("a line has " + words.length + " words instead of 6");
        }
        try {
            List<String> patterns = words[5].equals(NO_PATTERN) ? List.of() : List.of(words[5].split(",", -1));
            Duration maxAge = Duration.ofSeconds(Long.parseLong(words[3]));
            return new StsEntry(
                    words[0],
                    words[1],
                    Instant.parse(words[2]),
                    new StsPolicy(StsPolicyText.mode(words[4]), patterns, maxAge));
        } catch (DateTimeException | NumberFormatException e) {
            throw new IOException("a line has an invalid time", e);
        }
    }

    /** Writes these policies in place of all before. */
    void write(Collection<StsEntry> entries) throws IOException {
        var text = new StringBuilder(FIRST_LINE).append('\n');
        for (StsEntry entry : entries) {
            StsPolicy policy = entry.policy();
            String patterns = policy.patterns().isEmpty() ? NO_PATTERN : String.join(",", policy.patterns());
            text.append(entry.domain()).append(' ').append(entry.id());
            text.append(' ').append(entry.fetched());
            text.append(' ').append(policy.maxAge().toSeconds());
            text.append(' ').append(policy.mode().text());
            text.append(' ').append(patterns).append('\n');
        }
        ReplacedFile.write(file, text.toString().getBytes(UTF_8));
    }
}
