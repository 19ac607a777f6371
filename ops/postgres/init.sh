#!/bin/sh
# Runs once, on an empty database folder: each program has a user of its own, that sees its own databases alone.
set -eu
psql --set=ON_ERROR_STOP=1 --set=orders="$ORDERS_PASSWORD" --set=temporal="$TEMPORAL_PASSWORD" <<'SQL'
CREATE ROLE orders LOGIN PASSWORD :'orders';
CREATE DATABASE orders OWNER orders;
REVOKE CONNECT ON DATABASE orders FROM PUBLIC;
CREATE ROLE temporal LOGIN CREATEDB PASSWORD :'temporal';
SQL
