#compdef nabla
# zsh completion of nabla: eval "$(nabla completion zsh)" after compinit

_nabla_ids() {
    local -a lines
    local file=""
    [[ $PREFIX == *::* ]] && file=${PREFIX%%::*}
    lines=(${(f)"$(nabla list $file 2>/dev/null)"})
    compadd -- "${(@)${(@)lines%% *}/#/${file:+$file::}}"
}

_nabla_records() {
    [[ -n $PREFIX ]] && _nabla_ids
    _files -g '*.(yaml|yml)'
}

_nabla() {
    local context state state_descr line curcontext=$curcontext
    typeset -A opt_args
    _arguments -C @first@ \
        '1:command:->command' '*::argument:->argument'
    case $state in
        command)
            local -a commands=(
@names@
            )
            _describe command commands ;;
        argument)
            case $words[1] in
@commands@
            esac ;;
    esac
}

if [[ $funcstack[1] == _nabla ]]; then _nabla "$@"; else compdef _nabla nabla; fi
