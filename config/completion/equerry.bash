# Completion of the command equerry for bash; scripts/install puts it into /usr/share/bash-completion/completions.
_equerry() {
    local IFS=$'\n'
    mapfile -t COMPREPLY < <(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" _EQUERRY_COMPLETE=complete_bash "$1" 2>/dev/null | grep .)
}
complete -o default -F _equerry equerry
