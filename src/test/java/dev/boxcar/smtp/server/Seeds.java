// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.fuzz.Target;
import dev.boxcar.smtp.sasl.Mechanism;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Converts the transcripts into seeds for the fuzzer, in the format of each target. */
public final class Seeds {
    private static final int MAX_BYTES = 4_000;
    private static final int MAX_LINE_BYTES = 400;
    private static final Pattern PATH = Pattern.compile("(?i)(?:MAIL FROM:|RCPT TO:|VRFY )(.*)", Pattern.DOTALL);
    private static final Pattern AUTH = Pattern.compile("(?i)AUTH (\\S+)(?: (\\S+))?");

    private final Path directory;

    private Seeds(Path directory) {
        this.directory = directory;
    }

    /**
     * The arguments are the transcripts' directory and the fuzzer's. The latter gets the seeds and a directory for the
     * findings of each target.
     */
    public static void main(String[] arguments) throws IOException {
        var seeds = new Seeds(Path.of(arguments[1]));
        for (Target target : Target.values()) {
            String folder = target.name().toLowerCase(Locale.ROOT);
            Files.createDirectories(seeds.directory.resolve(folder));
            Files.createDirectories(seeds.directory.resolve("seeds").resolve(folder));
        }
        try (Stream<Path> files = Files.walk(Path.of(arguments[0]))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".smtp")).toList()) {
                seeds.add(Transcript.read(file).steps.stream()
                        .map(step -> step.bytes)
                        .toList());
            }
        }
    }

    private void add(List<byte[]> steps) throws IOException {
        var whole = new ByteArrayOutputStream();
        for (int i = 0; i < steps.size(); i++) {
            whole.writeBytes(steps.get(i));
            String line = new String(steps.get(i), ISO_8859_1);
            if (line.endsWith("\r\n") && line.length() < MAX_LINE_BYTES) {
                line = line.substring(0, line.length() - 2);
                keep("command", line.getBytes(ISO_8859_1));
                addPath(line);
                addExchange(line, steps.subList(i + 1, steps.size()));
            }
        }
        if (whole.size() > 0 && whole.size() < MAX_BYTES) {
            String session = whole.toString(ISO_8859_1);
            keep("session", ("\1\3\20\1\130\7" + session).getBytes(ISO_8859_1));
            keep("proxy", ("\5PROXY TCP4 192.0.2.7 192.0.2.1 4000 25\r\n" + session).getBytes(ISO_8859_1));
        }
    }

    private void addPath(String line) throws IOException {
        Matcher path = PATH.matcher(line);
        if (path.matches()) {
            keep("path", path.group(1).getBytes(ISO_8859_1));
        }
    }

    private void addExchange(String line, List<byte[]> responses) throws IOException {
        Matcher auth = AUTH.matcher(line);
        Mechanism mechanism = auth.matches() ? Mechanism.of(auth.group(1)) : null;
        if (mechanism == null) {
            return;
        }
        var bytes = new ByteArrayOutputStream();
        bytes.write(mechanism.ordinal());
        bytes.write(auth.group(2) == null ? 0 : 0x80);
        boolean responds = auth.group(2) == null || addResponse(bytes, auth.group(2));
        for (int i = 0; i < responses.size() && responds; i++) {
            responds = addResponse(bytes, new String(responses.get(i), US_ASCII).strip());
        }
        keep("sasl", bytes.toByteArray());
    }

    private static boolean addResponse(ByteArrayOutputStream bytes, String base64) {
        try {
            byte[] response = Base64.getDecoder().decode(base64);
            bytes.write(Math.min(response.length, 255));
            bytes.write(response, 0, Math.min(response.length, 255));
            return true;
        } catch (IllegalArgumentException e) {
            return false; // a command, or an intentionally invalid response
        }
    }

    private void keep(String target, byte[] bytes) throws IOException {
        String name = HexFormat.of().toHexDigits(Arrays.hashCode(bytes));
        Files.write(directory.resolve("seeds").resolve(target).resolve(name), bytes);
    }
}
