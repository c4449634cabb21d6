# fish completion for hybrid:
#
#     hybrid completion fish | source

function __hybrid_complete
    set -l before (commandline --tokenize --cut-at-cursor --current-process)
    $before --generate-bash-completion 2>/dev/null
end

complete --command hybrid --arguments '(__hybrid_complete)'
