package io.tokentally.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokentally.export.ListCsv.Column;
import io.tokentally.pricing.PriceView;
import io.tokentally.quota.TierView;
import io.tokentally.quota.UserView;
import io.tokentally.shared.LimitsReader;
import io.tokentally.tenancy.ApiKeyView;
import io.tokentally.tenancy.AuditTrail;
import jakarta.inject.Singleton;
import java.util.Locale;

/** The columns of the lists that admins work with. What is a list of its own inside a row is JSON there too. */
@Singleton
class Lists {

    private static final String UNLIMITED = "unlimited";

    private final ObjectMapper json;

    Lists(ObjectMapper json) {
        this.json = json;
    }

    ListCsv<UserView> users() {
        return new ListCsv<>(
                new Column<>("User ID", UserView::userId),
                new Column<>("Username", UserView::username),
                new Column<>("Email", UserView::email),
                new Column<>("Tier", UserView::tier),
                new Column<>("Own Tier", UserView::ownTier),
                new Column<>("Own Token Limit", user -> own(user, LimitsReader.TOKENS)),
                new Column<>("Own Cost Limit (USD)", user -> own(user, LimitsReader.COST)),
                new Column<>("Own Call Limit", user -> own(user, LimitsReader.CALLS)),
                new Column<>("Token Limit", user -> limit(user.limits().tokens())),
                new Column<>("Cost Limit (USD)", user -> limit(user.limits().cost())),
                new Column<>("Call Limit", user -> limit(user.limits().calls())),
                new Column<>("Tokens This Month", user -> user.usage().tokens()),
                new Column<>("Cost This Month (USD)", user -> user.usage().cost()),
                new Column<>("Calls This Month", user -> user.usage().calls()),
                new Column<>("Tokens Held", user -> user.held().tokens()),
                new Column<>("Cost Held (USD)", user -> user.held().cost()),
                new Column<>("Calls Held", user -> user.held().calls()),
                new Column<>("Tokens Left", user -> limit(user.available().tokens())),
                new Column<>("Cost Left (USD)", user -> limit(user.available().cost())),
                new Column<>("Calls Left", user -> limit(user.available().calls())),
                new Column<>("Unpriced Calls", UserView::unpricedCalls),
                new Column<>("Last Call", UserView::lastCall),
                new Column<>("First Seen", UserView::createdAt));
    }

    ListCsv<TierView> tiers() {
        return new ListCsv<>(
                new Column<>("Tier", TierView::tier),
                new Column<>("Token Limit", tier -> limit(tier.limits().tokens())),
                new Column<>("Cost Limit (USD)", tier -> limit(tier.limits().cost())),
                new Column<>("Call Limit", tier -> limit(tier.limits().calls())));
    }

    ListCsv<PriceView> prices() {
        return new ListCsv<>(
                new Column<>("ID", PriceView::id),
                new Column<>("Book", PriceView::book),
                new Column<>("Provider", PriceView::provider),
                new Column<>("Model", PriceView::model),
                new Column<>("Aliases", price -> String.join(", ", price.aliases())),
                new Column<>("Input (USD per Million)", PriceView::input),
                new Column<>("Output (USD per Million)", PriceView::output),
                new Column<>("Cache Read (USD per Million)", PriceView::cacheRead),
                new Column<>("Cache Write 5 min (USD per Million)", PriceView::cacheWrite5m),
                new Column<>("Cache Write 1 h (USD per Million)", PriceView::cacheWrite1h),
                new Column<>("Long Prompts", price -> json(price.bands())),
                new Column<>("From", PriceView::effectiveFrom),
                new Column<>("Until", PriceView::effectiveUntil),
                new Column<>("In Force", PriceView::inForce),
                new Column<>("Source", PriceView::source));
    }

    /** Never a key itself. */
    ListCsv<ApiKeyView> keys() {
        return new ListCsv<>(
                new Column<>("ID", ApiKeyView::id),
                new Column<>("Prefix", ApiKeyView::prefix),
                new Column<>("Name", ApiKeyView::name),
                new Column<>("Roles", key -> String.join(", ", key.roles())),
                new Column<>("User ID", ApiKeyView::userId),
                new Column<>("State", key -> key.state().name().toLowerCase(Locale.ROOT)),
                new Column<>("Created", ApiKeyView::createdAt),
                new Column<>("Created By", ApiKeyView::createdBy),
                new Column<>("Created With", ApiKeyView::createdWith),
                new Column<>("Expires", ApiKeyView::expiresAt),
                new Column<>("Revoked", ApiKeyView::revokedAt),
                new Column<>("Replaced By", ApiKeyView::replacedBy),
                new Column<>("Last Used", ApiKeyView::lastUsedAt));
    }

    ListCsv<AuditTrail.Line> audit() {
        return new ListCsv<>(
                new Column<>("ID", AuditTrail.Line::id),
                new Column<>("At", AuditTrail.Line::at),
                new Column<>("Action", AuditTrail.Line::action),
                new Column<>("Subject", AuditTrail.Line::subject),
                new Column<>("User ID", AuditTrail.Line::userId),
                new Column<>("Details", entry -> json(entry.details())),
                new Column<>("Actor", AuditTrail.Line::actor),
                new Column<>("Actor ID", AuditTrail.Line::actorId),
                new Column<>("From", AuditTrail.Line::from),
                new Column<>("Request ID", AuditTrail.Line::requestId));
    }

    /** Empty: the tier's. */
    private static Object own(UserView user, String limit) {
        return user.limitOverrides().containsKey(limit)
                ? limit(user.limitOverrides().get(limit))
                : null;
    }

    private static Object limit(Object most) {
        return most == null ? UNLIMITED : most;
    }

    /** Nothing where nothing is in it. */
    private String json(Object members) {
        try {
            String text = json.writeValueAsString(members);
            return text.equals("[]") || text.equals("{}") ? null : text;
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
