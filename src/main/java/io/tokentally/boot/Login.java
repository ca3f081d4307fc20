package io.tokentally.boot;

/** Who logs in to the database; an empty password leaves the proof to the driver (a certificate, a password file). */
record Login(String user, String password) {

    @Override
    public String toString() {
        return user;
    }
}
