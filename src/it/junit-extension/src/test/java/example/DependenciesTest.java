// SPDX-License-Identifier: Apache-2.0
package example;

import static java.time.Duration.ofSeconds;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boxcar.junit.Message;
import dev.boxcar.junit.SmtpLab;
import dev.boxcar.junit.SmtpLabServer;
import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the extension brings along, and what it says about a library that is missing. */
class DependenciesTest {
    @SmtpLab
    SmtpLabServer smtp;

    @Test
    void onlySlf4jAndJspecifyComeWithTheExtension() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Set<String> jars = Arrays.stream(classPath.split(File.pathSeparator, -1))
                .map(entry -> new File(entry).getName())
                .filter(name -> name.endsWith(".jar"))
                .map(name -> name.replaceFirst("-[0-9].*", ""))
                .filter(name -> !name.startsWith("junit-") && !name.startsWith("surefire-"))
                .collect(toCollection(TreeSet::new));
        jars.removeAll(Set.of("opentest4j", "apiguardian-api")); // JUnit's
        assertEquals(Set.of("boxcar", "jspecify", "slf4j-api"), jars);
    }

    /** Without a name of its own, the jar would be a module that is called after its file. */
    @Test
    void theJarIsTheModuleDevBoxcar() throws Exception {
        Path jar = Path.of(
                SmtpLab.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        assertTrue(ModuleFinder.of(jar).find("dev.boxcar").isPresent(), jar::toString);
    }

    @Test
    void namesTheDependencyThatReadingTheContentNeeds() throws IOException {
        MailClient.send(List.of("a@example.com"), "Subject: x\r\n\r\n", smtp.host(), smtp.port());
        Message message = smtp.takeMessage(ofSeconds(10));
        assertEquals("Subject: x\r\n\r\n\r\n", message.source());
        for (int i = 0; i < 2; i++) {
            IllegalStateException failure = assertThrows(IllegalStateException.class, message::subject);
            assertEquals(
                    "reading the content of a message needs mime4j: add the dependency"
                            + " org.apache.james:apache-mime4j-dom (0.8.14 or later) with test scope",
                    failure.getMessage());
        }
    }
}
