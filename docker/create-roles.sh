#!/bin/sh
# Runs once, when the PostgreSQL image makes its data volume: the owner of the schema, and the role that serves
# requests. Neither is a superuser, so row security binds both.
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="$TOKENTALLY_OWNER_PASSWORD" --set app_password="$TOKENTALLY_APP_PASSWORD" <<'SQL'
create role tokentally_owner login password :'owner_password';
create role tokentally_app login password :'app_password';
create database tokentally owner tokentally_owner;
SQL
