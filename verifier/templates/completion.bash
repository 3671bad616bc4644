# bash completion of nabla: eval "$(nabla completion bash)"

_nabla_ids() {
    # Ids of the catalogue, or of the file before `::`; never `compgen -W`, which
    # would expand what it is given.
    local id file="" arguments=()
    [[ $cur == *::* ]] && file=${cur%%::*} arguments=("$file") file=$file::
    while IFS=' ' read -r id _; do
        [[ $file$id == "$cur"* ]] && COMPREPLY+=("$file$id")
    done < <(nabla list "${arguments[@]}" 2>/dev/null)
}

_nabla() {
    # bash parts words at colons: the word is taken from the line itself.
    local line=${COMP_LINE:0:COMP_POINT} IFS=$' \t\n' cur before command="" word
    local offer="" choices=""
    cur=${line##*[[:space:]]}
    read -ra before <<< "${line%"$cur"}"
    for word in "${before[@]:1}"; do
        [[ $word != -* ]] && command=$word && break
    done
    COMPREPLY=()
    if [[ $cur == --*=* ]]; then
        before+=("${cur%%=*}")
        cur=${cur#*=}
    fi
    local last=${before[${#before[@]}-1]}
    case "$command $last" in
@values@
        *)
            case "$command" in
@commands@
            esac
            if [[ $cur == -* ]]; then offer=""; else choices=${choices#*|}; fi
            choices=${choices%%|*} ;;
    esac
    IFS=$'\n'
    [[ -n $choices ]] && COMPREPLY+=($(compgen -W "${choices// /$IFS}" -- "$cur"))
    case $offer in
        ids) _nabla_ids ;;
        records)
            [[ -n $cur ]] && _nabla_ids
            COMPREPLY+=($(compgen -f -X '!*.y*ml' -- "$cur") $(compgen -d -- "$cur")) ;;
        files) COMPREPLY+=($(compgen -f -- "$cur")) ;;
        folders) COMPREPLY+=($(compgen -d -- "$cur")) ;;
    esac
    if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
        word=${cur%"${cur##*:}"}
        COMPREPLY=("${COMPREPLY[@]#"$word"}")
    fi
}

complete -o filenames -F _nabla nabla
