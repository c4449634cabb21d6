#compdef hybrid
# zsh completion for hybrid:
#
#     source <(hybrid completion zsh)
#
# or save it as _hybrid in a directory of $fpath.

_hybrid() {
	local -a words_offered
	words_offered=("${(@f)$(${words[1,CURRENT-1]} --generate-bash-completion 2>/dev/null)}")
	if [[ -n "$words_offered[1]" ]]; then
		compadd -a -- words_offered
	fi
	_files
}

if [[ $funcstack[1] == _hybrid ]]; then
	_hybrid "$@" # read from $fpath, when it is first needed
else
	compdef _hybrid hybrid
fi
