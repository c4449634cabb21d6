# bash completion for hybrid:
#
#     source <(hybrid completion bash)

_hybrid() {
	local cur=${COMP_WORDS[COMP_CWORD]}
	local before=("${COMP_WORDS[@]:0:COMP_CWORD}")
	local words
	words=$("${before[@]}" --generate-bash-completion 2>/dev/null)
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

# Where hybrid offers nothing, files are offered.
complete -o default -F _hybrid hybrid
