package io.tokentally.boot;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Mints an access token with the installation's own key. Starts nothing and needs nothing running. */
@Command(
        name = "token",
        description = "Prints an access token, signed with the key in the data folder.",
        mixinStandardHelpOptions = true)
final class TokenCommand implements Runnable {

    private static final String PLATFORM_ADMIN = "platform-admin";
    private static final Set<String> ROLES = new TreeSet<>(List.of("admin", "service", "member", PLATFORM_ADMIN));

    @Option(names = "--tenant", paramLabel = "ID", description = "the organisation; not needed for platform-admin")
    private TenantId tenant;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            required = true,
            description = "admin, service, member or platform-admin; may be given more than once")
    private List<String> roles;

    @Option(names = "--user", paramLabel = "ID", description = "whose token it is; needed for member")
    private UserId user;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            defaultValue = "1d",
            description = "how long it is good for, such as 15m, 12h or 30d (default: ${DEFAULT-VALUE})")
    private Duration ttl;

    @Spec
    private CommandSpec spec;

    private final Settings settings;

    TokenCommand() {
        this(Settings.ofThisProcess());
    }

    TokenCommand(Settings settings) {
        this.settings = settings;
    }

    static CommandLine registerTypes(CommandLine commandLine) {
        return commandLine
                .registerConverter(TenantId.class, text -> valid(() -> new TenantId(text)))
                .registerConverter(UserId.class, text -> valid(() -> new UserId(text)))
                .registerConverter(Duration.class, TokenCommand::duration);
    }

    @Override
    public void run() {
        refuseContradictions();
        OwnKeys.refuseIfOff(settings);
        SigningKeys keys = SigningKeys.in(settings.dataFolder().open().keys());
        Grant grant = new Grant(Optional.ofNullable(tenant), Optional.ofNullable(user), roles, ttl);
        spec.commandLine().getOut().println(keys.mint(grant, Instant.now()));
    }

    private void refuseContradictions() {
        for (String role : roles) {
            require(ROLES.contains(role), "--role is one of " + String.join(", ", ROLES) + ", not " + role);
        }
        require(tenant != null || roles.stream().allMatch(PLATFORM_ADMIN::equals), "--tenant is missing");
        require(user != null || !roles.contains("member"), "--user is missing: a member is a user");
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private static Duration duration(String text) {
        Matcher form = Pattern.compile("([1-9]\\d{0,5})([smhd])").matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException("it is a number and a unit, such as 15m, 12h or 30d");
        }
        long amount = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static <T> T valid(java.util.function.Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
