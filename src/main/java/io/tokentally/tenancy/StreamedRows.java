package io.tokentally.tenancy;

import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Update;

/**
 * Rows as the database hands them over, so that no answer is ever whole in memory: a cursor of SQL, which ends with its
 * transaction. For one of its own (a fetch size) the driver would prepare the statement by name, and that stays on the
 * session: behind a pooler, on somebody else's.
 *
 * @param name of the cursor; another for each shape of rows, because the driver remembers what a statement returns
 */
public record StreamedRows(Handle transaction, String name) {

    private static final int AT_ONCE = 1_000;

    /** To be executed before they are read. */
    public Update of(String select) {
        transaction.execute("set local cursor_tuple_fraction = 1"); // it is read to its end
        return transaction.createUpdate("declare " + name + " no scroll cursor for " + select);
    }

    public <T> void forEach(RowMapper<T> mapper, Consumer<T> each) {
        forEachPart(mapper, rows -> rows.forEach(each));
    }

    /** Some at a time, for a reader that looks something up for each. */
    public <T> void forEachPart(RowMapper<T> mapper, Consumer<List<T>> part) {
        List<T> rows;
        do {
            rows = transaction
                    .createQuery("fetch " + AT_ONCE + " from " + name)
                    .map(mapper)
                    .list();
            part.accept(rows);
        } while (rows.size() == AT_ONCE);
    }
}
