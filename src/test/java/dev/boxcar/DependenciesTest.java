// SPDX-License-Identifier: Apache-2.0
package dev.boxcar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What a project gets that depends on Boxcar, as for its JUnit extension: the dependencies in pom.xml. */
class DependenciesTest {
    private final List<Element> dependencies = new ArrayList<>();
    private String plugins = "";

    @BeforeEach
    void readPom() throws Exception {
        Element project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile())
                .getDocumentElement();
        NodeList all = child(project, "dependencies").getElementsByTagName("dependency");
        for (int i = 0; i < all.getLength(); i++) {
            dependencies.add((Element) all.item(i));
        }
        plugins = child(project, "build").getTextContent();
    }

    private static Element child(Element parent, String name) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                return element;
            }
        }
        throw new AssertionError("no " + name);
    }

    private static String text(Element dependency, String name) {
        NodeList found = dependency.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }

    @Test
    void allButSlf4jAndJspecifyAreOptional() {
        List<String> passedOn = dependencies.stream()
                .filter(dependency -> !text(dependency, "scope").equals("test"))
                .filter(dependency -> !text(dependency, "scope").equals("provided")) // nobody else gets these
                .filter(dependency -> !text(dependency, "optional").equals("true"))
                .map(dependency -> text(dependency, "artifactId"))
                .toList();
        assertThat(passedOn).containsExactlyInAnyOrder("slf4j-api", "jspecify");
    }

    @Test
    void junitStaysOutOfTheProgramsJar() {
        Set<String> groups = Set.of("org.junit.jupiter:*", "org.junit.platform:*", "org.opentest4j:*");
        assertThat(plugins).as("exclusions of maven-shade-plugin").contains(groups);
    }
}
