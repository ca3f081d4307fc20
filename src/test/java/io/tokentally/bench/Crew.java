package io.tokentally.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Two connections of the serving role that share the work on one tenant: whoever is done takes the next task. Each task
 * is a transaction of its own, under row security.
 */
record Crew(Connecting database, String tenant) {

    interface Connecting {
        Connection connect() throws SQLException;
    }

    interface Task {
        void on(Connection connection) throws SQLException;
    }

    /** PostgreSQL does the work, so there are as many as the smallest machine worth measuring on has cores. */
    private static final int CONNECTIONS = 2;

    /** @param preparation of each connection, before its first task */
    void work(Task preparation, List<Task> tasks) throws Exception {
        Iterator<Task> rest = tasks.iterator();
        try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            Callable<Void> one = () -> work(preparation, rest);
            for (Future<Void> done : threads.invokeAll(Collections.nCopies(CONNECTIONS, one))) {
                done.get();
            }
        }
    }

    private Void work(Task preparation, Iterator<Task> rest) throws SQLException {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            for (Task task = preparation; task != null; task = next(rest)) {
                bindTenant(connection);
                task.on(connection);
                connection.commit();
            }
        }
        return null;
    }

    private static Task next(Iterator<Task> rest) {
        synchronized (rest) {
            return rest.hasNext() ? rest.next() : null;
        }
    }

    private void bindTenant(Connection connection) throws SQLException {
        try (var bind = connection.prepareStatement("select set_config('tokentally.tenant', ?, true)")) {
            bind.setString(1, tenant);
            bind.execute();
        }
    }
}
