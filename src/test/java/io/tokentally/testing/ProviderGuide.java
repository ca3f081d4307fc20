package io.tokentally.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;

/**
 * What docs/identity.md tells the operator about one identity provider, so that tests try what is written there.
 *
 * @param settings environment variables
 * @param token the claims of an access token
 */
public record ProviderGuide(Map<String, String> settings, Map<String, Object> token) {

    public static final String LOCATION = "MP_JWT_VERIFY_PUBLICKEY_LOCATION";

    private static final Path GUIDE = Path.of("docs", "identity.md");

    /** @param provider the heading of its section */
    public static ProviderGuide of(String provider) {
        try {
            String section =
                    after("\n## " + provider + "\n", Files.readString(GUIDE)).split("\n## ")[0];
            return new ProviderGuide(settings(block("sh", section)), JsonUtil.parseJson(block("json", section)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same for a provider that publishes its keys elsewhere. */
    public Map<String, String> settingsFor(String jwksUrl) {
        Map<String, String> changed = new HashMap<>(settings);
        changed.put(LOCATION, jwksUrl);
        return changed;
    }

    private static String after(String heading, String text) {
        return text.substring(text.indexOf(heading) + heading.length());
    }

    private static String block(String language, String section) {
        Matcher block =
                Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(section);
        if (!block.find()) {
            throw new IllegalStateException("no block " + language + " in " + GUIDE);
        }
        return block.group(1);
    }

    private static Map<String, String> settings(String lines) {
        return lines.lines().collect(Collectors.toMap(line -> line.split("=", 2)[0], line -> line.split("=", 2)[1]));
    }
}
