package io.tokentally.boot;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What the operator configured, looked up before Quarkus runs in the order Quarkus itself keeps: system property,
 * environment, {@code .env}, {@code config/application.properties}. A setting of ours whose variable ends in
 * {@code _FILE} names a file that holds the value.
 */
record Settings(Map<String, String> system, Map<String, String> environment, Map<String, String> file) {

    static Settings ofThisProcess() {
        Map<String, String> environment = new HashMap<>(read(Path.of(".env")));
        environment.putAll(System.getenv());
        return new Settings(
                values(System.getProperties()), environment, read(Path.of("config", "application.properties")));
    }

    /** A blank value counts as none. */
    Optional<String> find(String name) {
        return Optional.ofNullable(system.get(name))
                .or(() -> Optional.ofNullable(environment.get(variable(name))))
                .or(() -> Optional.ofNullable(environment.get(variable(name) + "_FILE"))
                        .filter(file -> name.startsWith("tokentally."))
                        .map(file -> contentOf(variable(name) + "_FILE", Path.of(file))))
                .or(() -> Optional.ofNullable(file.get(name)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /** A secret that an orchestrator keeps in a file of its own. */
    private static String contentOf(String variable, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new StartRefused(
                    "%s names %s, which cannot be read (%s).".formatted(variable, file, Reason.of(e)), e);
        }
    }

    boolean has(String name) {
        return find(name).isPresent();
    }

    DataFolder dataFolder() {
        return DataFolder.at(Path.of(find("tokentally.home").orElse("data")));
    }

    static String variable(String name) {
        return name.replaceAll("[^a-zA-Z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        if (Files.isReadable(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new StartRefused("%s cannot be read (%s).".formatted(file.toAbsolutePath(), Reason.of(e)), e);
            }
        }
        return values(properties);
    }

    private static Map<String, String> values(Properties properties) {
        return properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, properties::getProperty));
    }
}
