/** Requests nobody thought of: made from the served document, and answers held against it. */
package io.tokentally.fuzz;
