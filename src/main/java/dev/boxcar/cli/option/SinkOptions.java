// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.value.BooleanConverter;
import dev.boxcar.cli.value.CountConverter;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.HostPort;
import dev.boxcar.cli.value.Hostname;
import dev.boxcar.cli.value.OfferedExtensions;
import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.cli.value.SyncConverter;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code boxcar sink}. A mixin, so that other commands can include a sink. */
public final class SinkOptions {
    /** The value of {@code --spool} that keeps messages in memory. */
    public static final String IN_MEMORY = "memory";

    private static final int MAX_DEFAULT_LOOPS = 4;

    @Option(
            names = "--smtp",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:1025",
            converter = HostPort.OrOff.class,
            description = "listen here for SMTP, or off; port 0: any free port (default: ${DEFAULT-VALUE})")
    HostPort smtp;

    @Option(
            names = "--listen",
            paramLabel = "LISTENER",
            hideParamSyntax = true,
            split = ";",
            converter = ListenOption.Converter.class,
            description = "an additional listener, such as unix:/run/smtp or 127.0.0.1:2525,name=app (default: none)")
    List<ListenOption> listen = new ArrayList<>();

    @Option(
            names = "--spool",
            paramLabel = "DIR|memory",
            defaultValue = "mailspool",
            converter = SpoolConverter.class,
            description =
                    "directory for the messages, or memory, which drops the oldest beyond 256 MiB (default: ${DEFAULT-VALUE})")
    String spool;

    @Option(
            names = "--sync",
            paramLabel = "group|none|DURATION",
            defaultValue = "none",
            converter = SyncConverter.class,
            description =
                    "force to disk: group: before the 250; 100ms: within that time; none: at exit (default: ${DEFAULT-VALUE})")
    Sync sync;

    @Option(
            names = "--blob-size",
            paramLabel = "SIZE",
            defaultValue = "1MiB",
            converter = SizeConverter.class,
            description = "messages larger than this are stored in files of their own (default: ${DEFAULT-VALUE})")
    long blobSize;

    @Mixin
    LimitOptions limits;

    @Mixin
    AccessOptions access;

    @Option(
            names = "--lenient-paths",
            paramLabel = "BOOL",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "true",
            converter = BooleanConverter.class,
            description =
                    "accept addresses such as a@my_app_1, a..b@ and ab.@, which RFC 5321 forbids (default: ${DEFAULT-VALUE})")
    boolean lenientPaths;

    @Mixin
    AuthOptions auth;

    @Option(
            names = "--extensions",
            paramLabel = "LIST",
            defaultValue = "all",
            converter = OfferedExtensions.Converter.class,
            description =
                    "extensions in the EHLO reply: all, all,-PIPECONNECT or PIPELINING,SIZE (default: ${DEFAULT-VALUE})")
    OfferedExtensions extensions;

    @Option(
            names = "--loops",
            paramLabel = "N",
            converter = LoopsConverter.class,
            description = "number of event loops; each is a thread (default: one per core, at most 4)")
    @Nullable
    Integer loops;

    @Option(
            names = "--spin",
            paramLabel = "DURATION",
            defaultValue = "0",
            converter = DurationConverter.OrZero.class,
            description = "how long a loop polls for input before it sleeps, such as 100us (default: ${DEFAULT-VALUE})")
    Duration spin;

    @Option(
            names = "--hostname",
            paramLabel = "NAME",
            converter = Hostname.Converter.class,
            description = "the host name in the banner (default: this machine's name)")
    @Nullable
    Hostname hostname;

    @Mixin
    WebOptions web;

    @Mixin
    InboxOptions inbox;

    @Mixin
    ApiOptions api;

    @Mixin
    AutoReleaseOptions autoRelease;

    @Mixin
    TlsOptions tls;

    @Mixin
    Pop3ListenerOptions pop3;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "a HOCON file with options as keys: max-recipients = 100 (default: none)")
    @Nullable
    Path config;

    /** The value of {@code --spool}: a directory, or {@link #IN_MEMORY}. */
    public String spool() {
        return spool;
    }

    /** Whether messages are kept in memory only. */
    public boolean isInMemory() {
        return spool.equals(IN_MEMORY);
    }

    /** When messages count as stored. */
    public Sync sync() {
        return sync;
    }

    /** The settings of a spool on disk. */
    public SpoolOptions spoolOptions() {
        return SpoolOptions.DEFAULTS.withSync(sync).withBlobBytes(blobSize);
    }

    /** The settings of the SMTP server, for messages of at most this size. */
    public SmtpServer.Options server(Map<String, String> environment, long messageBytes) {
        return new SmtpServer.Options(
                hostname(environment),
                loops(),
                limits.limits()
                        .withMessageBytes(messageBytes)
                        .withPaths(lenientPaths ? PathSyntax.LENIENT : PathSyntax.STRICT),
                offeredExtensions(),
                access.access(),
                spin);
    }

    /** The host name for the banner. */
    public String hostname(Map<String, String> environment) {
        return (hostname == null ? Hostname.ofThisMachine(environment) : hostname).name();
    }

    /** With {@code --greet-delay}, {@code all} excludes PIPECONNECT, which lets clients talk before the banner. */
    private Set<Extension> offeredExtensions() {
        Set<Extension> all = Extension.all();
        if (!access.greetDelay.isZero() && extensions.extensions().equals(all)) {
            all.remove(Extension.PIPECONNECT);
            return all;
        }
        return extensions.extensions();
    }

    /** The SMTP listeners: those of {@code --smtp}, {@code --smtps} and {@code --listen}. */
    public List<ListenerOptions> listeners() {
        var listeners = new ArrayList<ListenerOptions>();
        if (!smtp.isOff()) {
            listeners.add(ListenerOptions.at(smtp.host(), smtp.port()));
        }
        if (tls.smtps != null) {
            listeners.add(ListenerOptions.at(tls.smtps.host(), tls.smtps.port()).withTls(ListenerOptions.Tls.IMPLICIT));
        }
        listen.forEach(option -> listeners.add(option.listener()));
        return listeners;
    }

    private int loops() {
        return loops == null ? Math.min(MAX_DEFAULT_LOOPS, Runtime.getRuntime().availableProcessors()) : loops;
    }

    /** The limits of server and session. */
    public LimitOptions limits() {
        return limits;
    }

    /** The limits per client address. */
    public AccessOptions access() {
        return access;
    }

    /** The options about AUTH. */
    public AuthOptions auth() {
        return auth;
    }

    /** The options of the web interface. */
    public WebOptions web() {
        return web;
    }

    /** The options about what the inbox keeps. */
    public InboxOptions inbox() {
        return inbox;
    }

    /** The options about what the API may do. */
    public ApiOptions api() {
        return api;
    }

    /** The options about messages that are passed on without being asked. */
    public AutoReleaseOptions autoRelease() {
        return autoRelease;
    }

    /** The options about TLS. */
    public TlsOptions tls() {
        return tls;
    }

    /** The options about POP3. */
    public Pop3ListenerOptions pop3() {
        return pop3;
    }

    /** A count of at most 64. */
    static final class LoopsConverter implements ITypeConverter<Integer> {
        private static final int MAX = 64;

        @Override
        public Integer convert(String text) {
            int number = new CountConverter().convert(text);
            if (number > MAX) {
                throw new TypeConversionException("invalid number '" + text + "': must be at most " + MAX);
            }
            return number;
        }
    }

    static final class SpoolConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.isBlank()) {
                throw new TypeConversionException("the directory is missing");
            }
            return text;
        }
    }
}
