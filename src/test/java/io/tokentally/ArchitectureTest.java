package io.tokentally;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The map of the packages. A new arrow means a change of {@link #MAY_KNOW} and of the package's page in one commit. */
class ArchitectureTest {

    private static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            entry("shared", Set.of()),
            entry("tenancy", Set.of("shared")),
            entry("http", Set.of("shared", "tenancy")),
            entry("pricing", Set.of("shared", "tenancy")),
            entry("quota", Set.of("shared", "tenancy")),
            entry("ledger", Set.of("shared", "tenancy", "pricing", "quota")),
            entry("intake", Set.of("shared", "tenancy", "pricing", "quota", "ledger")),
            entry("gateway", Set.of("shared", "tenancy", "pricing", "quota", "ledger", "intake")),
            entry("reporting", Set.of("shared", "tenancy", "quota")),
            entry("export", Set.of("shared", "tenancy", "pricing", "quota", "reporting")),
            entry("alerts", Set.of("shared", "tenancy", "quota", "reporting")),
            entry("portal", Set.of("shared", "tenancy")),
            entry("cli", Set.of("shared")));

    /** Start-up puts the parts together, so it may know any of them; nobody may know it. */
    private static final String START_UP = "boot";

    private static final Set<String> WHERE_NUMBERS_ARE_EXACT =
            Set.of("pricing", "ledger", "quota", "reporting", "export");

    private static final String ROOT = "io.tokentally";
    private static final Path SOURCES = Path.of("src/main/java/io/tokentally");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Nested
    class Packages {

        @Test
        void areAllInTheTable() {
            assertThat(classes().map(ArchitectureTest::feature).distinct())
                    .allMatch(name -> MAY_KNOW.containsKey(name) || name.equals(START_UP))
                    .contains("shared", "tenancy", "ledger", START_UP);
        }

        @Test
        void knowOnlyWhatTheTableSays() {
            assertThat(classes()
                            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                            .filter(ArchitectureTest::isForbidden)
                            .map(Dependency::getDescription))
                    .isEmpty();
        }

        /** The compiler copies constants, so byte code does not show every arrow; imports do. */
        @Test
        void importOnlyWhatTheTableSays() {
            assertThat(sourceFiles().flatMap(ArchitectureTest::forbiddenImports))
                    .isEmpty();
        }

        @Test
        void makeNoCycle() {
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
        }

        @Test
        void leaveTheHttpEdgeAlone() {
            assertThat(classes()
                            .filter(type -> !feature(type).equals("http"))
                            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                            .filter(arrow -> isOurs(arrow.getTargetClass())
                                    && feature(arrow.getTargetClass()).equals("http"))
                            .map(Dependency::getDescription))
                    .isEmpty();
        }

        @Test
        void haveNamesThatSayWhatTheyHold() {
            var saysNothing =
                    Set.of("common", "util", "utils", "helper", "helpers", "mapper", "mappers", "dto", "impl");

            assertThat(classes().map(JavaClass::getPackageName).distinct())
                    .noneMatch(name -> Arrays.stream(name.split("\\.")).anyMatch(saysNothing::contains));
        }

        @Test
        void eachHaveAPageOfTheirOwn() {
            assertThat(sourceFiles().map(Path::getParent).distinct())
                    .allMatch(folder -> Files.exists(folder.resolve("package-info.java")));
        }

        @Test
        void sayOnTheirPageWhatTheTableSays() {
            var mayKnow = Pattern.compile("May know ([a-z, ]+)[.;]");

            assertThat(MAY_KNOW.keySet().stream()
                            .filter(name -> Files.exists(SOURCES.resolve(name)))
                            .filter(name -> !MAY_KNOW.get(name).isEmpty()))
                    .allSatisfy(name -> {
                        Matcher said = mayKnow.matcher(page(name));
                        assertThat(said.find()).as("May know … of " + name).isTrue();
                        assertThat(said.group(1).split(", ")).containsExactlyInAnyOrderElementsOf(MAY_KNOW.get(name));
                    });
        }
    }

    @Nested
    class Code {

        /** But for what a query says: Quarkus fills fields with that. */
        @Test
        void injectsThroughConstructors() {
            assertThat(classes()
                            .filter(type -> type.getFields().stream()
                                    .noneMatch(field -> field.isAnnotatedWith("jakarta.ws.rs.QueryParam")))
                            .flatMap(type -> type.getFields().stream())
                            .filter(field -> isAnnotatedWithAny(
                                    field,
                                    "jakarta.inject.Inject",
                                    "jakarta.persistence.PersistenceContext",
                                    "jakarta.ws.rs.core.Context",
                                    "org.eclipse.microprofile.config.inject.ConfigProperty"))
                            .map(JavaField::getFullName))
                    .isEmpty();
        }

        /** Also as a parameter or result of what is called: {@code amount.doubleValue()} loses money without a field. */
        @Test
        void hasNoFloatingPointWhereMoneyIs() {
            Stream<String> fields = exact().flatMap(type -> type.getFields().stream())
                    .filter(field -> isFloating(field.getRawType()))
                    .map(JavaField::getFullName);
            Stream<String> signatures = exact().flatMap(type -> type.getCodeUnits().stream())
                    .filter(ArchitectureTest::mentionsFloating)
                    .map(JavaCodeUnit::getFullName);
            Stream<String> calls = exact().flatMap(type -> type.getCodeUnitAccessesFromSelf().stream())
                    .filter(call -> isFloating(call.getTarget().getRawReturnType())
                            || call.getTarget().getRawParameterTypes().stream().anyMatch(ArchitectureTest::isFloating))
                    .map(JavaCodeUnitAccess::getDescription);

            assertThat(Stream.of(fields, signatures, calls).flatMap(found -> found))
                    .isEmpty();
        }

        /**
         * The clock is injected, so that a test can set it. Start-up is let off: it waits for PostgreSQL and mints access
         * tokens where no service and no injection exist.
         */
        @Test
        void readsTheTimeFromTheOneClock() {
            assertThat(classes()
                            .filter(type -> !type.getFullName().equals(ROOT + ".shared.Clocks"))
                            .filter(type -> !feature(type).equals(START_UP))
                            .flatMap(type -> type.getCodeUnitAccessesFromSelf().stream())
                            .filter(ArchitectureTest::readsAnotherClock)
                            .map(JavaCodeUnitAccess::getDescription))
                    .isEmpty();
        }

        /** For a cursor of its own the driver prepares a statement by name, which a pooler hands to others. */
        @Test
        void asksTheDriverForNoCursor() {
            assertThat(classes()
                            .flatMap(type -> type.getCodeUnitAccessesFromSelf().stream())
                            .filter(access -> access.getName().equals("setFetchSize"))
                            .map(JavaCodeUnitAccess::getDescription))
                    .isEmpty();
        }

        /** Start-up speaks to the person at the terminal; everything else has a log. */
        @Test
        void printsNothing() {
            Stream<String> streams = classes()
                    .filter(type -> !feature(type).equals(START_UP))
                    .flatMap(type -> type.getFieldAccessesFromSelf().stream())
                    .filter(access -> access.getTargetOwner().isEquivalentTo(System.class))
                    .map(access -> access.getDescription());
            Stream<String> stackTraces = classes()
                    .filter(type -> !feature(type).equals(START_UP))
                    .flatMap(type -> type.getCodeUnitAccessesFromSelf().stream())
                    .filter(access -> access.getName().equals("printStackTrace"))
                    .map(JavaCodeUnitAccess::getDescription);

            assertThat(Stream.concat(streams, stackTraces)).isEmpty();
        }
    }

    private static Stream<JavaClass> classes() {
        return CLASSES.stream();
    }

    private static Stream<JavaClass> exact() {
        return classes().filter(type -> WHERE_NUMBERS_ARE_EXACT.contains(feature(type)));
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().startsWith(ROOT);
    }

    /** {@code ledger} of {@code io.tokentally.ledger.lanes.Lane}; empty for a class at the root. */
    private static String feature(JavaClass type) {
        String below = type.getPackageName().substring(ROOT.length());
        return below.isEmpty() ? "" : below.substring(1).split("\\.")[0];
    }

    private static boolean isForbidden(Dependency arrow) {
        JavaClass target = arrow.getTargetClass().getBaseComponentType();
        return isOurs(target) && isForbidden(feature(arrow.getOriginClass()), feature(target));
    }

    private static boolean isForbidden(String from, String to) {
        boolean same = from.equals(to);
        return !same
                && !from.equals(START_UP)
                && !MAY_KNOW.getOrDefault(from, Set.of()).contains(to);
    }

    private static Stream<String> forbiddenImports(Path file) {
        String from = SOURCES.relativize(file).getName(0).toString();
        return Pattern.compile("(?m)^import (?:static )?io\\.tokentally\\.(\\w+)\\..*;")
                .matcher(text(file))
                .results()
                .filter(found -> isForbidden(from, found.group(1)))
                .map(found -> from + ": " + found.group());
    }

    private static boolean isAnnotatedWithAny(JavaField field, String... annotations) {
        return Arrays.stream(annotations).anyMatch(field::isAnnotatedWith);
    }

    private static boolean mentionsFloating(JavaCodeUnit unit) {
        return isFloating(unit.getRawReturnType())
                || unit.getRawParameterTypes().stream().anyMatch(ArchitectureTest::isFloating);
    }

    private static boolean isFloating(JavaClass type) {
        JavaClass single = type.getBaseComponentType();
        return Stream.of(double.class, float.class, Double.class, Float.class).anyMatch(single::isEquivalentTo);
    }

    /** {@code Instant.now()}, {@code Clock.systemUTC()}, {@code new Date()}; {@code LocalDate.now(clock)} is good. */
    private static boolean readsAnotherClock(JavaCodeUnitAccess<?> access) {
        String owner = access.getTargetOwner().getFullName();
        String name = access.getName();
        Predicate<JavaClass> isClock = type -> type.getFullName().equals("java.time.Clock");
        return owner.startsWith("java.time.")
                        && name.equals("now")
                        && access.getTarget().getRawParameterTypes().stream().noneMatch(isClock)
                || owner.equals("java.time.Clock")
                        && Set.of("systemUTC", "systemDefaultZone", "system").contains(name)
                || owner.equals("java.lang.System") && name.equals("currentTimeMillis")
                || owner.equals("java.util.Date")
                        && access.getTarget().getRawParameterTypes().isEmpty();
    }

    private static Stream<Path> sourceFiles() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(found).as("source files").hasSizeGreaterThan(50);
            return found.stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The text of a package's page on one line. */
    private static String page(String feature) {
        return text(SOURCES.resolve(feature).resolve("package-info.java"))
                .lines()
                .map(line -> line.replaceFirst("^ \\* ?", "").strip())
                .collect(Collectors.joining(" "));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
