// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.sink.search.TagFilters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters that tag messages, as Mailpit writes them. */
class TagFilterFileTest {
    @TempDir
    Path directory;

    private List<TagFilters.Filter> read(String text) throws Exception {
        return TagFilterFile.read(Files.writeString(directory.resolve("tags.yml"), text));
    }

    @Test
    void readsMailpitsFile() throws Exception {
        List<TagFilters.Filter> filters = read("""
                # tags for the shop
                filters:
                  - match: "subject:\\"your order\\""
                    tags: Orders, Shop mail
                  - tags: Large
                    match: larger:1M
                """);
        assertThat(filters)
                .extracting(filter -> filter.query() + " " + filter.tags())
                .containsExactly("subject:\"your order\" [Orders, Shop mail]", "larger:1M [Large]");
    }

    @Test
    void reportsTheLineThatIsInvalid() {
        assertThatThrownBy(() -> read("filters:\n  - match: x\n  - match: y\n    tags: t\n"))
                .hasMessageContaining("tags.yml:3: the filter before it needs both match and tags");
        assertThatThrownBy(() -> read("filters:\n  - match: x\n    tags: a/b\n"))
                .hasMessageContaining("tags.yml:3: invalid tag 'a/b'");
        assertThatThrownBy(() -> read("filters:\n  - match: x\n")).hasMessageContaining("the last filter");
        assertThatThrownBy(() -> read("rules: []\n")).hasMessageContaining("tags.yml:1: expected");
    }

    @Test
    void readsFiltersOnTheCommandLine() throws Exception {
        assertThat(TagFilterFile.parse("a=subject:x  \"Two words=from:ann larger:1K\" c=\"to:b c\""))
                .extracting(filter -> filter.tags() + " " + filter.query())
                .containsExactly("[a] subject:x", "[Two words] from:ann larger:1K", "[c] to:b c");
    }
}
