// SPDX-License-Identifier: Apache-2.0
package dev.boxcar;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.ArrayList;
import java.util.List;

/**
 * The arrows between the rooms run downward only. A rule holds for a room that is still empty, and binds it as soon as
 * it is not.
 */
@AnalyzeClasses(packages = "dev.boxcar", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {

    /** The house from the roof down. Rooms of one floor do not know one another. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("cli"),
            List.of("web"),
            List.of("junit"),
            List.of("demo"),
            List.of("sink", "lab", "relay"),
            List.of("record"),
            List.of("auth", "spool", "tls"),
            List.of("smtp.server"),
            List.of("smtp.client"),
            List.of("smtp.sasl"),
            List.of("smtp"),
            List.of("async"),
            List.of("unit"));

    private static final DescribedPredicate<JavaClass> THE_JDK_SLF4J_AND_JSPECIFY =
            resideInAnyPackage("java..", "javax..", "org.slf4j..", "org.jspecify..");

    @ArchTest
    static final ArchRule arrowsRunDownward = arrows();

    @ArchTest
    static final ArchRule everyClassIsInARoom = classes()
            .should()
            .resideInAnyPackage(FLOORS.stream()
                    .flatMap(List::stream)
                    .map(room -> "dev.boxcar." + room + (room.equals("smtp") ? "" : ".."))
                    .toArray(String[]::new));

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.boxcar.(**)").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule loopsTouchNoFiles = noClasses()
            .that()
            .resideInAnyPackage("dev.boxcar.async..", "dev.boxcar.smtp..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.nio.file..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyJunitKnowsJunit = noClasses()
            .that()
            .resideOutsideOfPackage("dev.boxcar.junit..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.junit..", "junit..")
            .allowEmptyShould(true);

    /** Whoever takes the jar for its JUnit extension or its event loop gets no other library with it. */
    @ArchTest
    static final ArchRule theCoreNeedsNoLibrary = classes()
            .that()
            .resideInAnyPackage("dev.boxcar.async..", "dev.boxcar.smtp..", "dev.boxcar.spool..", "dev.boxcar.lab..")
            .should()
            .onlyDependOnClassesThat(THE_JDK_SLF4J_AND_JSPECIFY.or(resideInAnyPackage("dev.boxcar..")))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theExtensionNeedsJunitAlone = classes()
            .that()
            .resideInAPackage("dev.boxcar.junit..")
            .should()
            .onlyDependOnClassesThat(THE_JDK_SLF4J_AND_JSPECIFY.or(resideInAnyPackage("dev.boxcar..", "org.junit..")))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule demoUsesAsyncAlone = classes()
            .that()
            .resideInAPackage("dev.boxcar.demo..")
            .should()
            .onlyDependOnClassesThat(
                    THE_JDK_SLF4J_AND_JSPECIFY.or(resideInAnyPackage("dev.boxcar.demo..", "dev.boxcar.async..")))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nothingStaticChanges = fields().that()
            .areStatic()
            .should()
            .beFinal()
            .andShould(holdNothingThatChanges())
            .allowEmptyShould(true);

    private static ArchRule arrows() {
        LayeredArchitecture house =
                layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
        for (List<String> floor : FLOORS) {
            for (String room : floor) {
                house = house.layer(room).definedBy("dev.boxcar." + room + (room.equals("smtp") ? "" : ".."));
            }
        }
        for (int i = 0; i < FLOORS.size(); i++) {
            var below = new ArrayList<String>();
            FLOORS.subList(i + 1, FLOORS.size()).forEach(below::addAll);
            for (String room : FLOORS.get(i)) {
                house = below.isEmpty()
                        ? house.whereLayer(room).mayNotAccessAnyLayer()
                        : house.whereLayer(room).mayOnlyAccessLayers(below.toArray(String[]::new));
            }
        }
        return house.allowEmptyShould(true);
    }

    /**
     * What a final field can still hold: an array that other rooms can write to, a counter, a collection that grows.
     */
    private static ArchCondition<JavaField> holdNothingThatChanges() {
        return new ArchCondition<>("hold nothing that changes") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                if (field.getModifiers().contains(JavaModifier.SYNTHETIC)) {
                    return; // the compiler's own, such as the table behind a switch
                }
                var type = field.getRawType();
                boolean openArray = type.isArray()
                        && (field.getModifiers().contains(JavaModifier.PUBLIC)
                                || field.getModifiers().contains(JavaModifier.PROTECTED));
                boolean changes = (type.getPackageName().startsWith("java.util.concurrent") && !type.isEnum())
                        || type.isAssignableTo(java.util.AbstractCollection.class)
                        || type.isAssignableTo(java.util.AbstractMap.class)
                        || type.isAssignableTo(java.util.Random.class)
                        || type.isAssignableTo(java.nio.Buffer.class)
                        || type.isAssignableTo(ThreadLocal.class)
                        || type.isAssignableTo(StringBuilder.class);
                if (openArray || changes) {
                    events.add(SimpleConditionEvent.violated(
                            field,
                            field.getFullName() + " is static and may change, in " + field.getSourceCodeLocation()));
                }
            }
        };
    }
}
