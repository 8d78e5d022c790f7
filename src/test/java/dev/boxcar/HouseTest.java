// SPDX-License-Identifier: Apache-2.0
package dev.boxcar;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the rooms run downward only. */
@AnalyzeClasses(packages = "dev.boxcar", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
    @ArchTest
    static final ArchRule smtpReadsNoFiles = noClasses()
            .that()
            .resideInAnyPackage("dev.boxcar.smtp..", "dev.boxcar.async..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.nio.file..");
}
