// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.boxcar.cli.output.TerminalText;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code boxcar lab record}: fetches a recorded session from a running lab or sink, as a transcript. */
@Command(
        name = "record",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar lab record [OPTION...] ID",
        header = "exports a recorded session as a transcript",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "Fetches the session from a running lab or sink and prints it as a transcript, which 'boxcar lab replay'",
            "and the tests of this project play. A transcript has the bytes of the client in the segments in which they",
            "came, with their times, and the codes of the replies.",
            "",
            "Secrets of AUTH PLAIN and AUTH LOGIN are replaced by the user 'boxcar' with the password 'secret', which a",
            "server with --auth-accept-any takes. Other mechanisms cannot be replayed, and their sessions are refused.",
            "",
            "Examples:",
            "  boxcar lab record 01JD9M2Q > bug.smtp              a session, as the page and the log name it",
            "  boxcar lab replay bug.smtp mail.example:25         play it against another server",
            "",
            "Exit status: 0 success, 1 no such session, or it cannot be exported, 2 invalid option."
        })
public final class LabRecord implements Callable<Integer> {
    private static final int TIMEOUT_MILLIS = 10_000;

    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "the id of the session, as the page and the log show it")
    String id;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://localhost:8025/",
            converter = WebAddress.class,
            description =
                    "the web interface of the lab or sink; with NAME:PASSWORD@ if needed (default: ${DEFAULT-VALUE})")
    URI url;

    @Option(names = "--texts", description = "write the texts of one-line replies too; otherwise only their codes")
    boolean texts;

    @Option(names = "--output", paramLabel = "FILE", description = "write to this file (default: standard output)")
    @Nullable
    Path output;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    @Override
    public Integer call() throws IOException {
        String path =
                "api/boxcar/v1/sessions/" + URLEncoder.encode(id, UTF_8) + "/transcript" + (texts ? "?texts=true" : "");
        byte[] transcript = fetch(url.resolve(path));
        if (output != null) {
            Files.write(output, transcript);
        } else {
            spec.commandLine().getOut().print(new String(transcript, UTF_8));
            spec.commandLine().getOut().flush();
        }
        return 0;
    }

    private byte[] fetch(URI address) throws IOException {
        if (!(address.toURL().openConnection() instanceof HttpURLConnection connection)) {
            throw new IOException(url + ": expected http or https");
        }
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        if (address.getUserInfo() != null) {
            String account =
                    Base64.getEncoder().encodeToString(address.getUserInfo().getBytes(UTF_8));
            connection.setRequestProperty("Authorization", "Basic " + account);
        }
        try {
            if (connection.getResponseCode() == HttpURLConnection.HTTP_OK) {
                try (InputStream in = connection.getInputStream()) {
                    return in.readAllBytes();
                }
            }
            throw new IOException(problem(connection));
        } catch (ConnectException e) {
            throw new IOException(url + ": no lab or sink is listening there; --url says where it is", e);
        } finally {
            connection.disconnect();
        }
    }

    /** The reason that the server gives for a failure. */
    private static String problem(HttpURLConnection connection) throws IOException {
        String status = "HTTP status " + connection.getResponseCode();
        try (InputStream in = connection.getErrorStream()) {
            if (in == null) {
                return status;
            }
            return TerminalText.of(detail(new String(in.readNBytes(10_000), UTF_8), status));
        }
    }

    private static String detail(String json, String otherwise) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        && parser.currentName().equals("detail")) {
                    return String.valueOf(parser.nextTextValue());
                }
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            return otherwise; // not a response of this project
        }
        return otherwise;
    }

    static final class WebAddress implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) {
            URI address;
            try {
                address = URI.create(text.endsWith("/") ? text : text + "/");
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("invalid URL '" + text + "' (example: http://localhost:8025/)");
            }
            boolean isHttp = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            if (!isHttp || address.getHost() == null) {
                throw new TypeConversionException("invalid URL '" + text + "' (example: http://localhost:8025/)");
            }
            return address;
        }
    }
}
