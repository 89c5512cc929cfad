#!/bin/sh
echo "not a trigger"
