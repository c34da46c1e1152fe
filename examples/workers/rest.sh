# To be read by the others: makes rest.jsonl, the jobs of $1 that no
# results-*.jsonl of this folder has an answer to yet; $results is a new file.
# So whatever was killed, starting again does what is left, and only that.
worker=${WORKER:-tapc-worker}
answers=
for file in results-*.jsonl; do
    [ -e "$file" ] && answers="$answers --done=$file"
done
$worker --rest $answers <"$1" >rest.jsonl
results=results-$(date +%s)-$$
echo "$(wc -l <rest.jsonl) jobs left"
