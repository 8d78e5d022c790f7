// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.junit.ServerStore.Settings;
import java.lang.reflect.Field;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the servers that {@link SmtpLab} asks for. The annotation registers it; {@code @ExtendWith} and
 * {@code @RegisterExtension} work too, and then parameters of type {@link SmtpLabServer} need no annotation.
 *
 * <p>When a test has failed, the extension prints the transcript of its sessions to standard output and writes an HTML
 * file {@code CLASS.METHOD.html} with sessions, messages and scripts: below {@code target/boxcar-lab}, or
 * {@code build/boxcar-lab} in a project that has a directory {@code build} but no {@code target}, or in the directory
 * that the JUnit configuration parameter {@value #RECORDS} names.
 */
public final class SmtpLabExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {
    /** The configuration parameter (or system property) with the directory of the failure records. */
    public static final String RECORDS = "boxcar.lab.records";

    /** Starts the servers of static fields. */
    @Override
    public void beforeAll(ExtensionContext context) {
        LabFields.ofClass(context.getRequiredTestClass())
                .forEach(field -> LabFields.set(field, null, share(context, field)));
        context.getTestInstances().ifPresent(instances -> shareFields(context, instances.getInnermostInstance()));
    }

    /** The instance is shared by the tests of the class, and so are the servers in its fields. */
    private static void shareFields(ExtensionContext context, Object instance) {
        LabFields.ofInstance(instance.getClass())
                .forEach(field -> LabFields.set(field, instance, share(context, field)));
    }

    private static SmtpLabServer share(ExtensionContext context, Field field) {
        return ServerStore.shareInClass(context, field, settings(LabFields.annotation(field)));
    }

    /** Starts the servers of instance fields, and gives the test a namespace on each server that it shares. */
    @Override
    public void beforeEach(ExtensionContext context) {
        if (!ServerStore.prepare(context)) {
            return;
        }
        for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
            for (Field field : LabFields.ofInstance(instance.getClass())) {
                if (!ServerStore.isShared(context, field)) {
                    Settings settings = settings(LabFields.annotation(field));
                    LabFields.set(field, instance, ServerStore.startForTest(context, field.getName(), settings));
                }
            }
        }
        ServerStore.joinShared(context);
    }

    /** Reports a failure, or finds one: in strict mode, rules that were never used. */
    @Override
    public void afterEach(ExtensionContext context) {
        List<TestServer> servers = ServerStore.ofTest(context);
        Throwable failure = context.getExecutionException().orElse(null);
        if (failure == null) {
            List<String> unused =
                    servers.stream().flatMap(server -> server.unused().stream()).toList();
            if (!unused.isEmpty()) {
                var strict = new AssertionError("unused: " + String.join("; ", unused));
                FailureReport.write(context, strict, servers);
                throw strict;
            }
        } else if (!FailureReport.isAborted(failure)) {
            FailureReport.write(context, failure, servers);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == SmtpLabServer.class || parameter.isAnnotated(SmtpLab.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Parameter wanted = parameter.getParameter();
        if (wanted.getType() != SmtpLabServer.class) {
            throw new ParameterResolutionException("@SmtpLab needs a parameter of type SmtpLabServer, not "
                    + wanted.getType().getSimpleName());
        }
        if (context.getTestMethod().isEmpty()) {
            return ofClass(context);
        }
        List<TestServer> servers = ServerStore.ofTest(context);
        if (servers.size() > 1) {
            throw new ParameterResolutionException("this test has " + servers.size()
                    + " SMTP servers, in fields: a parameter of type SmtpLabServer cannot tell which one it means");
        }
        if (!servers.isEmpty()) {
            return servers.get(0).server();
        }
        Settings settings = parameter
                .findAnnotation(SmtpLab.class)
                .map(SmtpLabExtension::settings)
                .orElse(Settings.DEFAULTS);
        return ServerStore.startForTest(context, "parameter", settings);
    }

    private static Settings settings(SmtpLab annotation) {
        return new Settings(annotation.strict(), Set.of(annotation.offers()));
    }

    /** The server for a method that runs before or after all tests: the one that the tests share. */
    private static SmtpLabServer ofClass(ExtensionContext context) {
        @Nullable SmtpLabServer shared = ServerStore.onlyShared(context);
        if (shared == null) {
            throw new ParameterResolutionException("a parameter of type SmtpLabServer outside of a test needs a server"
                    + " that the class shares: declare one static field of that type with @SmtpLab, or use a parameter"
                    + " of the test method");
        }
        return shared;
    }
}
