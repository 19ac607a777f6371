#!/bin/sh
# Makes the namespace of the orders, whose ended workflows are kept for a week. The workers add the search attributes.
set -eu
temporal operator namespace describe --namespace default >/dev/null 2>&1 ||
  temporal operator namespace create --namespace default --retention 168h
