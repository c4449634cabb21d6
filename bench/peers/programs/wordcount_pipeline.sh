#!/bin/sh
# wordcount_pipeline: how often each word of a text occurs, by the pipeline that people
# type.
#
#     wordcount_pipeline.sh TEXT OUT
#
# writes a line for each word to OUT: word, tab, count; by falling count, words of one
# count in the order of their bytes. tr leaves an empty line where the text begins with
# something else than a letter.
export LC_ALL=C
tr -cs 'A-Za-z' '\n' <"$1" | tr A-Z a-z | grep . | sort | uniq -c | sort -k1,1nr -k2 | awk '{ print $2 "\t" $1 }' >"$2"
