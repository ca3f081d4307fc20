package io.tokentally.reporting;

import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.TenantId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Who stands behind the user keys of a page. */
record People(Map<String, Person> byKey) {

    /** @param id as the tenant writes it; null: nobody, or somebody who was erased */
    record Person(Object id, String username, String email, boolean erased) {

        private static final Person NOBODY = new Person(null, null, null, false);
    }

    private static final String FIND = """
            select user_key::text as key, user_id, user_id_is_number, username, email, erased_at is not null as erased
            from app_user where tenant_id = :tenant and user_key = any(:keys::bigint[])""";

    /** @param keys of groups by {@code by}; asks nobody where none of it is a user */
    static People of(Handle transaction, TenantId tenant, List<GroupBy> by, List<List<String>> keys) {
        int position = position(by);
        if (position < 0) {
            return new People(Map.of());
        }
        var people = new HashMap<String, Person>();
        transaction
                .createQuery(FIND)
                .bind("tenant", tenant.value())
                .bindArray(
                        "keys",
                        String.class,
                        keys.stream().map(key -> key.get(position)).toList())
                .map((row, context) -> people.put(
                        row.getString("key"),
                        new Person(
                                JsonUserId.toJson(
                                        row.getString("user_id"), row.getObject("user_id_is_number", Boolean.class)),
                                row.getString("username"),
                                row.getString("email"),
                                row.getBoolean("erased"))))
                .list();
        return new People(people);
    }

    private static int position(List<GroupBy> by) {
        return by.indexOf(new GroupBy(Dimension.USER, null));
    }

    Person of(String key) {
        return byKey.getOrDefault(key, Person.NOBODY);
    }

    /** Null where {@code by} tells no users apart. */
    Person among(List<GroupBy> by, List<String> keys) {
        int position = position(by);
        return position < 0 ? null : of(keys.get(position));
    }
}
