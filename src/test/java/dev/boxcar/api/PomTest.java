// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** {@code pom.xml} has what Maven Central requires of a release, and nothing that it refuses. */
class PomTest {
    private final XPath path = XPathFactory.newInstance().newXPath();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "groupId",
                "artifactId",
                "version",
                "name",
                "description",
                "url",
                "licenses/license/name",
                "licenses/license/url",
                "developers/developer/name",
                "developers/developer/organization",
                "developers/developer/organizationUrl",
                "scm/connection",
                "scm/developerConnection",
                "scm/url"
            })
    void hasWhatMavenCentralRequires(String element) throws Exception {
        assertThat(texts("/project/" + element))
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text).isNotBlank().doesNotContain("${"));
    }

    @Test
    void takesLibrariesAndPluginsFromCentralAlone() throws Exception {
        assertThat(texts("//repositories | //pluginRepositories")).isEmpty();
    }

    @Test
    void dependsOnReleasesAlone() throws Exception {
        assertThat(texts("//dependency/version | //plugin/version"))
                .isNotEmpty()
                .noneMatch(version -> version.contains("SNAPSHOT") || version.matches("[\\[(].*|LATEST|RELEASE"));
    }

    @Test
    void theReleaseHasSourcesJavadocAndABillOfMaterials() throws Exception {
        assertThat(texts("/project/profiles/profile[id='release']//plugin/artifactId"))
                .containsExactlyInAnyOrder("maven-source-plugin", "maven-javadoc-plugin", "cyclonedx-maven-plugin");
    }

    /** The texts of the elements that a path selects. */
    private List<String> texts(String expression) throws Exception {
        Document pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile());
        var nodes = (NodeList) path.evaluate(expression, pom, XPathConstants.NODESET);
        var texts = new ArrayList<String>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }
}
