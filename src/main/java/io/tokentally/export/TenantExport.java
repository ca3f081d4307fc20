package io.tokentally.export;

import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.StreamedRows;
import io.tokentally.tenancy.TenantTransactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jdbi.v3.core.Handle;

/**
 * Everything a tenant has, from one snapshot: a ZIP with one file of JSON lines for each table that holds rows of tenants,
 * whichever they are. PostgreSQL's catalogue names them, so that a table that comes later is not forgotten.
 */
@ApplicationScoped
class TenantExport {

    /** @param column the one that names the tenant */
    private record Table(String name, String column) {}

    private final TenantTransactions transactions;

    TenantExport(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    void write(TenantId tenant, OutputStream out) {
        transactions.survey(tenant, TenantTransactions.KEEP_ROWS, transaction -> {
            try {
                write(transaction, tenant, out);
                return null;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }

    /** On failure the archive is left without its directory: no program takes it for whole. */
    private static void write(Handle transaction, TenantId tenant, OutputStream out) throws IOException {
        var zip = new ZipOutputStream(new BufferedOutputStream(out, 1 << 16), StandardCharsets.UTF_8);
        for (Table table : tables(transaction)) {
            zip.putNextEntry(new ZipEntry(table.name + ".ndjson"));
            write(transaction, tenant, table, zip);
            zip.closeEntry();
        }
        zip.finish();
        zip.flush();
    }

    /** Partitions are read through their table. */
    private static List<Table> tables(Handle transaction) {
        return transaction
                .createQuery("""
                        select c.relname, a.attname
                        from pg_class c join pg_attribute a on a.attrelid = c.oid
                        where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
                          and not c.relispartition and a.attname in ('tenant_id', 'book') and not a.attisdropped
                          and has_table_privilege(c.oid, 'SELECT')
                        order by c.relname""")
                .map((row, context) -> new Table(row.getString("relname"), row.getString("attname")))
                .list();
    }

    /** The hash of a key is a key's business, not the tenant's. */
    private static void write(Handle transaction, TenantId tenant, Table table, OutputStream out) {
        var rows = new StreamedRows(transaction, "exported_" + table.name);
        rows.of("select (to_jsonb(t) - 'key_hash')::text as line from <table> t where <column> = :tenant")
                .define("table", table.name)
                .define("column", table.column)
                .bind("tenant", tenant.value())
                .execute();
        rows.forEach((row, context) -> row.getString("line"), line -> writeLine(line, out));
    }

    private static void writeLine(String line, OutputStream out) {
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
