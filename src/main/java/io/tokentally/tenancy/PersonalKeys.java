package io.tokentally.tenancy;

import io.tokentally.shared.TenantId;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jdbi.v3.core.Handle;

/** The API keys that stand for one person. */
public final class PersonalKeys {

    private PersonalKeys() {}

    /**
     * The keys count no longer and are named after nobody.
     *
     * @return how many counted until now
     */
    public static int revoke(Handle transaction, TenantId tenant, long person, Instant now) {
        int revoked = 0;
        // Whoever rotates one holds its row: when we have it, the successor is there to be seen by the next statement.
        for (int last = -1; last != 0; revoked += last) {
            last = transaction
                    .createUpdate("""
                            update api_key set revoked_at = :now
                            where tenant_id = :tenant and user_key = :person and revoked_at is null""")
                    .bind("now", now.atOffset(ZoneOffset.UTC))
                    .bind("tenant", tenant.value())
                    .bind("person", person)
                    .execute();
        }
        transaction
                .createUpdate("update api_key set name = 'erased' where tenant_id = :tenant and user_key = :person")
                .bind("tenant", tenant.value())
                .bind("person", person)
                .execute();
        return revoked;
    }
}
