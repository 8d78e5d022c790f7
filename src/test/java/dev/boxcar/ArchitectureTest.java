// SPDX-License-Identifier: Apache-2.0
package dev.boxcar;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Dependencies between packages point downward only, packages stay small, and their classes are not entangled. Rules
 * about a package that has no class yet hold as soon as it has one.
 */
@AnalyzeClasses(packages = "dev.boxcar", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** The layers from the top down. A package includes its sub-packages, and packages of one layer are independent. */
    private static final List<List<String>> LAYERS = List.of(
            List.of("cli"),
            List.of("web"),
            List.of("junit"),
            List.of("demo"),
            List.of("sink", "lab", "relay"),
            List.of("record"),
            List.of("auth"),
            List.of("spool"),
            List.of("smtp.server"),
            List.of("smtp.client", "pop3"),
            List.of("smtp"),
            List.of("tls", "unit"),
            List.of("async"),
            List.of("api"));

    /** The sub-packages of {@code smtp} that belong to its own layer; the server and the client are layers above. */
    private static final List<String> SMTP_SUBPACKAGES = List.of("path", "parameter", "sasl");

    private static final int MAX_TYPES_PER_PACKAGE = 20;
    private static final int MAX_CYCLE = 3;
    private static final String PACKAGE_INFO = "package-info";
    /** The build generates a class of this name in each package that has commands with options. */
    private static final String GENERATED = "WrittenModels";

    /** The packages that need slf4j-api and jspecify alone; so does the JUnit extension beside JUnit. */
    private static final String[] CORE = {
        "dev.boxcar.api..",
        "dev.boxcar.async..",
        "dev.boxcar.unit..",
        "dev.boxcar.tls..",
        "dev.boxcar.smtp..",
        "dev.boxcar.spool..",
        "dev.boxcar.record..",
        "dev.boxcar.lab.."
    };

    private static final DescribedPredicate<JavaClass> THE_JDK_SLF4J_AND_JSPECIFY =
            resideInAnyPackage("java..", "javax..", "jdk.net..", "org.slf4j..", "org.jspecify..");

    @ArchTest
    static final ArchRule dependenciesPointDownward = layers();

    @ArchTest
    static final ArchRule everyClassBelongsToALayer = classes()
            .should()
            .resideInAnyPackage(LAYERS.stream()
                    .flatMap(List::stream)
                    .flatMap(name -> packagesOf(name).stream())
                    .toArray(String[]::new));

    @ArchTest
    static final ArchRule packagesAndSubPackagesHaveNoCycles =
            slices().matching("dev.boxcar.(**)").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static void packagesAreSmall(JavaClasses all) {
        Map<String, Set<String>> tooLarge = simpleNamesBy(all, JavaClass::getPackageName);
        tooLarge.values().removeIf(types -> types.size() <= MAX_TYPES_PER_PACKAGE);
        assertThat(tooLarge)
                .as("packages with more than " + MAX_TYPES_PER_PACKAGE + " top-level types")
                .isEmpty();
    }

    @ArchTest
    static void everyPackageHasAPackageInfo(JavaClasses all) {
        Set<String> packages =
                new TreeSet<>(simpleNamesBy(all, JavaClass::getPackageName).keySet());
        all.stream()
                .filter(type -> type.getSimpleName().equals(PACKAGE_INFO))
                .forEach(type -> packages.remove(type.getPackageName()));
        assertThat(packages).as("packages without a package-info").isEmpty();
    }

    @ArchTest
    static void oneSimpleNameMeansOneType(JavaClasses all) {
        Map<String, Set<String>> shared = topLevel(all)
                .collect(groupingBy(
                        JavaClass::getSimpleName,
                        TreeMap::new,
                        mapping(JavaClass::getName, toCollection(TreeSet::new))));
        shared.values().removeIf(types -> types.size() == 1);
        assertThat(shared).as("simple names of more than one type").isEmpty();
    }

    @ArchTest
    static void classesOfAPackageAreNotEntangled(JavaClasses all) {
        var entangled = new TreeMap<String, Set<String>>();
        topLevel(all).collect(groupingBy(JavaClass::getPackageName)).forEach((name, types) -> {
            for (Set<String> cycle : StronglyConnected.componentsOf(dependenciesAmong(types))) {
                if (cycle.size() > MAX_CYCLE) {
                    entangled.computeIfAbsent(name, unused -> new TreeSet<>()).addAll(cycle);
                }
            }
        });
        assertThat(entangled)
                .as("packages with a cycle of more than " + MAX_CYCLE + " classes, and the classes")
                .isEmpty();
    }

    @ArchTest
    static final ArchRule codeOnTheLoopTouchesNoFiles = noClasses()
            .that()
            .resideInAnyPackage("dev.boxcar.async..", "dev.boxcar.smtp..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.nio.file..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheExtensionKnowsJunit = noClasses()
            .that()
            .resideOutsideOfPackage("dev.boxcar.junit..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.junit..", "junit..")
            .allowEmptyShould(true);

    /** Its client is in a jar of its own, and the program works without it. */
    @ArchTest
    static final ArchRule onlyTheArtemisQueueKnowsArtemis = noClasses()
            .that()
            .resideOutsideOfPackage("dev.boxcar.relay.artemis..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.activemq..", "io.netty..", "dev.boxcar.relay.artemis..")
            .allowEmptyShould(true);

    /** A project that uses only the JUnit extension or the event loop needs no other library. */
    @ArchTest
    static final ArchRule theCoreNeedsNoLibrary = classes()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .onlyDependOnClassesThat(THE_JDK_SLF4J_AND_JSPECIFY.or(resideInAnyPackage(CORE)))
            .allowEmptyShould(true);

    /**
     * The content of a message is decoded with mime4j; the class that does it is loaded when a test reads the content.
     */
    @ArchTest
    static final ArchRule theExtensionNeedsJunitAlone = classes()
            .that()
            .resideInAPackage("dev.boxcar.junit..")
            .and()
            .haveNameNotMatching(".*[.]DecodedContent([$].*)?")
            .should()
            .onlyDependOnClassesThat(THE_JDK_SLF4J_AND_JSPECIFY
                    .or(resideInAnyPackage(CORE))
                    .or(resideInAnyPackage("dev.boxcar.junit..", "org.junit..", "org.opentest4j..")))
            .allowEmptyShould(true);

    /** The web interface of the relay sees its queue as an operator does; the other web interfaces do not know it. */
    @ArchTest
    static final ArchRule theWebKnowsTheRelayByItsViewAlone = noClasses()
            .that()
            .resideInAPackage("dev.boxcar.web..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("dev.boxcar.relay..")
                    .and(resideInAnyPackage("dev.boxcar.relay.observation").negate())
                    .and(nameMatching(
                                    ".*[.](QueueSnapshot|QueuedEntry|QueuedState|DestinationStatus|DeliveryCounters|QueueChange)")
                            .negate()))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyItsOwnWebInterfaceKnowsTheRelay = noClasses()
            .that()
            .resideInAPackage("dev.boxcar.web..")
            .and()
            .resideOutsideOfPackage("dev.boxcar.web.relay")
            .should()
            .dependOnClassesThat(resideInAnyPackage("dev.boxcar.relay..", "dev.boxcar.web.relay"))
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
    static final ArchRule staticFieldsAreImmutable = fields().that()
            .areStatic()
            .should()
            .beFinal()
            .andShould(holdNothingMutable())
            .allowEmptyShould(true);

    private static ArchRule layers() {
        LayeredArchitecture architecture =
                layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
        for (List<String> layer : LAYERS) {
            for (String name : layer) {
                architecture =
                        architecture.layer(name).definedBy(packagesOf(name).toArray(String[]::new));
            }
        }
        for (int i = 0; i < LAYERS.size(); i++) {
            var below = new ArrayList<String>();
            LAYERS.subList(i + 1, LAYERS.size()).forEach(below::addAll);
            for (String name : LAYERS.get(i)) {
                architecture = below.isEmpty()
                        ? architecture.whereLayer(name).mayNotAccessAnyLayer()
                        : architecture.whereLayer(name).mayOnlyAccessLayers(below.toArray(String[]::new));
            }
        }
        return architecture.allowEmptyShould(true);
    }

    private static List<String> packagesOf(String layer) {
        if (!layer.equals("smtp")) {
            return List.of("dev.boxcar." + layer + "..");
        }
        var packages = new ArrayList<>(List.of("dev.boxcar.smtp"));
        SMTP_SUBPACKAGES.forEach(name -> packages.add("dev.boxcar.smtp." + name + ".."));
        return packages;
    }

    private static Stream<JavaClass> topLevel(JavaClasses all) {
        return all.stream()
                .filter(type -> type.getName().indexOf('$') < 0)
                .filter(type -> !type.getSimpleName().equals(PACKAGE_INFO))
                .filter(type -> !type.getSimpleName().equals(GENERATED));
    }

    private static Map<String, Set<String>> simpleNamesBy(JavaClasses all, Function<JavaClass, String> key) {
        return topLevel(all)
                .collect(groupingBy(key, TreeMap::new, mapping(JavaClass::getSimpleName, toCollection(TreeSet::new))));
    }

    /** Which of these top-level types, nested types included, uses which other of them. */
    private static Map<String, Set<String>> dependenciesAmong(List<JavaClass> types) {
        var graph = new TreeMap<String, Set<String>>();
        types.forEach(type -> graph.put(type.getName(), new TreeSet<>()));
        for (JavaClass type : types) {
            for (JavaClass part : type.getPackage().getClasses()) {
                if (topLevelName(part).equals(type.getName())) {
                    for (Dependency use : part.getDirectDependenciesFromSelf()) {
                        String target = topLevelName(use.getTargetClass());
                        if (graph.containsKey(target) && !target.equals(type.getName())) {
                            graph.get(type.getName()).add(target);
                        }
                    }
                }
            }
        }
        return graph;
    }

    private static String topLevelName(JavaClass type) {
        int nested = type.getBaseComponentType().getName().indexOf('$');
        return nested < 0
                ? type.getBaseComponentType().getName()
                : type.getBaseComponentType().getName().substring(0, nested);
    }

    /** A final field can still hold an array that other packages can write to, a counter or a growing collection. */
    private static ArchCondition<JavaField> holdNothingMutable() {
        return new ArchCondition<>("hold nothing mutable") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                if (field.getModifiers().contains(JavaModifier.SYNTHETIC)) {
                    return; // made by the compiler, such as the table of an enum switch
                }
                var type = field.getRawType();
                boolean openArray = type.isArray()
                        && (field.getModifiers().contains(JavaModifier.PUBLIC)
                                || field.getModifiers().contains(JavaModifier.PROTECTED));
                boolean mutable = (type.getPackageName().startsWith("java.util.concurrent") && !type.isEnum())
                        || type.isAssignableTo(java.util.AbstractCollection.class)
                        || type.isAssignableTo(java.util.AbstractMap.class)
                        || type.isAssignableTo(java.util.Random.class)
                        || type.isAssignableTo(java.nio.Buffer.class)
                        || type.isAssignableTo(ThreadLocal.class)
                        || type.isAssignableTo(StringBuilder.class);
                if (openArray || mutable) {
                    events.add(SimpleConditionEvent.violated(
                            field,
                            field.getFullName() + " is static and mutable, in " + field.getSourceCodeLocation()));
                }
            }
        };
    }
}
